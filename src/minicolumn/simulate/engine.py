"""The fast engine: many circuits at many ACh levels in one compiled loop.

State has the shape (circuit C, level L, neuron N); neurons are padded to blocks of
excitatory and inhibitory ones, so that a handful of shapes serves all circuits. The
order of operations in a step is that of ``jaxley.Module.step`` with backward Euler:
gates, currents, synapses, voltage; a test holds the two together. Release of a synapse
depends on its presynaptic neuron only, so one gate per neuron and a product with the
weight matrix replace one state per connection.

Noise is counter-based: every draw is a function of (seed, circuit, trial, millisecond,
cell type, index), so a circuit receives the same background alone, in any batch and
under any padding.
"""

import itertools
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike
from numpy.typing import NDArray

from minicolumn.circuit.acetylcholine import AchEffect
from minicolumn.circuit.membrane import (
    CAPACITANCE_UF_CM2,
    CHANNELS,
    V_INIT_MV,
    V_SPIKE_MV,
    Synapse,
    area_um2,
    channel_parameters,
    leak_nS,
)
from minicolumn.circuit.wiring import Circuit
from minicolumn.config.physics import Background, Neurons, Synapses

BIN_MS = 1.0  # spikes are counted, and the slow background renewed, once per bin
DRAW_MS = 0.1  # the fast background is renewed on this grid, whatever the time step
DRAWS = round(BIN_MS / DRAW_MS)
_RELEASE = Synapse(name="release")


class Padding(NamedTuple):
    """Block sizes that hold the excitatory and inhibitory neurons of a circuit."""

    n_exc: int
    n_inh: int


def padding_of(circuit: Circuit) -> Padding:
    """Return the smallest standard padding that holds the circuit.

    Totals are multiples of 16: vector units are full, and results stay bit-identical
    between paddings. With 80 % excitatory neurons five shapes cover 40 to 100 neurons.
    """
    for total in itertools.count(16, 16):
        n_inh = -(-total // 20) * 4
        if circuit.n_exc <= total - n_inh and circuit.n_inh <= n_inh:
            return Padding(total - n_inh, n_inh)
    raise AssertionError("unreachable: paddings grow without bound")


class Batch(NamedTuple):
    """Circuits of one padding, packed: arrays are (C, 1, N) unless stated."""

    circuit_id: Array  # (C,)
    trial: Array  # (C,): another trial is another background for the same circuit
    channels: dict[str, Array]
    release: dict[str, Array]
    per_area: Array  # uA/cm2 for each nA into the neuron
    drive_nA: Array
    leak_nS: Array
    noise_fast_nA: Array
    noise_slow_nA: Array
    tau_slow_ms: Array  # (C, 1)
    common_fraction: Array  # (C, 1)
    from_exc: Array  # (C, NE, N) in uS
    from_inh: Array  # (C, NI, N) in uS


class Constants(NamedTuple):
    """Numbers shared by all circuits."""

    e_ampa_mV: float
    e_gaba_a_mV: float
    tau_fast_ms: float


class Levels(NamedTuple):
    """What ACh does at each of L levels, spread over neurons: (1, L, N)."""

    excitation: Array
    depolarisation_mV: Array


def constants(synapses: Synapses, background: Background) -> Constants:
    """Return the shared numbers of the configuration."""
    return Constants(
        synapses.ampa.reversal_mV, synapses.gaba_a.reversal_mV, background.tau_fast_ms
    )


def pack(
    circuits: Sequence[Circuit],
    padding: Padding,
    neurons: Neurons,
    synapses: Synapses,
    *,
    trials: Sequence[int] = (),
    dtype: DTypeLike = jnp.float32,
) -> Batch:
    """Pack circuits into padded arrays.

    Padding neurons have channels but neither connections nor background: they rest.
    """
    n_exc, n = padding.n_exc, sum(padding)
    excitatory = np.arange(n) < n_exc
    slots = [slots_of(circuit, padding) for circuit in circuits]

    def spread(values: Sequence[NDArray[np.float64]]) -> Array:
        padded = np.zeros((len(circuits), 1, n))
        for row, index, value in zip(padded, slots, values, strict=True):
            row[0, index] = value
        return jnp.asarray(padded, dtype)

    def same(value: NDArray[np.float64]) -> Array:
        return jnp.asarray(np.tile(value, (len(circuits), 1, 1)), dtype)

    weights = np.zeros((len(circuits), n, n))
    for matrix, index, circuit in zip(weights, slots, circuits, strict=True):
        matrix[np.ix_(index, index)] = circuit.weights_uS
    channels = channel_parameters(neurons, excitatory)
    decay_ms = np.where(excitatory, synapses.ampa.decay_ms, synapses.gaba_a.decay_ms)
    release = {
        "release_k_minus": 1 / decay_ms,
        "release_v_th": np.full(n, synapses.release_threshold_mV),
        "release_delta": np.full(n, synapses.release_slope_mV),
    }
    per_circuit = lambda name: jnp.asarray(  # noqa: E731
        [[getattr(circuit, name)] for circuit in circuits], dtype
    )
    return Batch(
        circuit_id=jnp.asarray([c.circuit_id for c in circuits], jnp.uint32),
        trial=jnp.asarray(trials or [0] * len(circuits), jnp.uint32),
        channels={name: same(value) for name, value in channels.items()},
        release={name: same(value) for name, value in release.items()},
        per_area=same(1e5 / area_um2(neurons, excitatory)),
        drive_nA=spread([c.drive_nA for c in circuits]),
        leak_nS=same(leak_nS(neurons, excitatory)),
        noise_fast_nA=spread([c.noise_fast_nA for c in circuits]),
        noise_slow_nA=spread([c.noise_slow_nA for c in circuits]),
        tau_slow_ms=per_circuit("tau_slow_ms"),
        common_fraction=per_circuit("common_fraction"),
        from_exc=jnp.asarray(weights[:, :n_exc], dtype),
        from_inh=jnp.asarray(weights[:, n_exc:], dtype),
    )


def slots_of(circuit: Circuit, padding: Padding) -> NDArray[np.int64]:
    """Return where each neuron of the circuit stands in the padded arrays."""
    return np.r_[: circuit.n_exc, padding.n_exc : padding.n_exc + circuit.n_inh]


def spread_levels(
    effect: AchEffect, padding: Padding, dtype: DTypeLike = jnp.float32
) -> Levels:
    """Spread the effect of each level over the padded neurons."""
    excitatory = np.arange(sum(padding)) < padding.n_exc
    excitation = np.where(excitatory, effect.to_exc[:, None], effect.to_inh[:, None])
    shift = np.tile(effect.depolarisation_mV[:, None], (1, excitatory.size))
    return Levels(jnp.asarray(excitation[None], dtype), jnp.asarray(shift[None], dtype))


def initial_state(batch: Batch, n_levels: int) -> tuple[Array, dict[str, Array]]:
    """Return voltage and gates at rest, each (C, L, N)."""
    n_circuits, _, n = batch.per_area.shape
    v = jnp.full((n_circuits, n_levels, n), V_INIT_MV, batch.per_area.dtype)
    gates: dict[str, Array] = {}
    for channel in CHANNELS:
        gates.update(channel.init_state(gates, v, batch.channels, 0.0))
    return v, gates | {"release_s": jnp.zeros_like(v)}


def step(
    batch: Batch,
    shared: Constants,
    excitation: Array,
    v: Array,
    gates: dict[str, Array],
    current_nA: Array,
    dt_ms: float,
) -> tuple[Array, dict[str, Array]]:
    """Advance voltage and gates by one step of backward Euler."""
    gates = dict(gates)
    for channel in CHANNELS:
        gates.update(channel.update_states(gates, dt_ms, v, batch.channels))

    def membrane_current(u: Array) -> Array:
        currents = (ch.compute_current(gates, u, batch.channels) for ch in CHANNELS)
        return sum(currents, start=jnp.zeros_like(u))

    ionic, slope = jax.jvp(membrane_current, (v,), (jnp.ones_like(v),))
    gates.update(_RELEASE.update_states(gates, dt_ms, v, v, batch.release))
    n_exc = batch.from_exc.shape[1]
    g_exc = excitation * _arriving(gates["release_s"][..., :n_exc], batch.from_exc)
    g_inh = _arriving(gates["release_s"][..., n_exc:], batch.from_inh)
    synaptic = g_exc * (v - shared.e_ampa_mV) + g_inh * (v - shared.e_gaba_a_mV)
    # Channels give mA/cm2, synapses and background nA: both to uA/cm2.
    outward = 1e3 * ionic + batch.per_area * (synaptic - current_nA)
    conductance = 1e3 * slope + batch.per_area * (g_exc + g_inh)
    dt_over_c = dt_ms / CAPACITANCE_UF_CM2
    return v - dt_over_c * outward / (1 + dt_over_c * conductance), gates


def _arriving(open_fraction: Array, weights: Array) -> Array:
    """Return the summed conductance onto each neuron, (C, L, N)."""
    return jnp.einsum(
        "clj,cji->cli", open_fraction, weights, precision=lax.Precision.HIGHEST
    )


def _normal_draws(
    root: Array, circuit_id: Array, trial: Array, ms: Array, padding: Padding
) -> tuple[Array, Array, Array]:
    """Return one millisecond of normal deviates for one circuit.

    Private fast ones (DRAWS, N), common fast ones (DRAWS, 1), private slow ones (N,).
    Drawn neuron by neuron from one key per cell type, so padding moves nothing; always
    in float32, so float64 runs meet the same path.
    """
    key = root
    for counter in (circuit_id, trial, ms):
        key = jax.random.fold_in(key, counter)
    private = jnp.concatenate(
        [
            jax.random.normal(jax.random.fold_in(key, kind), (size, DRAWS + 1))
            for kind, size in enumerate(padding)
        ]
    )
    common = jax.random.normal(jax.random.fold_in(key, 2), (DRAWS, 1))
    return private[:, :DRAWS].T, common, private[:, DRAWS]


def _background(
    batch: Batch, root: Array, ms: Array, padding: Padding
) -> tuple[Array, Array]:
    """Return fast (DRAWS, C, 1, N) and slow (C, 1, N) unit-variance deviates."""
    draw = jax.vmap(
        lambda circuit, trial: _normal_draws(root, circuit, trial, ms, padding)
    )
    private, common, slow = draw(batch.circuit_id, batch.trial)
    dtype = batch.per_area.dtype
    share = batch.common_fraction[:, :, None]
    fast = jnp.sqrt(1 - share) * private.astype(dtype)
    fast = fast + jnp.sqrt(share) * common.astype(dtype)
    return jnp.swapaxes(fast, 0, 1)[:, :, None], slow.astype(dtype)[:, None]


@partial(jax.jit, static_argnames=("padding", "n_ms", "dt_ms"))
def run(
    batch: Batch,
    shared: Constants,
    levels: Levels,
    root: Array,
    *,
    padding: Padding,
    n_ms: int,
    dt_ms: float,
) -> tuple[Array, Array]:
    """Simulate ``n_ms`` milliseconds of every circuit at every level.

    All levels of a circuit receive the same background (common random numbers), so the
    difference between levels is the effect of ACh and not of the noise.

    Returns
    -------
    counts
        Spikes per millisecond, (n_ms, C, L, N), uint8.
    v
        Final voltage in mV, (C, L, N): not finite where a simulation failed.
    """
    steps_per_draw = round(DRAW_MS / dt_ms)
    keep_fast = jnp.exp(-DRAW_MS / shared.tau_fast_ms)
    keep_slow = jnp.exp(-BIN_MS / batch.tau_slow_ms)[:, None]
    mean_nA = batch.drive_nA + 1e-3 * batch.leak_nS * levels.depolarisation_mV

    def one_step(state, current_nA):
        v, gates, counts = state
        advanced, gates = step(
            batch, shared, levels.excitation, v, gates, current_nA, dt_ms
        )
        spiked = (v < V_SPIKE_MV) & (advanced >= V_SPIKE_MV)
        return advanced, gates, counts + spiked.astype(jnp.uint8)

    def one_draw(carry, deviate):
        state, fast, slow = carry
        fast = keep_fast * fast + jnp.sqrt(1 - keep_fast**2) * deviate
        current = mean_nA + batch.noise_fast_nA * fast + batch.noise_slow_nA * slow
        state = lax.fori_loop(
            0, steps_per_draw, lambda _, inner: one_step(inner, current), state
        )
        return (state, fast, slow), None

    def one_bin(carry, ms):
        v, gates, fast, slow = carry
        fast_deviates, slow_deviate = _background(batch, root, ms, padding)
        slow = keep_slow * slow + jnp.sqrt(1 - keep_slow**2) * slow_deviate
        state = (v, gates, jnp.zeros(v.shape, jnp.uint8))
        carry, _ = lax.scan(one_draw, (state, fast, slow), fast_deviates)
        (v, gates, counts), fast, slow = carry
        return (v, gates, fast, slow), counts

    v, gates = initial_state(batch, levels.excitation.shape[1])
    start = jnp.uint32(0)
    fast_start, slow_start = _background(batch, root, start, padding)
    carry = (v, gates, fast_start[0], slow_start)
    milliseconds = jnp.arange(1, n_ms + 1, dtype=jnp.uint32)
    (v, *_), counts = lax.scan(one_bin, carry, milliseconds)
    return counts, v

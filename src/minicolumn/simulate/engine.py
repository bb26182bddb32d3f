"""The fast engine: many circuits at many ACh levels in one compiled loop.

State has the shape (circuit C, level L, neuron N), padded as in `packing`. The order
of operations in a step is that of ``jaxley.Module.step`` with backward Euler:
gates, currents, synapses, voltage; a test holds the two together. Release of a synapse
depends on its presynaptic neuron only, so one gate per neuron and a product with the
weight matrix replace one state per connection.

Noise is counter-based: every draw is a function of (seed, circuit, trial, millisecond,
cell type, index), so a circuit receives the same background alone, in any batch and
under any padding.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax

from minicolumn.circuit.membrane import (
    CAPACITANCE_UF_CM2,
    CHANNELS,
    V_INIT_MV,
    V_SPIKE_MV,
    Synapse,
)
from minicolumn.simulate.packing import Batch, Constants, Levels, Padding

BIN_MS = 1.0  # spikes are counted, and the slow background renewed, once per bin
DRAW_MS = 0.1  # the fast background is renewed on this grid, whatever the time step
DRAWS = round(BIN_MS / DRAW_MS)
_RELEASE = Synapse(name="release")


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

"""Circuits as padded arrays: what the engine works on.

Neurons are padded to a block of excitatory and a block of inhibitory ones, so that a
handful of shapes serves all circuits and each shape compiles once.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import DTypeLike
from numpy.typing import NDArray

from minicolumn.circuit.acetylcholine import AchEffect
from minicolumn.circuit.membrane import area_um2, channel_parameters, leak_nS
from minicolumn.circuit.wiring import Circuit
from minicolumn.config.physics import Background, Neurons, Synapses


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

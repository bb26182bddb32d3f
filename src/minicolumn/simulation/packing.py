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
from scipy.stats import norm

from minicolumn.circuits.acetylcholine import AchEffect
from minicolumn.circuits.ei.kinds import Kind, Site
from minicolumn.circuits.ei.membrane import area_um2, channel_parameters, leak_nS
from minicolumn.circuits.ei.synapses import Pathway, parameters_of, pathways, strength
from minicolumn.circuits.ei.wiring import Circuit
from minicolumn.config import Physics


class Padding(NamedTuple):
    """Block sizes that hold the excitatory and inhibitory neurons of a circuit."""

    n_exc: int
    n_inh: int

    def block(self, kind: Kind) -> slice:
        """Return where the neurons of one type stand."""
        return slice(self.n_exc) if kind == "exc" else slice(self.n_exc, sum(self))

    def cover(self, kinds: Sequence[Kind]) -> slice:
        """Return where the neurons of these adjacent types stand."""
        return slice(self.block(kinds[0]).start, self.block(kinds[-1]).stop)


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


def slots_of(circuit: Circuit, padding: Padding) -> NDArray[np.int64]:
    """Return where each neuron of the circuit stands in the padded arrays."""
    return np.r_[: circuit.n_exc, padding.n_exc : padding.n_exc + circuit.n_inh]


class Background(NamedTuple):
    """The current into each neuron without ACh: arrays are (C, 1, N) or (C, 1, 1)."""

    drive_nA: Array
    noise_fast_nA: Array
    noise_slow_nA: Array
    burst_nA: Array
    tau_fast_ms: Array
    tau_slow_ms: Array
    tau_burst_ms: Array
    common_fraction: Array
    burst_above: Array  # a standard normal deviate above this begins a burst


class Batch(NamedTuple):
    """Circuits of one padding, packed: arrays are (C, 1, N) unless stated."""

    circuit_id: Array  # (C,)
    trial: Array  # (C,): another trial is another background for the same circuit
    channels: dict[str, Array]
    synapses: dict[str, Array]  # by parameter: (C, 1, Q) for Q postsynaptic, or ()
    weights: dict[str, Array]  # by pathway: (C, P, Q) in uS for Q postsynaptic
    per_area: Array  # uA/cm2 for each nA into the neuron
    leak_nS: Array
    background: Background


class Levels(NamedTuple):
    """What ACh does at each of L levels."""

    release: dict[Site, Array]  # factor on utilization, (L, 1)
    depolarization_mV: Array  # (1, L, N)
    own_noise: Array | None  # (L,) where each level has a background of its own


def pack(
    circuits: Sequence[Circuit],
    padding: Padding,
    physics: Physics,
    *,
    trials: Sequence[int] = (),
    dtype: DTypeLike = jnp.float32,
) -> Batch:
    """Pack circuits into padded arrays.

    Padding neurons have channels but neither connections nor background: they rest.
    """
    excitatory = np.arange(sum(padding)) < padding.n_exc
    cells = _Cells(circuits, padding, dtype)
    neurons, synapses = physics.neurons, physics.synapses
    channels = [channel_parameters(neurons, excitatory, c.g_M_scale) for c in circuits]
    factor = cells.spread([c.decay_factor for c in circuits], outside=1.0)
    weights = cells.weights()
    return Batch(
        circuit_id=jnp.asarray([c.circuit_id for c in circuits], jnp.uint32),
        trial=jnp.asarray(trials or [0] * len(circuits), jnp.uint32),
        channels={
            name: cells.stack([values[name] for values in channels])
            for name in channels[0]
        },
        synapses={
            name: jnp.asarray(value)
            for pathway in pathways(synapses)
            for name, value in _synapse_values(pathway, physics, factor, padding)
        },
        weights={
            pathway.name: weights[
                :, padding.block(pathway.pre), padding.cover(pathway.post)
            ]
            * strength(pathway, synapses)
            for pathway in pathways(synapses)
        },
        per_area=cells.stack([1e5 / area_um2(neurons, excitatory)] * len(circuits)),
        leak_nS=cells.stack([leak_nS(neurons, excitatory)] * len(circuits)),
        background=_background(circuits, cells, physics.background.tau_burst_ms),
    )


def _synapse_values(
    pathway: Pathway, physics: Physics, factor: Array, padding: Padding
):
    for name, value in parameters_of(pathway, physics.synapses).items():
        if name == f"{pathway.name}_decay":
            yield name, value * factor[..., padding.cover(pathway.post)]
        else:
            yield name, jnp.asarray(value, factor.dtype)


def _background(
    circuits: Sequence[Circuit], cells: "_Cells", tau_burst_ms: float
) -> Background:
    def spread(name: str) -> Array:
        return cells.spread([getattr(circuit, name) for circuit in circuits])

    def each(values: Sequence[float]) -> Array:
        return cells.stack([np.array([value]) for value in values])

    return Background(
        drive_nA=spread("drive_nA"),
        noise_fast_nA=spread("noise_fast_nA"),
        noise_slow_nA=spread("noise_slow_nA"),
        burst_nA=spread("burst_nA"),
        tau_fast_ms=each([c.tau_fast_ms for c in circuits]),
        tau_slow_ms=each([c.tau_slow_ms for c in circuits]),
        tau_burst_ms=each([tau_burst_ms for _ in circuits]),
        common_fraction=each([c.common_fraction for c in circuits]),
        # Drawn once per millisecond.
        burst_above=each([float(norm.isf(1e-3 * c.burst_rate_hz)) for c in circuits]),
    )


class _Cells(NamedTuple):
    """Puts values of circuits where their neurons stand."""

    circuits: Sequence[Circuit]
    padding: Padding
    dtype: DTypeLike

    def stack(self, values: Sequence[NDArray[np.float64]]) -> Array:
        return jnp.asarray(np.stack(values)[:, None], self.dtype)

    def spread(
        self, values: Sequence[NDArray[np.float64]], outside: float = 0.0
    ) -> Array:
        padded = np.full((len(values), sum(self.padding)), outside)
        for row, circuit, value in zip(padded, self.circuits, values, strict=True):
            row[slots_of(circuit, self.padding)] = value
        return self.stack(list(padded))

    def weights(self) -> Array:
        n = sum(self.padding)
        padded = np.zeros((len(self.circuits), n, n))
        for matrix, circuit in zip(padded, self.circuits, strict=True):
            slots = slots_of(circuit, self.padding)
            matrix[np.ix_(slots, slots)] = circuit.weights_uS
        return jnp.asarray(padded, self.dtype)


def spread_levels(
    effect: AchEffect,
    padding: Padding,
    *,
    common_noise: bool = True,
    dtype: DTypeLike = jnp.float32,
) -> Levels:
    """Spread the effect of each level over the padded neurons."""
    excitatory = np.arange(sum(padding)) < padding.n_exc
    shift = effect.depolarization_mV
    shifts = np.where(excitatory, shift["exc"][:, None], shift["inh"][:, None])
    # Named by the level itself: it has the same noise among any others.
    named = np.round(1e6 * effect.level)
    return Levels(
        {site: jnp.asarray(f[:, None], dtype) for site, f in effect.release.items()},
        jnp.asarray(shifts[None], dtype),
        None if common_noise else jnp.asarray(named, jnp.uint32),
    )

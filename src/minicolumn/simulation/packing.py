"""Circuits as padded arrays: what the engine works on.

The neurons of each type are padded to a block, so that a handful of shapes serves all
circuits and each shape compiles once.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import DTypeLike
from numpy.typing import NDArray
from scipy.stats import norm

from minicolumn.circuits.circuit import KINDS, Circuit
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.dynamics import Dynamics, Pathway
from minicolumn.config import Physics
from minicolumn.simulation.runs import Run

LARGEST_STANDARD = 256  # neurons; larger circuits have a padding of their own


class Padding(tuple[int, ...]):
    """Sizes of the blocks that hold the neurons of each type of a circuit."""

    __slots__ = ()

    def __new__(cls, *sizes: int) -> Self:
        """Return the padding with a block of each size."""
        return super().__new__(cls, sizes)

    @classmethod
    def standard(cls, total: int, rest: int, n_types: int) -> Self:
        """Return a padding with ``rest`` for all types but the first, or a bit more.

        They have equal blocks, so that few paddings serve circuits of any composition.
        """
        each = -(-rest // (n_types - 1))
        return cls(total - each * (n_types - 1), *[each] * (n_types - 1))

    def holds(self, circuit: Circuit) -> bool:
        """Return whether the neurons of a circuit fit in."""
        return all(n <= room for n, room in zip(circuit.sizes, self, strict=True))


def padding_of(circuit: Circuit) -> Padding:
    """Return the smallest standard padding that holds the circuit.

    Totals are multiples of 16: vector units are full, and results stay bit-identical
    between paddings. With 80 % excitatory neurons five shapes cover 40 to 100 neurons.
    In a large circuit equal blocks would cost too much.
    """
    if circuit.n > LARGEST_STANDARD:
        return Padding(*(16 * -(-n // 16) for n in circuit.sizes))
    n_types = len(circuit.sizes)
    paddings = (
        Padding.standard(total, -(-total // 20) * 4, n_types)
        for total in itertools.count(16, 16)
    )
    return next(one for one in paddings if one.holds(circuit))


def slots_of(circuit: Circuit, padding: Padding) -> NDArray[np.int64]:
    """Return the position of each neuron of the circuit in the padded arrays."""
    starts = np.cumsum([0, *padding[:-1]])
    return np.concatenate(
        [start + np.arange(n) for start, n in zip(starts, circuit.sizes, strict=True)]
    )


class Background(NamedTuple):
    """The current into each neuron without ACh: arrays are (C, K, N) or (C, K, 1)."""

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
    """Runs of one padding, packed: arrays are (C, K, N) or (C, 1, N) unless stated.

    K is the number of conditions where they differ in background or M conductance, and
    else 1.
    """

    circuit_id: Array  # (C,)
    trial: Array  # (C,): another trial is another background for the same circuit
    channels: dict[str, Array]
    synapses: dict[str, Array]  # by parameter: (C, 1, Q) for Q postsynaptic, or ()
    weights: dict[str, Array]  # by pathway: (C, P, Q) in uS for Q postsynaptic
    per_area: Array  # uA/cm2 for each nA into the neuron
    leak_nS: Array
    background: Background


class Differences(NamedTuple):
    """What differs between the L conditions of each circuit, besides `Batch`."""

    release: dict[str, Array]  # by pathway: factor on utilization, (C, L, 1)
    depolarization_mV: Array  # (C, L, N)
    drive_nA: Array  # (C, L, N)
    own_noise: Array | None  # (C, L) where each condition has a background of its own
    currents_nA: tuple[Array, ...]  # amplitude of each current in time, (C, L, N)
    waveforms: tuple[Array, ...]  # factor on it, (n_ms, C, L, 1)


def pack(
    runs: Sequence[Run],
    padding: Padding,
    dynamics: Dynamics,
    physics: Physics,
    dtype: DTypeLike = jnp.float32,
) -> Batch:
    """Pack the circuits of runs into padded arrays.

    Padding neurons have channels but neither connections nor background: they rest.
    """
    kinds = dynamics.of_neurons(padding)
    circuits = [run.circuit for run in runs]
    cells = _Cells(circuits, padding, dtype)
    acting = [circuit for run in runs for circuit in run.circuits]
    acting = _Cells(acting, padding, dtype, len(acting) // len(runs))
    neurons, synapses = physics.neurons, physics.synapses
    factor = cells.spread([c.decay_factor for c in circuits], outside=1.0)
    per_area = 1e5 / dynamics.area_um2(neurons, kinds)
    used = dynamics.pathways(synapses)
    values = _SynapseValues(dynamics, physics)
    weights_uS = padded_weights(circuits, padding, dtype)
    return Batch(
        circuit_id=jnp.asarray([c.circuit_id for c in circuits], jnp.uint32),
        trial=jnp.asarray([run.trial for run in runs], jnp.uint32),
        channels=_channels(acting, dynamics, physics, kinds),
        synapses={
            key: value
            for pathway in used
            for key, value in values.of(
                pathway, factor[..., dynamics.block(padding, *pathway.post)]
            ).items()
        },
        weights=pathway_weights(weights_uS, padding, dynamics, physics),
        per_area=cells.stack([per_area] * len(circuits)),
        leak_nS=cells.stack([dynamics.leak_nS(neurons, kinds)] * len(circuits)),
        background=_background(acting, physics.background.tau_burst_ms),
    )


def padded_weights(
    circuits: Sequence[Circuit], padding: Padding, dtype: DTypeLike = jnp.float32
) -> Array:
    """Return the peak conductance of each connection in uS, (C, N, N)."""
    n = sum(padding)
    padded = np.zeros((len(circuits), n, n))
    for matrix, circuit in zip(padded, circuits, strict=True):
        slots = slots_of(circuit, padding)
        matrix[np.ix_(slots, slots)] = circuit.weights_uS
    return jnp.asarray(padded, dtype)


def pathway_weights(
    weights_uS: Array, padding: Padding, dynamics: Dynamics, physics: Physics
) -> dict[str, Array]:
    """Return what each pathway has of weights (C, N, N)."""
    return {
        p.name: weights_uS[
            :, dynamics.block(padding, *p.pre), dynamics.block(padding, *p.post)
        ]
        * dynamics.strength(p, physics.synapses)
        for p in dynamics.pathways(physics.synapses)
    }


class _SynapseValues(NamedTuple):
    """Parameters of pathways."""

    dynamics: Dynamics
    physics: Physics

    def of(self, pathway: Pathway, decay_factor: Array) -> dict[str, Array]:
        parameters = self.dynamics.parameters_of(pathway, self.physics.synapses)
        decay = f"{pathway.name}_decay"
        return {
            name: value * decay_factor
            if name == decay
            else jnp.asarray(value, decay_factor.dtype)
            for name, value in parameters.items()
        }


def _channels(
    cells: "_Cells", dynamics: Dynamics, physics: Physics, kinds: NDArray[np.str_]
) -> dict[str, Array]:
    each = [
        dynamics.channel_parameters(physics.neurons, kinds, circuit.g_M_scale)
        for circuit in cells.circuits
    ]
    return {name: cells.stack([values[name] for values in each]) for name in each[0]}


def _background(cells: "_Cells", tau_burst_ms: float) -> Background:
    circuits = cells.circuits

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
    """Puts values of circuits where their neurons are."""

    circuits: Sequence[Circuit]
    padding: Padding
    dtype: DTypeLike
    per_run: int = 1

    def stack(self, values: Sequence[NDArray[np.float64]]) -> Array:
        """Return values of each circuit, (C, circuits of a run, ...)."""
        shape = -1, self.per_run, len(values[0])
        return jnp.asarray(np.stack(values).reshape(shape), self.dtype)

    def spread(
        self, values: Sequence[NDArray[np.float64]], outside: float = 0.0
    ) -> Array:
        padded = np.full((len(values), sum(self.padding)), outside)
        for row, circuit, value in zip(padded, self.circuits, values, strict=True):
            row[slots_of(circuit, self.padding)] = value
        return self.stack(list(padded))


def spread(
    runs: Sequence[Run],
    padding: Padding,
    dynamics: Dynamics,
    dtype: DTypeLike = jnp.float32,
) -> Differences:
    """Spread the conditions of runs over padded neurons; `currents` adds currents.

    Raises
    ------
    ValueError
        If a condition names release sites or types of neuron that there are not.
    """
    for condition in {id(c): c for run in runs for c in run.conditions}.values():
        _check_names(condition, dynamics)

    def each(value: Callable[[Condition], Any]) -> NDArray[np.float64]:
        return np.array([[value(one) for one in run.conditions] for run in runs], float)

    def by_kind(name: str) -> Array:
        shifts = each(lambda one: dynamics.shifts(getattr(one, name)))
        return jnp.asarray(np.repeat(shifts, padding, axis=-1), dtype)

    own = [run.backgrounds for run in runs]
    return Differences(
        release={
            pathway.name: jnp.asarray(each(pathway.release)[..., None], dtype)
            for members in dynamics.receptors.values()
            for pathway in members
        },
        depolarization_mV=by_kind("depolarization_mV"),
        drive_nA=by_kind("drive_nA"),
        own_noise=jnp.asarray(own, jnp.uint32) if own[0] else None,
        currents_nA=(),
        waveforms=(),
    )


def _check_names(condition: Condition, dynamics: Dynamics) -> None:
    named = {*condition.depolarization_mV, *condition.drive_nA}
    kinds = tuple(dict.fromkeys((*KINDS, *dynamics.kinds)))
    unknown = [*(set(condition.release) - set(dynamics.sites)), *(named - set(kinds))]
    if unknown:
        raise ValueError(
            f"a condition names {unknown}: the release sites of these circuits are "
            f"{', '.join(dynamics.sites)}, and their types of neuron {', '.join(kinds)}"
        )

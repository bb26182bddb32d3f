"""Which engine integrates a chunk of runs: `fused` on GPUs that can, else `engine`."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.family import family
from minicolumn.config import Physics
from minicolumn.errors import ConfigError
from minicolumn.simulation import engine, equations, fused, packing
from minicolumn.simulation.currents import with_currents
from minicolumn.simulation.fused_kernel import How
from minicolumn.simulation.packing import Padding
from minicolumn.simulation.runs import Run

# What a GPU needs for Pallas' Triton backend.
COMPUTE_CAPABILITY = 8.0
# Half of the free memory leaves room for the compiler's own copies.
SHARE_OF_FREE_MEMORY = 0.5
# On CPU eight circuits at 11 levels keep their state in the level-2 cache.
ON_CPU = 88
STATE_BYTES_PER_NEURON = 400
# Room for events: a mean rate that most circuits stay below. What overflows runs again.
ROOM_HZ = 25.0
EVENT_BYTES = 4

Events = tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]


class Integrated(Protocol):
    """One chunk after its warm-up, perhaps still being computed."""

    def events(self, run: int, at: int) -> Events:
        """Return millisecond and place in the padding of each spike, in order.

        ``run`` and ``at`` are the positions of the run and of its condition.
        """
        ...

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Whether final voltages are finite, (run, condition, neuron)."""
        ...


class _Raster:
    """What `engine` leaves: counts per millisecond."""

    def __init__(self, counts: Array, v: Array):
        self.counts, self.finite = np.asarray(counts), np.isfinite(np.asarray(v))

    def events(self, run: int, at: int) -> Events:
        ms, place = np.nonzero(self.counts[:, run, at])
        return ms, place


class EventBuffer:
    """What `fused` leaves: events, read from the device when they are asked for.

    A chunk in which a simulation has more spikes than there was room for runs again
    with enough. ``launch`` takes ``how``, whose capacity is a first guess.
    """

    def __init__(self, launch: Callable[[How], tuple[Array, ...]], how: How):
        room = fused.power_of_two(max(16, how.capacity))
        self.launch, self.how = launch, how._replace(capacity=room)
        self.launched = launch(self.how)

    @cached_property
    def _read(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        counts = np.asarray(self.launched[1], np.int64)
        if counts.max() > self.how.capacity:
            how = self.how._replace(capacity=int(counts.max()))
            return EventBuffer(self.launch, how)._read
        events, _, v = self.launched
        ends = np.concatenate([[0], counts.ravel().cumsum()])
        words = fused.compacted(events, self.launched[1], int(ends[-1]))
        return words, ends, np.isfinite(np.asarray(v))

    def events(self, run: int, at: int) -> Events:
        """Return millisecond and place of each spike, as `Integrated` says."""
        words, ends, finite = self._read
        first = run * finite.shape[1] + at
        return fused.decoded(words[ends[first] : ends[first + 1]])

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Whether final voltages are finite, (run, condition, neuron)."""
        return self._read[2]


@dataclass(frozen=True)
class Engine:
    """One way to integrate.

    Attributes
    ----------
    name
        What ``simulation.engine`` of the configuration calls it.
    padding_of
        The padding for a circuit.
    integrate
        From runs, padding, length in ms and physics to their spikes.
    bytes_per_run
        From conditions, padded neurons and length in ms to device memory.
    ahead
        Chunks that the device computes while the spikes of an earlier one are read.
    """

    name: str
    padding_of: Callable[[Circuit], Padding]
    integrate: Callable[[Sequence[Run], Padding, int, Physics], Integrated]
    bytes_per_run: Callable[[int, int, int], int]
    ahead: int

    def chunk_size(self, runs: Sequence[Run], n_ms: int, device: Any = None) -> int:
        """Return how many runs to integrate together on ``device``; by default JAX's.

        Chunks are as large as the device likes, and as even as can be. All runs have
        the same number of conditions.
        """
        largest = self._largest(runs, n_ms, device or jax.devices()[0])
        return math.ceil(len(runs) / math.ceil(len(runs) / largest))

    def _largest(self, runs: Sequence[Run], n_ms: int, device: Any) -> int:
        n_conditions = len(runs[0].conditions)
        if device.platform == "cpu":
            return max(1, ON_CPU // n_conditions)
        memory = device.memory_stats()
        free = memory["bytes_limit"] - memory["bytes_in_use"]
        n_neurons = max(sum(self.padding_of(run.circuit)) for run in runs)
        per_run = self.bytes_per_run(n_conditions, n_neurons, n_ms)
        return max(1, int(SHARE_OF_FREE_MEMORY * free / per_run))


def chosen(runs: Sequence[Run], physics: Physics, device: Any = None) -> Engine:
    """Return the engine that the configuration and the device want for these runs.

    Raises
    ------
    ConfigError
        If the configuration demands the fused engine where it cannot run.
    """
    wanted = physics.simulation.engine
    obstacle = "" if wanted == "xla" else _obstacle(runs, device or jax.devices()[0])
    if wanted == "fused" and obstacle:
        raise ConfigError(
            f"simulation.engine=fused {obstacle}: choose 'xla', or 'auto', which takes "
            "the fused engine wherever it can"
        )
    return XLA if wanted == "xla" or obstacle else FUSED


def _obstacle(runs: Sequence[Run], device: Any) -> str:
    capability = str(getattr(device, "compute_capability", ""))
    known = capability.replace(".", "", 1).isdigit()
    if not known or float(capability) < COMPUTE_CAPABILITY:
        return (
            f"needs a CUDA GPU of compute capability {COMPUTE_CAPABILITY} or later, "
            f"and JAX found {device.device_kind!r}"
        )
    largest = max((run.circuit for run in runs), key=lambda circuit: circuit.n)
    places = max(sum(fused.padding_of(run.circuit)) for run in runs)
    if places > fused.LARGEST:
        return (
            f"takes up to {fused.LARGEST} neurons, equal blocks of the types after the "
            f"first, and a circuit has {largest.n}, which take {places}"
        )
    return ""


def _xla(
    runs: Sequence[Run], padding: Padding, n_ms: int, physics: Physics
) -> Integrated:
    counts, v = engine.run(*_arguments(runs, padding, n_ms, physics))
    return _Raster(counts[_warmup_ms(physics) :], v)


def _fused(
    runs: Sequence[Run],
    padding: Padding,
    n_ms: int,
    physics: Physics,
) -> Integrated:
    warmup_ms = _warmup_ms(physics)
    arguments = _arguments(runs, padding, n_ms, physics)
    launch = partial(fused.run, *arguments)
    room = math.ceil(ROOM_HZ * sum(padding) * (n_ms - warmup_ms) / 1000)
    return EventBuffer(launch, How(warmup_ms, room))


def _arguments(
    runs: Sequence[Run], padding: Padding, n_ms: int, physics: Physics
) -> tuple[packing.Batch, packing.Differences, Array, equations.Program]:
    dynamics = family(physics.circuits.family).dynamics
    differences = packing.spread(runs, padding, dynamics)
    return (
        packing.pack(runs, padding, dynamics, physics),
        with_currents(differences, runs, padding, _warmup_ms(physics), n_ms),
        jax.random.key(physics.seed),
        equations.Program.of(dynamics, padding, n_ms, physics),
    )


def _warmup_ms(physics: Physics) -> int:
    return round(1000 * physics.simulation.warmup_s)


def _raster_bytes(n_conditions: int, n_neurons: int, n_ms: int) -> int:
    return n_conditions * n_neurons * (n_ms + STATE_BYTES_PER_NEURON)


def _event_bytes(n_conditions: int, n_neurons: int, n_ms: int) -> int:
    events = 2 * EVENT_BYTES * ROOM_HZ * n_neurons * n_ms / 1000
    weights = 16 * n_neurons**2
    return int(n_conditions * (events + STATE_BYTES_PER_NEURON * n_neurons) + weights)


XLA = Engine("xla", packing.padding_of, _xla, _raster_bytes, 0)
FUSED = Engine("fused", fused.padding_of, _fused, _event_bytes, 1)

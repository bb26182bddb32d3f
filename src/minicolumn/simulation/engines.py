"""Which engine integrates a chunk of runs: `fused` on GPUs that can, else `engine`."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.family import family
from minicolumn.config import Physics
from minicolumn.errors import ConfigError
from minicolumn.simulation import engine, fused, packing
from minicolumn.simulation.currents import with_currents
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


@dataclass(frozen=True, eq=False)
class Integrated:
    """One chunk after its warm-up.

    Attributes
    ----------
    events
        From the positions of a run and of its condition to the millisecond and place
        in the padding of each spike, in order.
    finite
        Whether final voltages are finite, (run, condition, neuron).
    """

    events: Callable[[int, int], Events]
    finite: NDArray[np.bool_]


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
    """

    name: str
    padding_of: Callable[[Circuit], Padding]
    integrate: Callable[[Sequence[Run], Padding, int, Physics], Integrated]
    bytes_per_run: Callable[[int, int, int], int]

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
    largest = max(run.circuit.n for run in runs)
    if largest > fused.LARGEST:
        return f"takes up to {fused.LARGEST} neurons, and a circuit has {largest}"
    return ""


def _xla(
    runs: Sequence[Run], padding: Padding, n_ms: int, physics: Physics
) -> Integrated:
    counts, v = map(np.asarray, engine.run(*_arguments(runs, padding, n_ms, physics)))
    counts = counts[_warmup_ms(physics) :]
    return Integrated(lambda run, at: np.nonzero(counts[:, run, at]), np.isfinite(v))


def _fused(
    runs: Sequence[Run], padding: Padding, n_ms: int, physics: Physics
) -> Integrated:
    return fused_events(runs, padding, n_ms, physics, interpret=False)


def fused_events(
    runs: Sequence[Run],
    padding: Padding,
    n_ms: int,
    physics: Physics,
    *,
    interpret: bool,
    room_hz: float = ROOM_HZ,
) -> Integrated:
    """Return the spikes that the fused engine finds.

    ``room_hz`` is the mean rate for which there is room at first: a chunk in which a
    simulation has more spikes runs again with enough.
    """
    warmup_ms = _warmup_ms(physics)
    arguments = _arguments(runs, padding, n_ms, physics)
    needed = math.ceil(room_hz * sum(padding) * (n_ms - warmup_ms) / 1000)
    while True:
        capacity = 2 ** max(4, (needed - 1).bit_length())
        events, counts, v = fused.run(
            *arguments, from_ms=warmup_ms, capacity=capacity, interpret=interpret
        )
        counts = np.asarray(counts)
        if (needed := int(counts.max())) <= capacity:
            break
    words = np.asarray(events[..., : max(needed, 1)])

    def of(run: int, at: int) -> Events:
        return fused.decoded(words[run, at, : counts[run, at]])

    return Integrated(of, np.isfinite(np.asarray(v)))


def _arguments(
    runs: Sequence[Run], padding: Padding, n_ms: int, physics: Physics
) -> tuple[packing.Batch, packing.Differences, jax.Array, engine.Program]:
    dynamics = family(physics.circuits.family).dynamics
    differences = packing.spread(runs, padding, dynamics)
    return (
        packing.pack(runs, padding, dynamics, physics),
        with_currents(differences, runs, padding, _warmup_ms(physics), n_ms),
        jax.random.key(physics.seed),
        engine.Program.of(dynamics, padding, n_ms, physics),
    )


def _warmup_ms(physics: Physics) -> int:
    return round(1000 * physics.simulation.warmup_s)


def _raster_bytes(n_conditions: int, n_neurons: int, n_ms: int) -> int:
    return n_conditions * n_neurons * (n_ms + STATE_BYTES_PER_NEURON)


def _event_bytes(n_conditions: int, n_neurons: int, n_ms: int) -> int:
    events = 2 * EVENT_BYTES * ROOM_HZ * n_neurons * n_ms / 1000
    weights = 16 * n_neurons**2
    return int(n_conditions * (events + STATE_BYTES_PER_NEURON * n_neurons) + weights)


XLA = Engine("xla", packing.padding_of, _xla, _raster_bytes)
FUSED = Engine("fused", fused.padding_of, _fused, _event_bytes)

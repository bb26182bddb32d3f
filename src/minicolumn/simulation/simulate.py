"""Simulate any number of runs: sort into shapes, run in chunks, collect spikes."""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.config import Physics
from minicolumn.outcomes import Outcome, outcome_of
from minicolumn.simulation.chunks import chunks
from minicolumn.simulation.engines import Integrated, chosen
from minicolumn.simulation.noise import BIN_MS
from minicolumn.simulation.packing import Padding, slots_of
from minicolumn.simulation.runs import Run

logger = logging.getLogger(__name__)

T = TypeVar("T")

PROGRESS_EVERY_S = 10.0
_NOT_RECORDED = np.uint16(2**16 - 1)


@dataclass(frozen=True, eq=False)
class Spikes:
    """Spikes of one run under one condition after the warm-up, in order of time.

    Attributes
    ----------
    run, place
        The run, and which of its conditions.
    outcome
        How the simulation ended.
    unit
        Recorded neuron of each spike; excitatory ones come first.
    time_ms
        Time of each spike, at the middle of its 1 ms bin.
    """

    run: Run
    place: int
    outcome: Outcome
    unit: NDArray[np.uint16]
    time_ms: NDArray[np.float32]

    @property
    def circuit(self) -> Circuit:
        """The circuit that was simulated."""
        return self.run.circuit


def simulate(
    runs: Sequence[Run],
    physics: Physics,
    *,
    duration_s: float | None = None,
    chunk: int | None = None,
) -> Iterator[Spikes]:
    """Yield the spikes of every run under each of its conditions, in any order.

    Parameters
    ----------
    runs
        What to simulate; each receives its own background, whatever its neighbors.
    physics
        The sections of the configuration that spikes depend on.
    duration_s
        Length of every run after the warm-up; by default that of ``physics``.
    chunk
        Runs integrated together; a default by device. It changes no spike on CPU.
    """
    duration_s = physics.simulation.duration_s if duration_s is None else duration_s
    n_ms = round(1000 * (physics.simulation.warmup_s + duration_s))
    progress = _Progress(len(runs))
    for alike in _by_program(runs):
        engine = chosen(alike, physics)
        size = min(chunk or engine.chunk_size(alike, n_ms), len(alike))
        launched = (
            # As many as in other chunks, so that a padding compiles once.
            (
                members,
                padding,
                engine.integrate(
                    members + members[:1] * (size - len(members)),
                    padding,
                    n_ms,
                    physics,
                ),
            )
            for members, padding in chunks(alike, size, engine.padding_of)
        )
        for members, padding, integrated in _behind(launched, engine.ahead):
            yield from _spikes(members, padding, integrated, duration_s, physics)
            progress.advance(len(members))


def _behind(items: Iterable[T], n: int) -> Iterator[T]:
    """Yield each item once ``n`` more were drawn: a GPU works while spikes are read."""
    waiting: deque[T] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > n:
            yield waiting.popleft()
    yield from waiting


def _by_program(runs: Sequence[Run]) -> list[list[Run]]:
    """Group runs that one compiled program serves: company must move no spike."""
    groups: dict[tuple[int, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(run.program, []).append(run)
    return list(groups.values())


class _Progress:
    """Logs how many runs are done and the time left, not more often than need be."""

    def __init__(self, total: int):
        self.total, self.done = total, 0
        self.started = self.reported = time.monotonic()

    def advance(self, n: int) -> None:
        self.done += n
        now = time.monotonic()
        if now - self.reported > PROGRESS_EVERY_S or self.done == self.total:
            self.reported = now
            left = (now - self.started) / self.done * (self.total - self.done)
            logger.info("%d of %d runs, %.0f s left", self.done, self.total, left)


def _spikes(
    members: Sequence[Run],
    padding: Padding,
    integrated: Integrated,
    duration_s: float,
    physics: Physics,
) -> Iterator[Spikes]:
    for position, run in enumerate(members):
        slots = slots_of(run.circuit, padding)
        unit_at = _unit_at(run.circuit, slots, sum(padding))
        for place in range(len(run.conditions)):
            ms, slot = integrated.events(position, place)
            finite = bool(integrated.finite[position, place, slots].all())
            outcome = outcome_of(
                ms.size,
                run.circuit.n,
                duration_s,
                finite,
                physics.simulation.runaway_hz,
            )
            unit = unit_at[slot]
            kept = unit != _NOT_RECORDED
            time_ms = ms[kept].astype(np.float32) + np.float32(BIN_MS / 2)
            yield Spikes(run, place, outcome, unit[kept], time_ms)


def _unit_at(
    circuit: Circuit, slots: NDArray[np.int64], n_places: int
) -> NDArray[np.uint16]:
    """Return the unit of each place in the padding."""
    unit_at = np.full(n_places, _NOT_RECORDED, np.uint16)
    recorded = slots[list(circuit.recorded)] if circuit.recorded else slots
    unit_at[recorded] = np.arange(recorded.size)
    return unit_at

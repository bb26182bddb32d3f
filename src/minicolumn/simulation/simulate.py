"""Simulate any number of circuits: sort into shapes, run in chunks, collect spikes."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.acetylcholine import effect_of
from minicolumn.circuits.ei.wiring import Circuit, build_circuit
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config import Physics
from minicolumn.outcomes import Outcome
from minicolumn.simulation import engine, packing
from minicolumn.simulation.chunks import Run, chunk_size, chunks
from minicolumn.simulation.noise import BIN_MS
from minicolumn.simulation.outcome import outcome_of

logger = logging.getLogger(__name__)

PROGRESS_EVERY_S = 10.0


@dataclass(frozen=True)
class Spikes:
    """Spikes of one circuit at one level after the warm-up, in order of time.

    Attributes
    ----------
    unit
        Neuron of each spike; excitatory ones come first.
    time_ms
        Time of each spike, at the middle of its 1 ms bin.
    """

    circuit: Circuit
    trial: int
    level: float
    outcome: Outcome
    unit: NDArray[np.uint16]
    time_ms: NDArray[np.float32]


def build_circuits(
    parameters: Iterable[Mapping[str, float]], physics: Physics
) -> list[Circuit]:
    """Return one circuit for each row of the ``circuits`` table."""
    return [
        build_circuit(
            int(row["circuit_id"]),
            row,
            physics.wiring,
            physics.background,
            physics.seed,
        )
        for row in parameters
    ]


def simulate(
    circuits: Sequence[Circuit],
    mechanism: Mechanism,
    physics: Physics,
    *,
    levels: tuple[float, ...] | None = None,
    duration_s: float | None = None,
    trials: Sequence[int] = (0,),
    chunk: int | None = None,
) -> Iterator[Spikes]:
    """Yield the spikes of every circuit in every trial at every level, in any order.

    Parameters
    ----------
    circuits
        What to simulate; each receives its own background, whatever its neighbors.
    mechanism
        What ACh does.
    physics
        The sections of the configuration that spikes depend on.
    levels, duration_s
        In place of those in ``physics``.
    trials
        Each is another background for the same circuit.
    chunk
        Runs integrated together; a default by device. It changes no spike on CPU.
    """
    levels = physics.acetylcholine.levels if levels is None else levels
    duration_s = physics.simulation.duration_s if duration_s is None else duration_s
    effect = effect_of(mechanism, levels, physics.acetylcholine)
    runs = [Run(circuit, trial) for circuit in circuits for trial in trials]
    size = chunk or chunk_size(runs, len(levels), milliseconds(physics, duration_s))
    progress = _Progress(mechanism, len(runs))
    for members, padding in chunks(runs, size):
        spread = packing.spread_levels(
            effect, padding, common_noise=physics.simulation.common_noise
        )
        counts, v = integrate(members, padding, spread, physics, duration_s)
        for position, run in enumerate(members):
            if run.wanted:
                yield from _spikes(
                    run, padding, levels, counts[:, position], v[position], physics
                )
        progress.advance(sum(run.wanted for run in members))


class _Progress:
    """Logs how many runs are done and the time left, not more often than need be."""

    def __init__(self, name: str, total: int):
        self.name, self.total, self.done = name, total, 0
        self.started = self.reported = time.monotonic()

    def advance(self, n: int) -> None:
        self.done += n
        now = time.monotonic()
        if now - self.reported > PROGRESS_EVERY_S or self.done == self.total:
            self.reported = now
            left = (now - self.started) / self.done * (self.total - self.done)
            logger.info(
                "%s: %d of %d runs, %.0f s left", self.name, self.done, self.total, left
            )


def integrate(
    members: Sequence[Run],
    padding: packing.Padding,
    levels: packing.Levels,
    physics: Physics,
    duration_s: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return counts (ms, run, level, neuron) after warm-up, and final voltage."""
    warmup_ms = round(physics.simulation.warmup_s * 1000)
    batch = packing.pack(
        [run.circuit for run in members],
        padding,
        physics,
        trials=[run.trial for run in members],
    )
    counts, v = engine.run(
        batch,
        levels,
        jax.random.key(physics.seed),
        padding=padding,
        n_ms=milliseconds(physics, duration_s),
        dt_ms=physics.simulation.dt_ms,
        transmission_ms=physics.synapses.transmission_ms,
    )
    return np.asarray(counts[warmup_ms:]), np.asarray(v)


def milliseconds(physics: Physics, duration_s: float) -> int:
    """Return the length of a run, its warm-up included."""
    return round(1000 * (physics.simulation.warmup_s + duration_s))


def _spikes(
    run: Run,
    padding: packing.Padding,
    levels: tuple[float, ...],
    counts: NDArray[np.uint8],
    v: NDArray[np.float32],
    physics: Physics,
) -> Iterator[Spikes]:
    slots = packing.slots_of(run.circuit, padding)
    for index, level in enumerate(levels):
        ms, unit = np.nonzero(counts[:, index][:, slots])
        outcome = outcome_of(
            ms.size,
            run.circuit.n,
            len(counts) / 1000,
            v[index, slots],
            physics.simulation.runaway_hz,
        )
        yield Spikes(
            run.circuit,
            run.trial,
            level,
            outcome,
            unit.astype(np.uint16),
            ms.astype(np.float32) + np.float32(BIN_MS / 2),
        )

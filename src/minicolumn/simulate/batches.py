"""Simulate any number of circuits: sort into shapes, run in chunks, collect spikes."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from minicolumn.circuit.acetylcholine import AchEffect, effect_of
from minicolumn.circuit.wiring import Circuit, build_circuit
from minicolumn.config import Physics
from minicolumn.mechanisms import Mechanism
from minicolumn.simulate import engine
from minicolumn.simulate.outcome import Outcome, outcome_of

logger = logging.getLogger(__name__)

# Circuits integrated together. On CPU eight keep the state in the level-2 cache; a GPU
# needs hundreds to be busy.
CHUNK = {"cpu": 8, "gpu": 512}
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
    trial: int = 0,
    chunk: int | None = None,
) -> Iterator[Spikes]:
    """Yield the spikes of every circuit at every level, in no particular order.

    Parameters
    ----------
    circuits
        What to simulate; each receives its own background, whatever its neighbours.
    mechanism
        What ACh does.
    physics
        The sections of the configuration that spikes depend on.
    levels, duration_s
        In place of those in ``physics``.
    trial
        Another trial is another background for the same circuit.
    chunk
        Circuits integrated together; a default by device. It changes no spike on CPU.
    """
    levels = physics.acetylcholine.levels if levels is None else levels
    duration_s = physics.simulation.duration_s if duration_s is None else duration_s
    effect = effect_of(mechanism, levels, physics.acetylcholine)
    chunk = chunk or CHUNK.get(jax.default_backend(), CHUNK["gpu"])
    done, started, reported = 0, time.monotonic(), time.monotonic()
    for members, padding in _chunks(circuits, chunk):
        counts, v = _run(members, padding, effect, physics, duration_s, trial, chunk)
        for position, circuit in enumerate(members):
            yield from _spikes(
                circuit, padding, levels, counts[:, position], v[position], physics
            )
        done += len(members)
        if time.monotonic() - reported > PROGRESS_EVERY_S or done == len(circuits):
            reported = time.monotonic()
            left = (reported - started) / done * (len(circuits) - done)
            logger.info(
                "%s: %d of %d circuits, %.0f s left",
                mechanism,
                done,
                len(circuits),
                left,
            )


def _chunks(
    circuits: Sequence[Circuit], chunk: int
) -> Iterator[tuple[list[Circuit], engine.Padding]]:
    by_padding: dict[engine.Padding, list[Circuit]] = {}
    for circuit in circuits:
        by_padding.setdefault(engine.padding_of(circuit), []).append(circuit)
    for padding, members in by_padding.items():
        for first in range(0, len(members), chunk):
            yield members[first : first + chunk], padding


def _run(
    members: list[Circuit],
    padding: engine.Padding,
    effect: AchEffect,
    physics: Physics,
    duration_s: float,
    trial: int,
    chunk: int,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return counts (ms, circuit, level, neuron) after warm-up, and final voltage."""
    # A short chunk is filled up with its first circuit: one shape, one compilation.
    filled = members + members[:1] * (chunk - len(members))
    warmup_ms = round(physics.simulation.warmup_s * 1000)
    counts, v = engine.run(
        engine.pack(filled, padding, physics.neurons, physics.synapses),
        engine.constants(physics.synapses, physics.background),
        engine.spread_levels(effect, padding),
        jax.random.key(physics.seed),
        jnp.uint32(trial),
        padding=padding,
        n_ms=warmup_ms + round(duration_s * 1000),
        dt_ms=physics.simulation.dt_ms,
    )
    return np.asarray(counts[warmup_ms:]), np.asarray(v)


def _spikes(
    circuit: Circuit,
    padding: engine.Padding,
    levels: tuple[float, ...],
    counts: NDArray[np.uint8],
    v: NDArray[np.float32],
    physics: Physics,
) -> Iterator[Spikes]:
    slots = engine.slots_of(circuit, padding)
    for index, level in enumerate(levels):
        ms, unit = np.nonzero(counts[:, index][:, slots])
        outcome = outcome_of(
            ms.size,
            circuit.n,
            len(counts) / 1000,
            v[index, slots],
            physics.simulation.runaway_hz,
        )
        yield Spikes(
            circuit,
            level,
            outcome,
            unit.astype(np.uint16),
            ms.astype(np.float32) + np.float32(engine.BIN_MS / 2),
        )

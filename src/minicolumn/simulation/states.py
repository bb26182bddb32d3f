"""Simulate circuits that each have an ACh effect of their own, one level per run."""

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.acetylcholine import AchEffect
from minicolumn.circuits.ei.wiring import Circuit
from minicolumn.config import Physics
from minicolumn.simulation import packing
from minicolumn.simulation.chunks import Run, chunk_size, chunks
from minicolumn.simulation.simulate import integrate, milliseconds

logger = logging.getLogger(__name__)

# On CPU: the same neurons together as eight circuits at 11 levels.
ON_CPU = 88


@dataclass(frozen=True, eq=False)
class StateRun:
    """One circuit under the effect of one level, for one run of any length.

    Attributes
    ----------
    circuit
        What to simulate; its identity and ``trial`` name its background.
    trial
        Another trial is another background for the same circuit.
    effect
        What ACh does, at one level.
    """

    circuit: Circuit
    trial: int
    effect: AchEffect


def simulate_states(
    runs: Sequence[StateRun], physics: Physics, duration_s: float
) -> Iterator[tuple[StateRun, NDArray[np.uint8], NDArray[np.float32]]]:
    """Yield each run, its spikes and its final voltage, in any order.

    Parameters
    ----------
    runs
        No two with the same circuit and trial.
    physics
        The sections of the configuration that spikes depend on.
    duration_s
        Length of every run after the warm-up.

    Yields
    ------
    run
        One of ``runs``.
    counts
        Spikes per millisecond after the warm-up, (ms, neuron).
    v
        Final voltage in mV, (neuron,): not finite where the simulation failed.
    """
    n_ms = milliseconds(physics, duration_s)
    named = {(run.circuit.circuit_id, run.trial): run for run in runs}
    plain = [Run(run.circuit, run.trial) for run in runs]
    done = 0
    for members, padding in chunks(plain, _chunk_size(plain, n_ms)):
        chunk = [named[one.circuit.circuit_id, one.trial] for one in members]
        levels = _own_levels([run.effect for run in chunk], padding)
        counts, v = integrate(members, padding, levels, physics, duration_s)
        for position, (one, run) in enumerate(zip(members, chunk, strict=True)):
            if one.wanted:
                slots = packing.slots_of(run.circuit, padding)
                mine = counts[:, position, 0][:, slots]
                yield run, mine, v[position, 0, slots]
        done += sum(one.wanted for one in members)
        logger.info("%d of %d runs", done, len(runs))


def _chunk_size(runs: Sequence[Run], n_ms: int) -> int:
    """Return chunks as large as the device likes, and as even as can be."""
    on_cpu = jax.devices()[0].platform == "cpu"
    largest = ON_CPU if on_cpu else chunk_size(runs, 1, n_ms)
    return math.ceil(len(runs) / math.ceil(len(runs) / largest))


def _own_levels(
    effects: Sequence[AchEffect], padding: packing.Padding
) -> packing.Levels:
    """Return one level per circuit: release (C, 1, 1), depolarization (C, 1, N)."""
    each = [packing.spread_levels(effect, padding) for effect in effects]
    return packing.Levels(
        {
            site: jnp.stack([levels.release[site] for levels in each])
            for site in each[0].release
        },
        jnp.concatenate([levels.depolarization_mV for levels in each]),
        None,
    )

"""Some circuits again and again, under other noise: what tells signal from noise."""

from collections.abc import Iterator, Sequence
from typing import Any

from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.simulation.shard import spike_columns
from minicolumn.simulation.simulate import build_circuits, simulate

# Circuits whose spikes are in memory together.
PER_PART = 64


def simulate_repeats(
    circuit_ids: Sequence[int], mechanism: Mechanism, physics: Physics, n_trials: int
) -> Iterator[dict[str, list[Any]]]:
    """Yield the ``repeats`` table in parts, by circuit, level and trial.

    Trial 0 has the background that the circuit has in ``simulations``; every other
    trial has another.
    """
    for start in range(0, len(circuit_ids), PER_PART):
        ids = circuit_ids[start : start + PER_PART]
        circuits = build_circuits(
            parameter_rows(physics.prior, physics.seed, ids), physics
        )
        results = sorted(
            simulate(circuits, mechanism, physics, trials=range(n_trials)),
            key=lambda spikes: (spikes.circuit.circuit_id, spikes.level, spikes.trial),
        )
        trials = {"trial": [spikes.trial for spikes in results]}
        yield spike_columns(results, mechanism, physics) | trials

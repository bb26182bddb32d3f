"""Some circuits again and again, under other noise: what tells signal from noise."""

from collections.abc import Iterator, Sequence
from typing import Any

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.shard import spike_columns
from minicolumn.simulation.simulate import simulate

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
        runs = runs_at_levels(circuits, mechanism, physics, trials=range(n_trials))
        results = sorted(
            simulate(runs, physics),
            key=lambda s: (s.circuit.circuit_id, s.place, s.run.trial),
        )
        trials = {"trial": [spikes.run.trial for spikes in results]}
        yield spike_columns(results, mechanism, physics) | trials

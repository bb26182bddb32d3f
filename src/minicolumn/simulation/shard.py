"""One shard: circuits at all levels under one mechanism, as a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config import Physics
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.simulate import simulate

# Runs whose spikes are in memory together, about 0.3 MB each at published size; large
# enough to keep a GPU busy.
PER_PART = 512
# Memory for the weights of circuits that are in memory together.
WEIGHT_BYTES = 2**30


def simulate_shard(
    parameters: Sequence[Mapping[str, float]],
    mechanism: Mechanism,
    physics: Physics,
    n_trials: int = 0,
) -> Iterator[dict[str, list[Any]]]:
    """Yield the ``simulations`` table in parts, by circuit and level.

    ``parameters`` are rows of the ``circuits`` table. With ``n_trials`` it is the
    ``repeats`` table, by trial, too. Trial 0 has the background that a circuit has in
    ``simulations``; every other trial has another.
    """
    trials = range(max(1, n_trials))
    largest = int(max((row["n_neurons"] for row in parameters), default=1))
    at_once = WEIGHT_BYTES // (8 * largest**2)
    per_part = max(1, min(PER_PART // len(trials), at_once))
    for start in range(0, len(parameters), per_part):
        circuits = build_circuits(parameters[start : start + per_part], physics)
        runs = runs_at_levels(circuits, mechanism, physics, trials=trials)
        results = sorted(
            simulate(runs, physics),
            key=lambda s: (s.circuit.circuit_id, s.place, s.run.trial),
        )
        trial = {"trial": [s.run.trial for s in results]} if n_trials else {}
        yield trial | {
            "circuit_id": [s.circuit.circuit_id for s in results],
            "mechanism": [mechanism] * len(results),
            "level": [physics.acetylcholine.levels[s.place] for s in results],
            "outcome": [str(s.outcome) for s in results],
            "n_units": [s.circuit.n_recorded for s in results],
            "n_excitatory": [s.circuit.n_exc_recorded for s in results],
            "duration_s": [physics.simulation.duration_s] * len(results),
            "spike_unit": [s.unit for s in results],
            "spike_time_ms": [s.time_ms for s in results],
        }

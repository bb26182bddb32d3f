"""One shard: a range of circuits at all levels under one mechanism, as a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from minicolumn.config import Physics
from minicolumn.mechanisms import Mechanism
from minicolumn.simulate.batches import build_circuits, simulate


def simulate_shard(
    parameters: Iterable[Mapping[str, float]], mechanism: Mechanism, physics: Physics
) -> dict[str, list[Any]]:
    """Return the columns of the ``simulations`` table, by circuit and level.

    ``parameters`` are rows of the ``circuits`` table.
    """
    circuits = build_circuits(parameters, physics)
    results = sorted(
        simulate(circuits, mechanism, physics),
        key=lambda spikes: (spikes.circuit.circuit_id, spikes.level),
    )
    return {
        "circuit_id": [s.circuit.circuit_id for s in results],
        "mechanism": [mechanism] * len(results),
        "level": [s.level for s in results],
        "outcome": [str(s.outcome) for s in results],
        "n_units": [s.circuit.n for s in results],
        "n_excitatory": [s.circuit.n_exc for s in results],
        "duration_s": [physics.simulation.duration_s] * len(results),
        "spike_unit": [s.unit for s in results],
        "spike_time_ms": [s.time_ms for s in results],
    }

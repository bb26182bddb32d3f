"""One shard: a range of circuits at all levels under one mechanism, as a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config import Physics
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.simulate import Spikes, simulate

# Circuits whose spikes are in memory together, about 0.3 MB each at published size;
# large enough to keep a GPU busy.
PER_PART = 512


def simulate_shard(
    parameters: Sequence[Mapping[str, float]], mechanism: Mechanism, physics: Physics
) -> Iterator[dict[str, list[Any]]]:
    """Yield the ``simulations`` table in parts, by circuit and level.

    ``parameters`` are rows of the ``circuits`` table.
    """
    for start in range(0, len(parameters), PER_PART):
        circuits = build_circuits(parameters[start : start + PER_PART], physics)
        results = sorted(
            simulate(runs_at_levels(circuits, mechanism, physics), physics),
            key=lambda spikes: (spikes.circuit.circuit_id, spikes.place),
        )
        yield spike_columns(results, mechanism, physics)


def spike_columns(
    results: Sequence[Spikes], mechanism: Mechanism, physics: Physics
) -> dict[str, list[Any]]:
    """Return the columns of `tables.SIMULATIONS`, one row per result."""
    return {
        "circuit_id": [s.circuit.circuit_id for s in results],
        "mechanism": [mechanism] * len(results),
        "level": [physics.acetylcholine.levels[s.place] for s in results],
        "outcome": [str(s.outcome) for s in results],
        "n_units": [s.circuit.n for s in results],
        "n_excitatory": [s.circuit.n_exc for s in results],
        "duration_s": [physics.simulation.duration_s] * len(results),
        "spike_unit": [s.unit for s in results],
        "spike_time_ms": [s.time_ms for s in results],
    }

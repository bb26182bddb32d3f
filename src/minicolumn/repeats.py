"""Some circuits again and again, under other noise: what tells signal from noise."""

from collections.abc import Iterator, Sequence
from typing import Any

from minicolumn.circuit.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.mechanisms import Mechanism
from minicolumn.simulate.batches import build_circuits, simulate

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
        yield {
            "circuit_id": [s.circuit.circuit_id for s in results],
            "mechanism": [mechanism] * len(results),
            "level": [s.level for s in results],
            "trial": [s.trial for s in results],
            "outcome": [str(s.outcome) for s in results],
            "n_units": [s.circuit.n for s in results],
            "n_excitatory": [s.circuit.n_exc for s in results],
            "duration_s": [physics.simulation.duration_s] * len(results),
            "spike_unit": [s.unit for s in results],
            "spike_time_ms": [s.time_ms for s in results],
        }

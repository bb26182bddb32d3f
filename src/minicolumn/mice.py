"""Synthetic mice: recordings with a known mechanism, made by held-out circuits.

A mouse alternates between bouts of rest and running. Each bout is a simulation of its
own (another trial of the same circuit at its state's ACh level), so a session is not
continuous where two bouts meet: windows must not cross the edge of a bout.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from minicolumn.circuit.prior import parameter_rows
from minicolumn.circuit.wiring import Circuit
from minicolumn.config import Physics
from minicolumn.config.analysis import States
from minicolumn.config.recordings import Synthetic
from minicolumn.mechanisms import MECHANISMS, Mechanism
from minicolumn.shards import mouse_circuits, mouse_sessions
from minicolumn.simulate.batches import Spikes, build_circuits, simulate
from minicolumn.store import columns_of

WINDOWS_PER_BOUT = 3


def simulate_mice(
    mice: Synthetic, states: States, physics: Physics
) -> dict[str, list[Any]]:
    """Return the columns of the ``synthetic_mice`` table, one row per mouse."""
    sessions = iter(mouse_sessions(len(MECHANISMS), mice.mice_per_mechanism))
    rows: list[dict[str, Any]] = []
    for group, mechanism in enumerate(MECHANISMS):
        ids = mouse_circuits(group, mice.mice_per_mechanism)
        circuits = build_circuits(
            parameter_rows(physics.prior, physics.seed, ids), physics
        )
        bouts = _simulate_bouts(circuits, mechanism, mice, states, physics)
        rows += [
            {
                "session_id": next(sessions),
                "circuit_id": circuit.circuit_id,
                "mechanism": mechanism,
                "n_units": circuit.n,
                "n_excitatory": circuit.n_exc,
                **_recording(bouts[circuit.circuit_id], _bout_s(physics)),
            }
            for circuit in circuits
        ]
    return columns_of(rows)


def _bout_s(physics: Physics) -> float:
    return WINDOWS_PER_BOUT * physics.simulation.duration_s


def _simulate_bouts(
    circuits: Sequence[Circuit],
    mechanism: Mechanism,
    mice: Synthetic,
    states: States,
    physics: Physics,
) -> dict[int, list[Spikes]]:
    """Return the bouts of each circuit in order: rest, running, rest, running, ..."""
    bouts: dict[int, list[Spikes]] = defaultdict(list)
    for parity, level in enumerate((states.stationary, states.running)):
        results = simulate(
            circuits,
            mechanism,
            physics,
            levels=(level,),
            duration_s=_bout_s(physics),
            # Trial 0 belongs to the training circuits.
            trials=range(1 + parity, 1 + 2 * mice.bouts_per_state, 2),
            chunk=len(circuits) * mice.bouts_per_state,
        )
        for spikes in results:
            bouts[spikes.circuit.circuit_id].append(spikes)
    return {id_: sorted(found, key=lambda s: s.trial) for id_, found in bouts.items()}


def _recording(bouts: Sequence[Spikes], bout_s: float) -> dict[str, Any]:
    start_s = np.arange(len(bouts)) * bout_s
    times_s = [
        spikes.time_ms.astype(np.float64) / 1e3 + start
        for spikes, start in zip(bouts, start_s, strict=True)
    ]
    return {
        "spike_unit": np.concatenate([spikes.unit for spikes in bouts]),
        "spike_time_s": np.concatenate(times_s),
        "bout_start_s": start_s,
        "bout_stop_s": start_s + bout_s,
        "bout_running": np.arange(len(bouts)) % 2 == 1,
    }

"""Synthetic mice: recordings with a known mechanism, made by held-out circuits.

A mouse alternates between bouts of rest and running. The bouts of one state are
consecutive pieces of one long simulation at that state's ACh level, so two neighbouring
pieces of a session are not continuous: windows must not cross the edge of a bout.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuit.prior import parameter_rows
from minicolumn.circuit.wiring import Circuit
from minicolumn.config import Physics
from minicolumn.config.analysis import States, Synthetic
from minicolumn.mechanisms import MECHANISMS, Mechanism
from minicolumn.shards import mouse_circuits, mouse_sessions
from minicolumn.simulate.batches import Spikes, build_circuits, simulate
from minicolumn.store import columns_of

WINDOWS_PER_BOUT = 3
_TRIALS = {"stationary": 1, "running": 2}  # trial 0 belongs to the training circuits


@dataclass(frozen=True)
class Bouts:
    """Alternating bouts of equal length, rest first."""

    per_state: int
    length_s: float

    @property
    def start_s(self) -> NDArray[np.float64]:
        """Start of every bout, (2 per_state,)."""
        return np.arange(2 * self.per_state) * self.length_s

    @property
    def running(self) -> NDArray[np.bool_]:
        """Whether each bout is a running one, (2 per_state,)."""
        return np.arange(2 * self.per_state) % 2 == 1

    def place(self, time_s: NDArray[np.float64], running: bool) -> NDArray[np.float64]:
        """Return session times of spikes at ``time_s`` within one state's own time."""
        bout = np.floor(time_s / self.length_s)
        return time_s + (bout + running) * self.length_s


def simulate_mice(
    mice: Synthetic, states: States, physics: Physics
) -> dict[str, list[Any]]:
    """Return the columns of the ``synthetic_mice`` table, one row per mouse."""
    length_s = WINDOWS_PER_BOUT * physics.simulation.duration_s
    bouts = Bouts(mice.bouts_per_state, length_s)
    rows: list[dict[str, Any]] = []
    sessions = iter(mouse_sessions(len(MECHANISMS), mice.mice_per_mechanism))
    for group, mechanism in enumerate(MECHANISMS):
        ids = mouse_circuits(group, mice.mice_per_mechanism)
        circuits = build_circuits(
            parameter_rows(physics.prior, physics.seed, ids), physics
        )
        by_state = {
            state: _by_circuit(circuits, mechanism, state, level, bouts, physics)
            for state, level in states.model_dump().items()
        }
        for circuit in circuits:
            row = {
                "session_id": next(sessions),
                "circuit_id": circuit.circuit_id,
                "mechanism": mechanism,
                "n_units": circuit.n,
                "n_excitatory": circuit.n_exc,
                **_recording(
                    by_state["stationary"][circuit.circuit_id],
                    by_state["running"][circuit.circuit_id],
                    bouts,
                ),
            }
            rows.append(row)
    return columns_of(rows)


def _by_circuit(
    circuits: Sequence[Circuit],
    mechanism: Mechanism,
    state: str,
    level: float,
    bouts: Bouts,
    physics: Physics,
) -> dict[int, Spikes]:
    results = simulate(
        circuits,
        mechanism,
        physics,
        levels=(level,),
        duration_s=bouts.per_state * bouts.length_s,
        trial=_TRIALS[state],
        chunk=len(circuits),
    )
    return {spikes.circuit.circuit_id: spikes for spikes in results}


def _recording(stationary: Spikes, running: Spikes, bouts: Bouts) -> dict[str, Any]:
    unit = np.concatenate([stationary.unit, running.unit])
    time_s = np.concatenate(
        [
            bouts.place(stationary.time_ms / 1e3, running=False),
            bouts.place(running.time_ms / 1e3, running=True),
        ]
    )
    order = np.argsort(time_s, kind="stable")
    return {
        "spike_unit": unit[order],
        "spike_time_s": time_s[order],
        "bout_start_s": bouts.start_s,
        "bout_stop_s": bouts.start_s + bouts.length_s,
        "bout_running": bouts.running,
    }

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

from minicolumn.circuit.acetylcholine import MECHANISMS, Mechanism
from minicolumn.circuit.wiring import Circuit
from minicolumn.config import Physics
from minicolumn.config.analysis import States
from minicolumn.shards import FIRST_MOUSE_CIRCUIT, mouse_sessions
from minicolumn.simulate.batches import Spikes, circuits_of, simulate

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
    mice_per_mechanism: int, bouts_per_state: int, states: States, physics: Physics
) -> dict[str, list[Any]]:
    """Return the columns of the ``synthetic_mice`` table, one row per mouse."""
    length_s = WINDOWS_PER_BOUT * physics.simulation.duration_s
    bouts = Bouts(bouts_per_state, length_s)
    columns: dict[str, list[Any]] = {}
    sessions = iter(mouse_sessions(len(MECHANISMS) * mice_per_mechanism))
    for group, mechanism in enumerate(MECHANISMS):
        first = FIRST_MOUSE_CIRCUIT + group * mice_per_mechanism
        circuits = circuits_of(range(first, first + mice_per_mechanism), physics)
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
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    return columns


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

"""Synthetic mice: recordings with a known mechanism, made by held-out circuits.

A mouse alternates between bouts of rest and running. Its ACh levels, dose and confound
are its own, drawn as those of the mice that inference learns from. Each bout is a
simulation of its own (another trial of the same circuit), so a session is not
continuous where two bouts meet: windows must not cross the edge of a bout.
"""

from collections import defaultdict
from typing import Any

import numpy as np

from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import MouseRanges, Physics
from minicolumn.config.recordings import Synthetic
from minicolumn.files.store import columns_of
from minicolumn.keys import synthetic_circuits, synthetic_sessions
from minicolumn.mice.mouse import circuits_of, draw_mouse
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import Spikes, simulate
from minicolumn.states import STATES, State

WINDOWS_PER_BOUT = 3


def simulate_mice(
    synthetic: Synthetic, ranges: MouseRanges, physics: Physics
) -> dict[str, list[Any]]:
    """Return the columns of the ``synthetic_mice`` table, one row per mouse."""
    mice = [
        draw_mouse(circuit_id, mechanism, ranges, physics.seed)
        for group, mechanism in enumerate(MECHANISMS)
        for circuit_id in synthetic_circuits(group, synthetic.mice_per_mechanism)
    ]
    circuits = circuits_of(mice, physics)
    ach = physics.acetylcholine
    dosed = {one: ach.at_dose(circuit.max_mV) for one, circuit in circuits.items()}
    bout_s = WINDOWS_PER_BOUT * physics.simulation.duration_s
    runs = [
        Run(
            circuits[mouse.circuit_id],
            1 + bout,  # trial 0 belongs to the training circuits
            (mouse.condition(_state(bout), dosed[mouse.circuit_id]),),
        )
        for mouse in mice
        for bout in range(2 * synthetic.bouts_per_state)
    ]
    bouts: dict[int, dict[int, Spikes]] = defaultdict(dict)
    for spikes in simulate(runs, physics, duration_s=bout_s):
        bouts[spikes.circuit.circuit_id][spikes.run.trial - 1] = spikes
    n_fast_spiking = family(physics.circuits.family).n_fast_spiking
    sessions = synthetic_sessions(len(MECHANISMS), synthetic.mice_per_mechanism)
    return columns_of(
        [
            {
                "session_id": session,
                "circuit_id": mouse.circuit_id,
                "mechanism": mouse.mechanism,
                "level_stationary": mouse.stationary,
                "level_running": mouse.level("running", ach),
                "max_mV": circuits[mouse.circuit_id].max_mV,
                "n_units": circuits[mouse.circuit_id].n_recorded,
                "n_excitatory": circuits[mouse.circuit_id].n_exc_recorded,
                "n_fast_spiking": n_fast_spiking(
                    circuits[mouse.circuit_id].recorded_sizes
                ),
                **_recording(bouts[mouse.circuit_id], bout_s),
            }
            for session, mouse in zip(sessions, mice, strict=True)
        ]
    )


def _state(bout: int) -> State:
    return STATES[bout % 2]


def _recording(bouts: dict[int, Spikes], bout_s: float) -> dict[str, Any]:
    start_s = np.arange(len(bouts)) * bout_s
    times_s = [bouts[i].time_ms.astype(np.float64) / 1e3 for i in range(len(bouts))]
    return {
        "spike_unit": np.concatenate([bouts[i].unit for i in range(len(bouts))]),
        "spike_time_s": np.concatenate(
            [time_s + start for time_s, start in zip(times_s, start_s, strict=True)]
        ),
        "bout_start_s": start_s,
        "bout_stop_s": start_s + bout_s,
        "bout_running": np.array([_state(i) == "running" for i in range(len(bouts))]),
    }

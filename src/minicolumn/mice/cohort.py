"""Let simulated mice rest and run, and describe every window of both."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from minicolumn.config import Physics, Statistics
from minicolumn.config.circuits import Dosed
from minicolumn.files.store import columns_of
from minicolumn.jobs.workers import in_order
from minicolumn.mice.mouse import Mouse, circuits_of
from minicolumn.mice.recorded_neurons import recorded, windows_of
from minicolumn.outcomes import Outcome, outcome_of
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import Spikes, simulate
from minicolumn.states import STATES, State
from minicolumn.statistics.names import ALL_NAMES
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import describe_windows

Windows = dict[State, list[tuple[Outcome, SpikeTrains]]]
OfMouse = tuple[Mouse, Windows, Dosed]


def simulate_cohort(
    mice: Sequence[Mouse],
    physics: Physics,
    matching: Statistics,
    epochs_per_state: int,
    n_processes: int = 1,
) -> dict[str, list[Any]]:
    """Return the columns of `tables.COHORT`: one row per mouse, state and epoch.

    Each state is one run, cut into windows that follow each other. The neurons that the
    recording sees are a random sample of a random size of those that fire, the same in
    both states. Mice are described by ``n_processes`` while this process simulates.
    """
    described = partial(_rows, matching=matching, seed=physics.seed)
    simulated = _simulated(mice, physics, matching.n_units, epochs_per_state)
    rows = list(chain.from_iterable(in_order(described, simulated, n_processes)))
    rows.sort(key=lambda row: (row["circuit_id"], row["state"], row["epoch"]))
    return columns_of(rows)


def _simulated(
    mice: Sequence[Mouse], physics: Physics, n_units: int, epochs_per_state: int
) -> Iterator[OfMouse]:
    """Yield each mouse with its windows as soon as both states are simulated."""
    by_id = {mouse.circuit_id: mouse for mouse in mice}
    duration_s = physics.simulation.duration_s * epochs_per_state
    # Rates are matched between the states of a mouse, so it is described when both are
    # there; they are never many runs apart.
    waiting: dict[int, dict[int, Spikes]] = {}
    for spikes in simulate(runs_of(mice, physics), physics, duration_s=duration_s):
        circuit_id = spikes.circuit.circuit_id
        waiting.setdefault(circuit_id, {})[spikes.run.trial] = spikes
        if len(waiting[circuit_id]) == len(STATES):
            done = waiting.pop(circuit_id)
            runs = [done[trial] for trial in range(len(STATES))]
            seen = recorded(runs, n_units, duration_s, physics.seed)
            windows: Windows = {
                state: [
                    (_outcome(run, one, physics), one)
                    for one in windows_of(neurons, epochs_per_state)
                ]
                for state, run, neurons in zip(STATES, runs, seen, strict=True)
            }
            dosed = physics.acetylcholine.at_dose(spikes.circuit.max_mV)
            yield by_id[circuit_id], windows, dosed


def runs_of(mice: Sequence[Mouse], physics: Physics) -> list[Run]:
    """Return both states of each mouse; its trial is the state."""
    circuits, ach = circuits_of(mice, physics), physics.acetylcholine
    return [
        Run(circuit, trial, (mouse.condition(state, ach.at_dose(circuit.max_mV)),))
        for mouse, circuit in ((one, circuits[one.circuit_id]) for one in mice)
        for trial, state in enumerate(STATES)
    ]


def _outcome(spikes: Spikes, window: SpikeTrains, physics: Physics) -> Outcome:
    return outcome_of(
        window.unit.size,
        window.n_units,
        window.duration_s,
        spikes.outcome != Outcome.NOT_FINITE,
        physics.simulation.runaway_hz,
    )


def _rows(of: OfMouse, matching: Statistics, seed: int) -> list[dict[str, Any]]:
    """Return the rows of one mouse; all is missing in a state that is not finite."""
    mouse, windows, ach = of
    rows, finite = [], []
    for state in STATES:
        for epoch, (outcome, trains) in enumerate(windows[state]):
            row = {
                "circuit_id": mouse.circuit_id,
                "truth": mouse.truth,
                "mechanism": mouse.mechanism,
                "causes": "+".join(mouse.causes),
                "strength": mouse.strength,
                "state": state,
                "epoch": epoch,
                "level": mouse.level(state, ach),
                "rise": mouse.rise,
                "max_mV": ach.max_mV,
                "outcome": str(outcome),
                "duration_s": trains.duration_s,
                "n_units": matching.n_units,
                **dict.fromkeys(ALL_NAMES, np.nan),
            }
            rows.append(row)
            if outcome != Outcome.NOT_FINITE:
                finite.append((row, trains))
    if finite:
        trains, states = [one for _, one in finite], [row["state"] for row, _ in finite]
        described = describe_windows(trains, states, matching, seed, mouse.circuit_id)
        for (row, _), values in zip(finite, described, strict=True):
            row.update(values)
    return rows

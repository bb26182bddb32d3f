"""Let simulated mice rest and run, and describe every window of both."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuit.prior import sample_parameters
from minicolumn.circuit.wiring import build_circuit
from minicolumn.cohort.mouse import STATES, Mouse, State
from minicolumn.config import Physics, Statistics
from minicolumn.outcomes import Outcome
from minicolumn.simulate.noise import BIN_MS
from minicolumn.simulate.outcome import outcome_of
from minicolumn.simulate.states import StateRun, simulate_states
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.store import columns_of
from minicolumn.windows import describe_window

_RECORDING_STREAM = 104
_POISSON_STREAM = 105


def simulate_cohort(
    mice: Sequence[Mouse],
    physics: Physics,
    matching: Statistics,
    epochs_per_state: int,
) -> dict[str, list[Any]]:
    """Return the columns of `tables.COHORT`: one row per mouse, state and epoch.

    Each state is one run, cut into windows that follow each other. The neurons that the
    recording sees are a random sample of a random size, the same in both states.
    """
    by_id = {mouse.circuit_id: mouse for mouse in mice}
    duration_s = physics.simulation.duration_s
    runs = [run for mouse in mice for run in _runs(mouse, physics)]
    rows = []
    for run, counts, v in simulate_states(runs, physics, duration_s * epochs_per_state):
        mouse = by_id[run.circuit.circuit_id]
        state = STATES[run.trial]
        counts = _recorded(counts, mouse, state, matching.n_units, physics.seed)
        for epoch, window in enumerate(np.split(counts, epochs_per_state)):
            outcome = outcome_of(
                int(window.sum()), window.shape[1], duration_s, v,
                physics.simulation.runaway_hz,
            )  # fmt: skip
            rows.append(
                {
                    "circuit_id": mouse.circuit_id,
                    "truth": mouse.truth,
                    "mechanism": mouse.mechanism,
                    "state": state,
                    "epoch": epoch,
                    "level": mouse.level[state],
                    "max_mV": mouse.max_mV,
                    "outcome": str(outcome),
                    "duration_s": duration_s,
                    "n_units": matching.n_units,
                    **_described(window, outcome, matching, physics.seed, mouse),
                }
            )
    rows.sort(key=lambda row: (row["circuit_id"], row["state"], row["epoch"]))
    return columns_of(rows)


def _runs(mouse: Mouse, physics: Physics) -> list[StateRun]:
    parameters = sample_parameters(physics.prior, physics.seed, mouse.circuit_id)
    circuit = build_circuit(
        mouse.circuit_id, parameters, physics.wiring, physics.background, physics.seed
    )
    return [
        StateRun(
            mouse.circuit(circuit, state),
            trial,
            mouse.effect(state, physics.acetylcholine),
        )
        for trial, state in enumerate(STATES)
    ]


def _recorded(
    counts: NDArray[np.uint8], mouse: Mouse, state: State, at_least: int, seed: int
) -> NDArray[np.uint8]:
    """Return the counts of the neurons that the recording sees, (ms, unit)."""
    rng = np.random.default_rng([seed, mouse.circuit_id, _RECORDING_STREAM])
    n_neurons = counts.shape[1]
    n_seen = rng.integers(at_least, n_neurons, endpoint=True)
    seen = counts[:, np.sort(rng.permutation(n_neurons)[:n_seen])]
    if mouse.poisson:
        rng = np.random.default_rng(
            [seed, mouse.circuit_id, _POISSON_STREAM, STATES.index(state)]
        )
        return rng.poisson(seen.mean(axis=0), seen.shape).astype(np.uint8)
    if state == "running" and mouse.drift.lost_spikes:
        return rng.binomial(seen, 1 - mouse.drift.lost_spikes).astype(np.uint8)
    return seen


def _described(
    window: NDArray[np.uint8],
    outcome: Outcome,
    matching: Statistics,
    seed: int,
    mouse: Mouse,
) -> dict[str, float]:
    if outcome == Outcome.NOT_FINITE:
        return dict.fromkeys(STATISTIC_NAMES, np.nan)
    ms, unit = np.nonzero(window)
    time_s = (ms.astype(np.float64) + BIN_MS / 2) / 1e3
    trains = SpikeTrains(unit, time_s, window.shape[1], len(window) / 1e3)
    described = describe_window(trains, matching, seed, mouse.circuit_id)
    return {name: described[name] for name in STATISTIC_NAMES}

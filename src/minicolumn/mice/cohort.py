"""Let simulated mice rest and run, and describe every window of both."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.ei.wiring import build_circuit
from minicolumn.circuits.prior import sample_parameters
from minicolumn.config import Physics, Statistics
from minicolumn.files.store import columns_of
from minicolumn.keys import Stream, generator
from minicolumn.mice.mouse import STATES, Mouse, State
from minicolumn.outcomes import Outcome
from minicolumn.simulation.noise import BIN_MS
from minicolumn.simulation.outcome import outcome_of
from minicolumn.simulation.states import StateRun, simulate_states
from minicolumn.statistics.names import ALL_NAMES
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import describe_windows


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
    runs = [run for mouse in mice for run in _runs(mouse, physics)]
    duration_s = physics.simulation.duration_s * epochs_per_state
    rows = []
    # Rates are matched between the states of a mouse, so it is described when both are
    # there; they are never many runs apart.
    waiting: dict[int, dict[State, _Recording]] = {}
    for run, counts, v in simulate_states(runs, physics, duration_s):
        mouse, state = by_id[run.circuit.circuit_id], STATES[run.trial]
        seen = _recorded(counts, mouse, state, matching.n_units, physics.seed)
        recordings = waiting.setdefault(mouse.circuit_id, {})
        recordings[state] = _Recording(np.split(seen, epochs_per_state), v)
        if len(recordings) == len(STATES):
            rows += _rows(mouse, waiting.pop(mouse.circuit_id), physics, matching)
    rows.sort(key=lambda row: (row["circuit_id"], row["state"], row["epoch"]))
    return columns_of(rows)


class _Recording(NamedTuple):
    """What one state of a mouse gave."""

    windows: list[NDArray[np.uint8]]  # (ms, unit) each
    v: NDArray[np.float32]  # final voltage, mV


def _rows(
    mouse: Mouse,
    recordings: dict[State, _Recording],
    physics: Physics,
    matching: Statistics,
) -> list[dict[str, Any]]:
    """Return the rows of one mouse; all is missing in a state that is not finite."""
    rows, finite = [], []
    for state in STATES:
        v = recordings[state].v
        for epoch, window in enumerate(recordings[state].windows):
            duration_s = len(window) / 1e3
            outcome = outcome_of(
                int(window.sum()), window.shape[1], duration_s, v,
                physics.simulation.runaway_hz,
            )  # fmt: skip
            row = {
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
                **dict.fromkeys(ALL_NAMES, np.nan),
            }
            rows.append(row)
            if outcome != Outcome.NOT_FINITE:
                finite.append((row, _trains(window)))
    if finite:
        described = describe_windows(
            [trains for _, trains in finite],
            [row["state"] for row, _ in finite],
            matching,
            physics.seed,
            mouse.circuit_id,
        )
        for (row, _), values in zip(finite, described, strict=True):
            row.update(values)
    return rows


def _trains(window: NDArray[np.uint8]) -> SpikeTrains:
    ms, unit = np.nonzero(window)
    time_s = (ms.astype(np.float64) + BIN_MS / 2) / 1e3
    return SpikeTrains(unit, time_s, window.shape[1], len(window) / 1e3)


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
    rng = generator(seed, Stream.RECORDED_NEURONS, mouse.circuit_id)
    n_neurons = counts.shape[1]
    n_seen = rng.integers(at_least, n_neurons, endpoint=True)
    seen = counts[:, np.sort(rng.permutation(n_neurons)[:n_seen])]
    if mouse.poisson:
        rng = generator(seed, Stream.POISSON, mouse.circuit_id, STATES.index(state))
        return rng.poisson(seen.mean(axis=0), seen.shape).astype(np.uint8)
    if state == "running" and mouse.confound.lost_spikes:
        return rng.binomial(seen, 1 - mouse.confound.lost_spikes).astype(np.uint8)
    return seen

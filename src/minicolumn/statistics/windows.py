"""Windows of spikes, simulated or recorded, as rows of the statistics tables.

The two branches of the workflow meet here: one function describes both.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.config import Statistics
from minicolumn.outcomes import Outcome
from minicolumn.statistics.describe import (
    describe_matched,
    draw_members,
    subset_rng,
)
from minicolumn.statistics.names import ALL_NAMES, MATCHED_NAMES
from minicolumn.statistics.rate_matched import (
    RateMatch,
    describe_rate_matched,
    thinning_rng,
)
from minicolumn.statistics.trains import SpikeTrains, cut_window


def describe_simulations(
    simulations: pa.Table, matching: Statistics, seed: int
) -> dict[str, list[Any]]:
    """Return the columns of `tables.SIMULATED_STATISTICS`, one row per simulation.

    Rates are matched between the ACh levels of a circuit, so all of them must be in
    ``simulations``. A simulation that did not stay finite keeps its row, all its
    statistics are missing, and no rate is matched to it.
    """
    keys = ("circuit_id", "mechanism", "level", "outcome", "duration_s")
    columns = {key: simulations[key].to_pylist() for key in keys}
    columns["n_units"] = [matching.n_units] * simulations.num_rows
    described = [dict.fromkeys(ALL_NAMES, np.nan) for _ in range(simulations.num_rows)]
    for (circuit_id, _), rows in _finite_rows(columns).items():
        values = describe_windows(
            [_simulated_trains(simulations, row) for row in rows],
            [columns["level"][row] for row in rows],
            matching,
            seed,
            circuit_id,
        )
        for row, one in zip(rows, values, strict=True):
            described[row] = one
    return columns | _by_statistic(described)


def by_trial(repeats: pa.Table) -> Iterator[pa.Table]:
    """Yield the rows of each trial of a table of the kind `tables.REPEATS`.

    What is compared between the levels of a circuit must not be compared between its
    trials.
    """
    trial = repeats["trial"].to_numpy()
    for one in np.unique(trial):
        yield repeats.take(np.flatnonzero(trial == one))


def describe_recording(
    units: pa.Table, epochs: pa.Table, matching: Statistics, seed: int
) -> dict[str, list[Any]]:
    """Return the columns of `tables.RECORDED_STATISTICS`, one row per epoch.

    ``units`` are those that passed selection; every epoch of the session is described
    over the same random subsets of them, and rates are matched between its states.
    """
    spike_times_s = [train.values.to_numpy() for train in units["spike_times_s"]]
    keys = ("session_id", "epoch", "state")
    columns = {key: epochs[key].to_pylist() for key in keys}
    start_s = epochs["start_s"].to_numpy()
    duration_s = epochs["stop_s"].to_numpy() - start_s
    columns["duration_s"] = duration_s.tolist()
    columns["n_units"] = [matching.n_units] * epochs.num_rows
    if not epochs.num_rows:
        return columns | _by_statistic([])
    described = describe_windows(
        [
            cut_window(spike_times_s, start, duration)
            for start, duration in zip(start_s, duration_s, strict=True)
        ],
        columns["state"],
        matching,
        seed,
        columns["session_id"][0],
    )
    return columns | _by_statistic(described)


def describe_windows(
    windows: Sequence[SpikeTrains],
    conditions: Sequence[Hashable],
    matching: Statistics,
    seed: int,
    identity: int,
) -> list[dict[str, float]]:
    """Return raw and rate-matched statistics of all windows of a circuit or session.

    Parameters
    ----------
    windows
        Spikes of the same units on each window.
    conditions
        ACh level or state of each window; rates are matched between them.
    matching
        How units and rates are matched.
    seed, identity
        With the place of a window among ``windows``, fix all random choices.
    """
    described = [
        describe_window(trains, matching, seed, identity) for trains in windows
    ]
    n_units = windows[0].n_units
    if n_units < matching.n_units:
        return [values | dict.fromkeys(MATCHED_NAMES, np.nan) for values in described]
    match = RateMatch.between(windows, conditions)
    members = draw_members(
        n_units, matching.n_units, matching.n_subsets, subset_rng(seed, identity)
    )
    return [
        values
        | describe_rate_matched(
            trains,
            match,
            condition,
            members,
            matching.n_thinnings,
            thinning_rng(seed, identity, window),
        )
        for window, (values, trains, condition) in enumerate(
            zip(described, windows, conditions, strict=True)
        )
    ]


def describe_window(
    trains: SpikeTrains, matching: Statistics, seed: int, identity: int
) -> dict[str, float]:
    """Return the raw statistics of one window, by name.

    ``identity`` is the circuit or session, which fixes the subsets of its units.
    """
    return describe_matched(
        trains.rounded_to_ms(),
        matching.n_units,
        matching.n_subsets,
        subset_rng(seed, identity),
    )


def _finite_rows(columns: dict[str, list[Any]]) -> dict[tuple[int, str], list[int]]:
    """Return the rows of each circuit under each mechanism that stayed finite."""
    rows: dict[tuple[int, str], list[int]] = {}
    keys = (columns[key] for key in ("circuit_id", "mechanism", "outcome"))
    for row, (circuit_id, mechanism, outcome) in enumerate(zip(*keys, strict=True)):
        if outcome != Outcome.NOT_FINITE:
            rows.setdefault((circuit_id, mechanism), []).append(row)
    return rows


def _simulated_trains(simulations: pa.Table, row: int) -> SpikeTrains:
    time_ms = simulations["spike_time_ms"][row].values.to_numpy()
    return SpikeTrains(
        simulations["spike_unit"][row].values.to_numpy(),
        time_ms.astype(np.float64) / 1e3,
        simulations["n_units"][row].as_py(),
        simulations["duration_s"][row].as_py(),
    )


def _by_statistic(described: list[dict[str, float]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in described] for name in ALL_NAMES}

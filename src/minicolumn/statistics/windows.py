"""Windows of spikes, simulated or recorded, as rows of the statistics tables.

The two branches of the workflow meet here: one function describes both.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config import Statistics
from minicolumn.jobs.workers import in_order
from minicolumn.outcomes import Outcome
from minicolumn.statistics.describe import describe_matched, draw_members, subset_rng
from minicolumn.statistics.names import ALL_NAMES
from minicolumn.statistics.presence import present
from minicolumn.statistics.rate_matched import (
    RateMatch,
    describe_rate_matched,
    thinning_rng,
)
from minicolumn.statistics.trains import SpikeTrains, cut_window, stacked

AT_ONCE = 11
"""Windows described together, as a circuit has by default: fewer cost more calls."""


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
    trains = _simulated_trains(simulations)
    for (circuit_id, _), rows in _finite_rows(columns).items():
        values = describe_windows(
            [trains(row) for row in rows],
            [columns["level"][row] for row in rows],
            matching,
            seed,
            circuit_id,
        )
        for row, one in zip(rows, values, strict=True):
            described[row] = one
    return columns | _by_statistic(described)


def by_circuits(simulations: pa.Table, n: int = 64) -> Iterator[pa.Table]:
    """Yield the rows of every ``n`` circuits, in order: work for one process.

    Rates are matched between the levels of a circuit, whose rows follow each other and
    stay together.
    """
    circuit = simulations["circuit_id"].to_numpy()
    starts = np.flatnonzero(np.diff(circuit, prepend=-1))[::n]
    for start, stop in pairwise([*starts.tolist(), circuit.size]):
        # A slice would take along all that it is cut from.
        yield simulations.take(np.arange(start, stop))


def describe_parts(
    parts: Iterable[pa.Table], matching: Statistics, seed: int, n_processes: int
) -> Iterator[dict[str, list[Any]]]:
    """Yield the columns of `describe_simulations` of a shard, piece by piece.

    ``parts`` are drawn in this process while ``n_processes`` describe.
    """
    described = partial(describe_simulations, matching=matching, seed=seed)
    pieces = chain.from_iterable(map(by_circuits, parts))
    return in_order(described, pieces, n_processes)


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
    keys = ("session_id", "epoch", "state", "state_name")
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

    All are missing if fewer than ``matching.n_units`` units are `present`.

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
    described = [dict.fromkeys(ALL_NAMES, np.nan) for _ in windows]
    firing = present([trains.counts for trains in windows])
    if firing.sum() < matching.n_units:
        return described
    members = draw_members(
        firing, matching.n_units, matching.n_subsets, subset_rng(seed, identity)
    )
    match = RateMatch.between(windows, conditions)
    for places in _stacks(windows):
        own = [windows[place] for place in places]
        values = describe_matched(stacked(own).rounded_to_ms(), members)
        if match is not None:
            values |= describe_rate_matched(
                own,
                match,
                [conditions[place] for place in places],
                members,
                matching.n_thinnings,
                [thinning_rng(seed, identity, place) for place in places],
            )
        for name, column in values.items():
            for place, value in zip(places, column.tolist(), strict=True):
                described[place][name] = value
    return described


def _stacks(windows: Sequence[SpikeTrains]) -> Iterator[list[int]]:
    """Yield the places of windows of one length, at most `AT_ONCE` of them."""
    alike: dict[float, list[int]] = {}
    for place, trains in enumerate(windows):
        alike.setdefault(trains.duration_s, []).append(place)
    for places in alike.values():
        for start in range(0, len(places), AT_ONCE):
            yield places[start : start + AT_ONCE]


def _finite_rows(columns: dict[str, list[Any]]) -> dict[tuple[int, str], list[int]]:
    """Return the rows of each circuit under each mechanism that stayed finite."""
    rows: dict[tuple[int, str], list[int]] = {}
    keys = (columns[key] for key in ("circuit_id", "mechanism", "outcome"))
    for row, (circuit_id, mechanism, outcome) in enumerate(zip(*keys, strict=True)):
        if outcome != Outcome.NOT_FINITE:
            rows.setdefault((circuit_id, mechanism), []).append(row)
    return rows


def simulated_trains(
    unit: NDArray[Any], time_ms: NDArray[Any], n_units: int, duration_s: float
) -> SpikeTrains:
    """Return the trains of a simulation, whose numbers are of small types.

    ``unit`` and ``time_ms`` have one value for each spike, (n_spikes,); times are from
    the start of the window.
    """
    time_s = time_ms.astype(np.float64) / 1e3
    return SpikeTrains(unit.astype(np.int64), time_s, n_units, duration_s)


def _simulated_trains(simulations: pa.Table) -> Callable[[int], SpikeTrains]:
    """Return what makes the trains of a row of a table of simulations."""
    units, times_ms = (
        _split(simulations[name]) for name in ("spike_unit", "spike_time_ms")
    )
    n_units, duration_s = (
        simulations[name].to_pylist() for name in ("n_units", "duration_s")
    )
    return lambda row: simulated_trains(
        units[row], times_ms[row], n_units[row], duration_s[row]
    )


def _split(lists: pa.ChunkedArray) -> list[NDArray[Any]]:
    """Return the arrays of a column of lists, without copying them."""
    whole = lists.combine_chunks()
    ends = whole.value_lengths().to_numpy().cumsum()
    return np.split(whole.flatten().to_numpy(), ends[:-1])


def _by_statistic(described: list[dict[str, float]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in described] for name in ALL_NAMES}

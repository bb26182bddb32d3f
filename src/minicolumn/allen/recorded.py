"""From the three tables of a recording to its epochs, outcome and spike trains."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.allen.epochs import Epoch, Stimulus, find_epochs
from minicolumn.allen.intervals import Interval
from minicolumn.allen.speed import clean_speed
from minicolumn.allen.units import count_areas, select_units
from minicolumn.config import Epochs, UnitFilter

OK = "ok"
ALL_PROBES = "all_probes"


class Trains(NamedTuple):
    """Spike trains of one epoch.

    ``unit`` and ``time_s`` have shape ``(n_spikes,)``: units are numbered 0 to
    ``n_units - 1`` in the order selected, time ascends within each and is 0 at the
    start of the epoch. A unit without spikes counts in ``n_units``.
    """

    unit: NDArray[np.int64]
    time_s: NDArray[np.float64]
    n_units: int


def epochs_of_session(
    session_id: int,
    units: pa.Table,
    speed: pa.Table,
    intervals: pa.Table,
    unit_filter: UnitFilter,
    rule: Epochs,
    window_s: float,
    n_units_min: int,
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return the session's rows for the epochs table and for the sessions table.

    A session that cannot be scored still lists the epochs it has; its outcome says why
    it is not scored.

    Parameters
    ----------
    session_id
        Identity of the session.
    units, speed, intervals
        `minicolumn.tables.UNITS`, `SPEED` and `INTERVALS`.
    unit_filter, rule
        Which units are used, and what makes an epoch.
    window_s
        Length of every epoch.
    n_units_min
        Fewer selected units and the session is not scored.

    Returns
    -------
    epochs, sessions
        Columns of `minicolumn.tables.EPOCHS` and of `SESSIONS` (one row).
    """
    selected = select_units(units, unit_filter)
    probes = set(units["probe"].take(pa.array(selected)).to_pylist())
    epochs = find_epochs(
        clean_speed(
            speed["start_s"].to_numpy(),
            speed["stop_s"].to_numpy(),
            speed["speed_cm_s"].to_numpy(),
        ),
        _stimuli(intervals),
        _invalid(intervals, probes),
        rule,
        window_s,
    )
    outcome = session_outcome(
        len(selected), count_areas(units), epochs, unit_filter, rule, n_units_min
    )
    rows = {name: [getattr(e, name) for e in epochs] for name in Epoch._fields}
    return (
        {
            "session_id": [session_id] * len(epochs),
            "epoch": list(range(len(epochs))),
            "n_units": [len(selected)] * len(epochs),
            **rows,
        },
        {
            "session_id": [session_id],
            "outcome": [outcome],
            "n_units": [len(selected)],
            "n_stationary": [_count(epochs, "stationary")],
            "n_running": [_count(epochs, "running")],
        },
    )


def session_outcome(
    n_selected: int,
    areas: dict[str, int],
    epochs: Sequence[Epoch],
    unit_filter: UnitFilter,
    rule: Epochs,
    n_units_min: int,
) -> str:
    """Return `OK`, or one sentence that says why the session is not scored.

    Parameters
    ----------
    n_selected
        Units that passed selection.
    areas
        Good units per area in the file, selected or not.
    epochs
        What `find_epochs` found.
    unit_filter, rule
        What was asked for.
    n_units_min
        How many units must pass.
    """
    if n_selected < n_units_min:
        wanted = ", ".join(unit_filter.areas)
        found = ", ".join(f"{area} {count}" for area, count in areas.items())
        return (
            f"{n_selected} units in {wanted} pass the filters and "
            f"{n_units_min} are needed; good units in the file: {found or 'none'}"
        )
    scarce = [
        f"{_count(epochs, state) or 'no'} {state} epochs"
        for state in ("running", "stationary")
        if _count(epochs, state) < rule.per_state_at_least
    ]
    if scarce:
        return f"{' and '.join(scarce)}; {rule.per_state_at_least} per state are needed"
    return OK


def trains_of_epoch(
    units: pa.Table,
    selected: Sequence[int] | NDArray[np.int64],
    start_s: float,
    stop_s: float,
) -> Trains:
    """Return the spikes of the selected units in ``[start_s, stop_s)``.

    Parameters
    ----------
    units
        A `minicolumn.tables.UNITS` table.
    selected
        Rows of it, as `minicolumn.allen.units.select_units` returns them.
    start_s, stop_s
        The epoch; times in the result count from ``start_s``.
    """
    trains = []
    for row in selected:
        spikes_s = units["spike_times_s"][int(row)].values.to_numpy()
        begin, end = np.searchsorted(spikes_s, (start_s, stop_s))
        trains.append(spikes_s[begin:end] - start_s)
    unit = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    return Trains(unit, np.concatenate([np.empty(0), *trains]), len(trains))


def _stimuli(intervals: pa.Table) -> list[Stimulus]:
    return [
        Stimulus(row["start_s"], row["stop_s"], row["label"])
        for row in intervals.to_pylist()
        if row["kind"] == "stimulus"
    ]


def _invalid(intervals: pa.Table, probes: Collection[str]) -> list[Interval]:
    """Return when spikes of ``probes`` are void.

    The labels ``stimulus`` and ``optotagging`` say that the screen or the laser failed,
    which voids no spikes.
    """
    return [
        (row["start_s"], row["stop_s"])
        for row in intervals.to_pylist()
        if row["kind"] == "invalid"
        and (row["label"] == ALL_PROBES or row["label"] in probes)
    ]


def _count(epochs: Sequence[Epoch], state: str) -> int:
    return sum(epoch.state == state for epoch in epochs)

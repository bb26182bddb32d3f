"""How many epochs other rules would have found in a session: counted, never used."""

import itertools
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from minicolumn.config import Epochs, Sensitivity, UnitFilter
from minicolumn.files.store import columns_of
from minicolumn.recordings.epochs import find_epochs
from minicolumn.recordings.recorded import invalid_for, speed_trace, stimuli_of
from minicolumn.recordings.units import selected_units

AS_CONFIGURED = "as in epochs"


def count_epochs(
    session_id: int,
    units: pa.Table,
    speed: pa.Table,
    intervals: pa.Table,
    unit_filter: UnitFilter,
    rule: Epochs,
    window_s: float,
    sensitivity: Sensitivity,
) -> dict[str, list[Any]]:
    """Return the columns of `minicolumn.files.tables.EPOCH_COUNTS`, one row per rule.

    The rule that the run uses is among them, under `AS_CONFIGURED`. Epochs are counted
    before any balance.

    Parameters
    ----------
    session_id
        Identity of the session.
    units, speed, intervals
        `minicolumn.files.tables.UNITS`, `SPEED` and `INTERVALS`.
    unit_filter, rule, window_s
        What the run uses.
    sensitivity
        What is tried besides: every combination.
    """
    selected = selected_units(units, unit_filter)
    trace, stimuli = speed_trace(speed), stimuli_of(intervals)
    invalid = invalid_for(intervals, selected)
    thresholds = {AS_CONFIGURED: {}} | {
        name: values.model_dump() for name, values in sensitivity.thresholds.items()
    }
    rows = []
    for name, stimulus, length_s in itertools.product(
        thresholds,
        _distinct((rule.stimulus, *sensitivity.stimulus)),
        _distinct((window_s, *sensitivity.window_s)),
    ):
        tried = Epochs.model_validate(
            {**rule.model_dump(), **thresholds[name], "stimulus": stimulus}
        )
        found = find_epochs(trace, stimuli, invalid, tried, length_s)
        rows.append(
            {
                "session_id": session_id,
                "thresholds": name,
                "stimulus": stimulus,
                "window_s": length_s,
                "n_units": len(selected),
                "n_stationary": sum(epoch.state == "stationary" for epoch in found),
                "n_running": sum(epoch.state == "running" for epoch in found),
            }
        )
    return columns_of(rows)


def _distinct(values: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(values))

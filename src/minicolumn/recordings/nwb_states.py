"""When a lab's session was in each of its two states, as a table of its file says."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pynwb import NWBFile, TimeSeries
from pynwb.epoch import TimeIntervals

from minicolumn.recordings.intervals import Interval, intersect, subtract
from minicolumn.recordings.nwb_intervals import ends_of
from minicolumn.recordings.nwb_objects import MissingError, labels_of, object_named
from minicolumn.recordings.recording import IN_STATE, Row
from minicolumn.states import State

KEY = "recordings.nwb.states"
ROLES: dict[str, State] = {"less_ach": "stationary", "more_ach": "running"}
# Labels of what is before the first row of a table, or an event, and after the last.
BEFORE, AFTER = "before", "after"

LabeledObject = tuple[TimeIntervals | TimeSeries, list[list[str]]]


def labeled_object(file: NWBFile, names: Mapping[str, Any]) -> LabeledObject | None:
    """Return what says when each state was, and its labels; None if nothing does.

    It is a table of intervals, with the labels of each row; or, without a column of
    labels, a time series whose first time divides the session. The last two labels are
    those of what is before and after, unless rows have them.

    ``names`` is the section ``recordings.nwb.states`` as plain values.

    Raises
    ------
    MissingError
        If there is no such object or column, or no row has a label of a state.
    """
    if names["table"] is None:
        return None
    if names["label"] is None:
        series = object_named(file, TimeSeries, names["table"], f"{KEY}.table")
        labels = [[]]  # of the moment itself
    else:
        series = object_named(file, TimeIntervals, names["table"], f"{KEY}.table")
        labels = labels_of(series, names["label"], f"{KEY}.label")
    if not {BEFORE, AFTER} & {one for row in labels for one in row}:
        labels = [*labels, [BEFORE], [AFTER]]
    there = {one for row in labels for one in row}
    for role in ROLES:
        wanted = names[role]
        if wanted is not None and not there & {*wanted}:
            raise MissingError(
                f"{KEY}.{role}={list(wanted)}: {series.name} has no such "
                f"{names['label'] or 'part'}; it has {', '.join(sorted(there))}"
            )
    return series, labels


def state_rows(
    labeled: LabeledObject | None, whole: Interval, names: Mapping[str, Any]
) -> list[Row]:
    """Return when the session was in each state, each interval by the state's role.

    ``whole`` is from where to where the session was recorded, and ``labeled`` is of
    `labeled_object`.

    Raises
    ------
    MissingError
        If there is no row, a row is of both states, rows of both overlap, or a state
        lies outside of the recording.
    """
    if labeled is None:
        return []
    series, labels = labeled
    rows = _rows(series, whole)
    if not rows:
        raise MissingError(f"{KEY}.table: {series.name} has no rows: name another")
    ends = [(whole[0], min(rows)[0]), (max(b for _, b in rows), whole[1])]
    parts = [*rows, *ends][: len(labels)]
    found = {
        role: subtract([whole], rows)
        if names[role] is None
        else _labeled(parts, labels, names[role])
        for role in ROLES
    }
    both = intersect(*found.values())
    if both:
        raise MissingError(
            f"{KEY}: rows of {series.name} that mean less_ach and more_ach overlap "
            f"from {both[0][0]:g} to {both[0][1]:g} s: a moment is in one state; "
            "correct the table or the labels"
        )
    for role, intervals in found.items():
        _check_recorded(f"{KEY}.{role}", intervals, whole)
    return [
        (*one, IN_STATE, ROLES[role])
        for role, intervals in found.items()
        for one in intervals
    ]


def _rows(series: TimeIntervals | TimeSeries, whole: Interval) -> list[Interval]:
    """Return the rows of a table, or the moment of an event."""
    if isinstance(series, TimeIntervals):
        return list(zip(*ends_of(series, whole[1], to_next=True), strict=True))
    times_s = series.timestamps
    at_s = float(series.starting_time if times_s is None else np.min(times_s[:]))
    if not whole[0] < at_s < whole[1]:
        raise MissingError(
            f"{KEY}.table: {series.name} is at {at_s:g} s, and the session was "
            f"recorded from {whole[0]:g} to {whole[1]:g} s: it divides nothing"
        )
    return [(at_s, at_s)]


def _labeled(
    parts: Sequence[Interval], labels: Sequence[Sequence[str]], wanted: Sequence[str]
) -> list[Interval]:
    asked = {*wanted}
    return [part for part, own in zip(parts, labels, strict=True) if asked & {*own}]


def _check_recorded(key: str, intervals: Sequence[Interval], whole: Interval) -> None:
    if intersect(intervals, [whole]):
        return
    where = (
        f"lie from {min(intervals)[0]:g} to {max(b for _, b in intervals):g} s"
        if intervals
        else "cover no moment"
    )
    raise MissingError(
        f"{key}: its intervals {where}, and the session was recorded from "
        f"{whole[0]:g} to {whole[1]:g} s: times must be in seconds of one clock"
    )

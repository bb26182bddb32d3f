"""Stimuli and invalid times of a lab's NWB file."""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pynwb import NWBFile
from pynwb.epoch import TimeIntervals

from minicolumn.recordings.epochs import SPONTANEOUS
from minicolumn.recordings.intervals import subtract
from minicolumn.recordings.nwb_objects import (
    MissingError,
    column_of,
    labels_of,
    object_named,
)
from minicolumn.recordings.recording import ALL_PROBES, Row

logger = logging.getLogger(__name__)

KEY = "recordings.nwb"
# NWB's own table, which a file without invalid times does not have.
STANDARD = "invalid_times"
# Rows of one stimulus that are this close to each other are joined.
TOUCHING_S = 1e-3


def table_named(file: NWBFile, name: str | None, key: str) -> TimeIntervals | None:
    """Return a table of intervals; None if it has no name."""
    if name == STANDARD and file.invalid_times is None:
        logger.info("the file has no %s: all spikes are valid", name)
        return None
    return None if name is None else object_named(file, TimeIntervals, name, key)


def labeled_rows(
    file: NWBFile, names: Mapping[str, Any]
) -> tuple[TimeIntervals, list[list[str]]] | None:
    """Return the stimulus table and the labels of its rows; None if there is none.

    Raises
    ------
    MissingError
        If there is no such table, column or label.
    """
    table = table_named(file, names["table"], f"{KEY}.stimuli.table")
    if table is None:
        return None
    if names["label"] is None:
        return table, [names["spontaneous"]] * len(table.id)
    labels = labels_of(table, names["label"], f"{KEY}.stimuli.label")
    gray, there = set(names["spontaneous"]), {one for row in labels for one in row}
    if not gray & there:
        raise MissingError(
            f"{KEY}.stimuli.spontaneous={sorted(gray)}: {table.name} has no such "
            f"{names['label']}; it has {', '.join(sorted(there))}"
        )
    return table, labels


def shown(
    table: TimeIntervals,
    labels: list[list[str]],
    end_s: float,
    names: Mapping[str, Any],
) -> list[Row]:
    """Return the stretches of each stimulus.

    A row that begins within another is what the screen showed: the outer row is that
    of a block.
    """
    gray = set(names["spontaneous"])
    ends = ends_of(table, end_s, to_next=True)
    rows = sorted(zip(*ends, labels, strict=True), key=lambda row: (row[0], -row[1]))
    stretches = [
        (start_s, stop_s, SPONTANEOUS if gray & {*label} else _other(label))
        for start_s, stop_s, label in rows
    ]
    found: list[Row] = []
    for place, (start_s, stop_s, label) in enumerate(stretches):
        inner = []
        for other in stretches[place + 1 :]:
            if other[0] >= stop_s:
                break
            if other[2] != label and other[:2] != (start_s, stop_s):
                inner.append(other[:2])
        pieces = subtract([(start_s, stop_s)], inner) if inner else [(start_s, stop_s)]
        found += [(*piece, "stimulus", label) for piece in pieces]
    return _joined(sorted(found))


def _other(label: Sequence[str]) -> str:
    """Return the name of a stimulus that the mapping does not call spontaneous."""
    name = ", ".join(label)
    return f"{name} (not gray)" if name == SPONTANEOUS else name


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Join rows of one label that touch; between others, the stimulus is unknown."""
    joined: list[Row] = []
    for start_s, stop_s, kind, label in rows:
        if joined and joined[-1][3] == label and start_s - joined[-1][1] <= TOUCHING_S:
            start_s, stop_s = joined[-1][0], max(stop_s, joined.pop()[1])
        joined.append((start_s, stop_s, kind, label))
    return joined


def ends_of(
    table: TimeIntervals, end_s: float, to_next: bool
) -> tuple[list[float], list[float]]:
    """Return start and stop of the rows.

    A row without a stop lasts until the next begins, if ``to_next``, and otherwise to
    the end of the session.

    Raises
    ------
    MissingError
        If a row has no start.
    """
    start_s, stop_s = (
        np.asarray(column_of(table, f"{end}_time", KEY), dtype=float)
        for end in ("start", "stop")
    )
    if np.isnan(start_s).any():
        row = int(np.flatnonzero(np.isnan(start_s))[0])
        raise MissingError(
            f"{table.name}: row {row} has no start_time: correct the file"
        )
    if (open_ := np.isnan(stop_s)).any():
        starts_s = np.append(np.unique(start_s), math.inf) if to_next else [math.inf]
        after = np.searchsorted(starts_s, start_s, side="right") if to_next else 0
        until = np.minimum(np.asarray(starts_s)[after], max([end_s, *start_s]))
        stop_s = np.where(open_, until, stop_s)
        logger.warning(
            "%s: %d row(s) without a stop_time end where the next begins, or with the "
            "session",
            *(table.name, int(open_.sum())),
        )
    if (backward := stop_s < start_s).any():
        logger.warning(
            "%s: %d rows stop before they start, left out", table.name, backward.sum()
        )
    return start_s.tolist(), stop_s.tolist()


def void(
    file: NWBFile, table: TimeIntervals, end_s: float, probes: set[str]
) -> list[Row]:
    """Return the invalid times, each of the probe that its tags name, or of all."""
    tags = (
        labels_of(table, "tags", f"{KEY}.invalid")
        if "tags" in table.colnames and len(table["tags"].target.data)
        else [[]] * len(table.id)
    )
    known = {*file.electrode_groups, *file.devices, *probes} - {ALL_PROBES}
    # Without units.probe it is unknown whose spikes are invalid: then all are.
    known = known if probes - {ALL_PROBES} else set()
    return [
        (start_s, stop_s, "invalid", label)
        for start_s, stop_s, row in zip(
            *ends_of(table, end_s, False), tags, strict=True
        )
        for label in (sorted(known & {*row}) or [ALL_PROBES])
    ]

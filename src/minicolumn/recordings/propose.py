"""Propose the mapping of a lab's NWB file from what the file has."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hdmf.common import DynamicTable, VectorIndex
from pynwb import TimeSeries
from pynwb.epoch import TimeIntervals

from minicolumn.recordings.nwb_objects import (
    MissingError,
    column_of,
    labels_of,
    objects_of,
    opened,
    text_of,
)
from minicolumn.recordings.nwb_speed import CM_PER, CM_S_PER, RADIANS_PER

# Names that writers give, the most telling first.
COLUMNS = {
    "area": ("electrodes.location", "location", "area", "brain_area", "region"),
    "probe": ("electrodes.group_name", "probe", "shank", "group"),
    "presence_ratio": ("presence_ratio", "presence"),
    "isi_violations": ("isi_violations", "isi_violations_ratio", "contamination"),
    "amplitude_cutoff": ("amplitude_cutoff",),
    "waveform_duration": ("waveform_duration", "trough_to_peak", "peak_to_valley"),
}
QUALITY = ("quality", "label", "cluster_group", "KSLabel", "ks_label", "group")
STIMULUS = ("stimulus_name", "stimulus", "shown", "tags", "label", "condition")
GRAY = re.compile(r"gr[ae]y([ _]screen)?|spontaneous")
MOVING = ("run", "speed", "velocity", "wheel", "treadmill", "ball")


def propose_mapping(nwb: Path) -> dict[str, Any]:
    """Return a section ``recordings.nwb`` without files, for a person to check.

    What the file does not seem to have is null.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    with opened(nwb) as (file, _):
        return {
            "units": _units(file.units),
            "speed": _speed(objects_of(file, TimeSeries)),
            "stimuli": _stimuli(objects_of(file, TimeIntervals)),
            "invalid": "invalid_times" if file.invalid_times else None,
        }


def _units(table: DynamicTable | None) -> dict[str, Any]:
    if table is None:
        return dict.fromkeys(COLUMNS) | {"waveform_unit": "ms", "keep": {}}
    found = {key: _first(table, names) for key, names in COLUMNS.items()}
    quality = _first(table, QUALITY)
    is_rated = quality and "good" in text_of(column_of(table, quality, "keep"))
    keep = {quality: ["good"]} if is_rated else {}
    return found | {"waveform_unit": "ms", "keep": keep}


def _first(table: DynamicTable, names: Iterable[str]) -> str | None:
    """Return the first of the names that is a column of one value per row."""
    for name in names:
        try:
            column_of(table, name, "")
        except MissingError:
            continue
        return name
    return None


def _speed(series: dict[str, Any]) -> dict[str, Any]:
    """Return the series whose name speaks most of running; speeds before positions."""
    kinds = ((CM_S_PER, None), (CM_PER, "position"), (RADIANS_PER, "angle"))
    for units, derived in kinds:
        known = [p for p, one in series.items() if str(one.unit).lower() in units]
        # Of equals the shortest: running_speed, not running_speed_end_times.
        telling = sorted(known, key=lambda path: (_rank(path), len(path)))
        if telling and _rank(telling[0]) < len(MOVING):
            return {
                "series": telling[0],
                "unit": None,
                "derived_from": derived,
                "wheel_radius_cm": None,  # nothing in a file says it
            }
    return dict.fromkeys(("series", "unit", "derived_from", "wheel_radius_cm"))


def _rank(path: str) -> int:
    ranks = [place for place, word in enumerate(MOVING) if word in path.lower()]
    return min(ranks, default=len(MOVING))


def _stimuli(tables: dict[str, Any]) -> dict[str, Any]:
    """Return the first table and column with a label that means gray screen."""
    for path, table in tables.items():
        for name in STIMULUS:
            if gray := _gray(table, name):
                return {"table": path, "label": name, "spontaneous": gray}
    return {"table": None, "label": None, "spontaneous": []}


def _gray(table: DynamicTable, name: str) -> Sequence[str]:
    is_indexed = name in table.colnames and isinstance(table[name], VectorIndex)
    if is_indexed and name != "tags":
        return []
    try:
        labels = {one for row in labels_of(table, name, "") for one in row}
    except MissingError:
        return []
    return sorted(one for one in labels if GRAY.fullmatch(one.strip().lower()))

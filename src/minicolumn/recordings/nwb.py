"""A lab's own NWB 2 file, read by pynwb with a short mapping.

Runs in the AllenSDK environment, which has pynwb. The mapping is the section
``recordings.nwb`` as plain values. One error names everything that a file lacks, and
what the file has instead.
"""

import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from hdmf.common import DynamicTable
from numpy.typing import NDArray
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.epoch import TimeIntervals

from minicolumn.errors import RecordingError
from minicolumn.recordings.nwb_objects import (
    MissingError,
    column_of,
    labels_of,
    object_named,
    tables_of,
)
from minicolumn.recordings.recording import (
    ALL_PROBES,
    METRICS,
    Columns,
    Recording,
    Row,
    interval_columns,
    readable,
)

KEY = "recordings.nwb"
MS_PER = {"s": 1e3, "ms": 1.0, "us": 1e-3}
CM_S_PER = {
    **dict.fromkeys(("cm/s", "cm/sec", "cm s-1", "cm*s^-1", "centimeters/second"), 1.0),
    **dict.fromkeys(("m/s", "m/sec", "m s-1", "m*s^-1", "meters/second"), 100.0),
    **dict.fromkeys(("mm/s", "mm/sec", "mm s-1", "mm*s^-1"), 0.1),
}
# Rows of one stimulus that are this close to each other are joined.
TOUCHING_S = 1e-3


def read_session(
    nwb: Path, session_id: int, mapping: Mapping[str, Any], areas: Sequence[str]
) -> Recording:
    """Return what the workflow needs from a lab's own session.

    ``mapping`` is the section ``recordings.nwb`` as plain values; if it names no area
    column, all units belong to the first of ``areas``. The file is only read.

    Raises
    ------
    RecordingError
        If the file cannot be read, or lacks what the mapping names.
    """
    with readable(nwb, "an NWB 2 file"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Ignoring the following cached namespace")
        with NWBHDF5IO(str(nwb), "r", load_namespaces=True) as io:
            return _recording(io.read(), nwb, session_id, mapping, areas)


def _recording(
    file: NWBFile,
    nwb: Path,
    session_id: int,
    mapping: Mapping[str, Any],
    areas: Sequence[str],
) -> Recording:
    parts: list[Any] = []
    faults: list[str] = []
    for read in (
        lambda: _units(file, mapping["units"], areas),
        lambda: _speed(file, mapping["speed"]),
        lambda: _stimuli(file, mapping["stimuli"]),
        lambda: _invalid(file, mapping["invalid"]),
    ):
        try:
            parts.append(read())
        except MissingError as fault:
            faults.append(str(fault))
    if faults:
        raise RecordingError(f"{nwb} does not fit {KEY}: " + "; ".join(faults))
    units, speed, stimuli, invalid = parts
    if stimuli is None:
        whole = (min(speed["start_s"]), max(speed["stop_s"]))
        stimuli = [(*whole, "stimulus", "spontaneous")]
    provenance = {
        "session_id": session_id,
        "session_description": str(file.session_description),
        "pynwb": version("pynwb"),
    }
    return Recording(units, speed, interval_columns(stimuli + invalid), provenance)


def _units(file: NWBFile, names: Mapping[str, Any], areas: Sequence[str]) -> Columns:
    table = file.units
    if table is None or "spike_times" not in table.colnames:
        raise MissingError(
            f"the file has no unit table with spike_times; {tables_of(file)}"
        )
    kept = np.flatnonzero(_wanted(table, names["keep"]))

    def column(key: str, missing: Any) -> NDArray[Any]:
        if names[key] is None:
            return np.full(kept.size, missing)
        return column_of(table, names[key], f"{KEY}.units.{key}")[kept]

    duration = column("waveform_duration", np.nan).astype(float)
    return {
        "unit_id": np.asarray(table.id.data[:])[kept],
        "area": column("area", areas[0]).astype(str).tolist(),
        "probe": column("probe", ALL_PROBES).astype(str).tolist(),
        **{metric: column(metric, np.nan).astype(float) for metric in METRICS},
        "waveform_duration_ms": duration * MS_PER[names["waveform_unit"]],
        "spike_times_s": [np.sort(table.get_unit_spike_times(row)) for row in kept],
    }


def _wanted(
    table: DynamicTable, keep: Mapping[str, Sequence[Any]]
) -> NDArray[np.bool_]:
    """Return which units have one of the wanted values in every column of ``keep``."""
    wanted = np.ones(len(table.id), dtype=bool)
    for name, values in keep.items():
        found = column_of(table, name, f"{KEY}.units.keep").astype(str)
        if not set(found) & {str(value) for value in values}:
            present = ", ".join(sorted(set(found))[:10])
            raise MissingError(
                f"{KEY}.units.keep: no unit has {name} in {list(values)}; they have "
                f"{present or 'no value'}"
            )
        wanted &= np.isin(found, [str(value) for value in values])
    return wanted


def _speed(file: NWBFile, names: Mapping[str, Any]) -> Columns:
    series = object_named(file, TimeSeries, names["series"], f"{KEY}.speed.series")
    unit = names["unit"] or str(series.unit).strip()
    if unit not in CM_S_PER:
        raise MissingError(
            f"{names['series']} has the unit {series.unit!r}, not a known unit "
            f"of speed: set {KEY}.speed.unit to cm/s, m/s, or mm/s"
        )
    data = np.asarray(series.data[:], dtype=float)
    if data.squeeze().ndim != 1:
        raise MissingError(
            f"{names['series']} has shape {data.shape}: running speed is one number "
            f"per sample; choose another {KEY}.speed.series"
        )
    speed_cm_s = (data.squeeze() * series.conversion + series.offset) * CM_S_PER[unit]
    time_s = _times(series, speed_cm_s.size)
    order = np.argsort(time_s, kind="stable")
    half_s = float(np.nanmedian(np.diff(time_s[order]))) / 2
    return {
        "start_s": time_s[order] - half_s,
        "stop_s": time_s[order] + half_s,
        "speed_cm_s": speed_cm_s[order],
    }


def _times(series: TimeSeries, n: int) -> NDArray[np.float64]:
    if n < 2:
        raise MissingError(f"{series.name} has {n} samples: too few for a speed")
    if series.timestamps is not None:
        return np.asarray(series.timestamps[:], dtype=float)
    return series.starting_time + np.arange(n) / series.rate


def _stimuli(file: NWBFile, names: Mapping[str, Any]) -> list[Row] | None:
    """Return the stretches of each stimulus; None if the mapping names no table."""
    if names["table"] is None:
        return None
    table = object_named(file, TimeIntervals, names["table"], f"{KEY}.stimuli.table")
    start_s, stop_s = (
        column_of(table, f"{end}_time", KEY) for end in ("start", "stop")
    )
    if names["label"] is None:
        labels = ["spontaneous"] * len(start_s)
    else:
        found = labels_of(table, names["label"], f"{KEY}.stimuli.label")
        gray, there = set(names["spontaneous"]), {one for row in found for one in row}
        if not gray & there:
            raise MissingError(
                f"{KEY}.stimuli.spontaneous={sorted(gray)}: {table.name} has no such "
                f"{names['label']}; it has {', '.join(sorted(there))}"
            )
        labels = ["spontaneous" if gray & {*row} else ", ".join(row) for row in found]
    return _joined(sorted(zip(start_s, stop_s, labels, strict=True)))


def _joined(rows: Sequence[tuple[float, float, str]]) -> list[Row]:
    """Join rows of one label that touch; between others, the stimulus is unknown."""
    joined: list[Row] = []
    for start_s, stop_s, label in rows:
        if joined and joined[-1][3] == label and start_s - joined[-1][1] <= TOUCHING_S:
            start_s, stop_s = joined[-1][0], max(stop_s, joined.pop()[1])
        joined.append((float(start_s), float(stop_s), "stimulus", label))
    return joined


def _invalid(file: NWBFile, name: str | None) -> list[Row]:
    if name is None:
        return []
    table = object_named(file, TimeIntervals, name, f"{KEY}.invalid")
    ends = (column_of(table, f"{end}_time", KEY) for end in ("start", "stop"))
    return [
        (float(start_s), float(stop_s), "invalid", ALL_PROBES)
        for start_s, stop_s in zip(*ends, strict=True)
    ]

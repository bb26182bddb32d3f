"""A lab's own NWB 2 file, read by pynwb with a short mapping.

The mapping is the section ``recordings.nwb`` as plain values. One error names
everything that a file lacks, and what the file has instead.
"""

import logging
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hdf5plugin  # noqa: F401  (registers the compression filters of other writers)
import numpy as np
from hdmf.common import DynamicTable
from numpy.typing import NDArray
from pynwb import NWBFile

from minicolumn.errors import RecordingError
from minicolumn.recordings.epochs import SPONTANEOUS
from minicolumn.recordings.intervals import Interval
from minicolumn.recordings.needed import needed_trains
from minicolumn.recordings.nwb_intervals import (
    KEY,
    labeled_rows,
    shown,
    table_named,
    void,
)
from minicolumn.recordings.nwb_objects import (
    MissingError,
    checked_index,
    column_of,
    numbers_of,
    opened,
    tables_of,
    text_of,
)
from minicolumn.recordings.nwb_pupil import at_frames, read_pupil
from minicolumn.recordings.nwb_speed import read_speed
from minicolumn.recordings.nwb_states import labeled_object, state_rows
from minicolumn.recordings.recording import (
    ALL_PROBES,
    METRICS,
    OBSERVED,
    Columns,
    Recording,
    Row,
    interval_columns,
    printable,
)

logger = logging.getLogger(__name__)

MS_PER = {"s": 1e3, "ms": 1.0, "us": 1e-3}
# Locations that say nothing.
NOWHERE = {"", "unknown", "none", "nan", "n/a", "no area"}


def read_session(
    nwb: Path,
    session_id: int,
    mapping: Mapping[str, Any],
    areas: Sequence[str],
    needed: Mapping[str, Any] | None = None,
) -> Recording:
    """Return what the workflow needs from a lab's own session.

    ``mapping`` is the section ``recordings.nwb`` as plain values; if it names no area
    column, all units belong to the first of ``areas``. The file is only read. It may be
    the address of one on a server; then ``needed`` says which units' spikes are read,
    as in `minicolumn.recordings.needed.needed_trains`.

    Raises
    ------
    RecordingError
        If the file cannot be read, or lacks what the mapping names.
    """
    with opened(nwb) as (file, broken):
        try:
            parts = _parts(file, mapping, areas, needed, broken)
        except MissingError as fault:
            raise RecordingError(
                printable(f"{nwb} does not fit {KEY}: {fault}")
            ) from None
        provenance = {
            "session_id": session_id,
            "session_description": printable(str(file.session_description)),
            "pynwb": version("pynwb"),
        }
        return Recording(*parts, provenance)


def _parts(
    file: NWBFile,
    mapping: Mapping[str, Any],
    areas: Sequence[str],
    needed: Mapping[str, Any] | None,
    broken: Sequence[str],
) -> tuple[Columns, Columns, Columns]:
    """Return units, speed and intervals, or tell all at once that is missing."""
    parts: list[Any] = []
    faults: list[str] = []
    for read in (
        lambda: _units(file, mapping["units"], areas, needed),
        lambda: read_speed(file, mapping["speed"], broken),
        lambda: labeled_rows(file, mapping["stimuli"]),
        lambda: table_named(file, mapping["invalid"], f"{KEY}.invalid"),
        lambda: labeled_object(file, mapping["states"]),
        lambda: read_pupil(file, mapping["pupil"], broken),
    ):
        try:
            parts.append(read())
        except MissingError as fault:
            faults.append(str(fault))
    if faults:
        raise MissingError("; ".join(faults))
    (units, observed), speed, stimuli, invalid, labeled, pupil = parts
    whole = _whole(units, speed)
    rows = (
        [(*whole, "stimulus", SPONTANEOUS)]
        if stimuli is None
        else shown(*stimuli, whole[1], mapping["stimuli"])
    )
    if invalid is not None:
        rows += void(file, invalid, whole[1], set(units["probe"]))
    rows += state_rows(labeled, whole, mapping["states"])
    return units, at_frames(speed, pupil), interval_columns(rows + observed)


def _whole(units: Columns, speed: Columns) -> Interval:
    """Return from where to where the session was recorded, by its speed or spikes."""
    if len(speed["start_s"]):
        return float(np.min(speed["start_s"])), float(np.max(speed["stop_s"]))
    trains = [train for train in units["spike_times_s"] if len(train)]
    if not trains:
        raise MissingError(
            f"no unit that {KEY}.units keeps has a spike, and {KEY}.speed.series is "
            "null: nothing says when the session was recorded"
        )
    return (
        float(min(np.nanmin(train) for train in trains)),
        float(max(np.nanmax(train) for train in trains)),
    )


def _units(
    file: NWBFile,
    names: Mapping[str, Any],
    areas: Sequence[str],
    needed: Mapping[str, Any] | None,
) -> tuple[Columns, list[Row]]:
    """Return the units that the mapping keeps, and when each was observed."""
    table = file.units
    if table is None or "spike_times" not in table.colnames:
        raise MissingError(
            f"the file has no unit table with spike_times; {tables_of(file)}"
        )
    ids = np.asarray(table.id.data[:])
    repeated = ids.size - np.unique(ids).size
    if repeated:
        raise MissingError(f"{repeated} rows of units have the id of another row")
    checked_index(table["spike_times"], "units.spike_times")
    kept = np.flatnonzero(_wanted(table, names["keep"]))

    def column(key: str) -> NDArray[Any]:
        return column_of(table, names[key], f"{KEY}.units.{key}")[kept]

    def number(key: str) -> NDArray[np.float64]:
        if names[key] is None:
            return np.full(kept.size, np.nan)
        return numbers_of(column(key), ids[kept], f"{KEY}.units.{key}={names[key]}")

    def text(key: str, missing: str) -> list[str]:
        return text_of(column(key)) if names[key] else [missing] * kept.size

    if names["area"] is None:
        _check_one_area(table, kept, areas)
    units: Columns = {
        "unit_id": ids[kept],
        "area": text("area", areas[0]),
        "probe": text("probe", ALL_PROBES),
        **{metric: number(metric) for metric in METRICS},
        "waveform_duration_ms": number("waveform_duration")
        * MS_PER[names["waveform_unit"]],
    }
    units["spike_times_s"] = (
        [np.asarray(table.get_unit_spike_times(row)) for row in kept]
        if needed is None
        else needed_trains(table["spike_times"], kept, units, needed)
    )
    observed = []
    if "obs_intervals" in table.colnames:
        checked_index(table["obs_intervals"], "units.obs_intervals")
        observed = [
            (float(start_s), float(stop_s), OBSERVED, str(ids[row]))
            for row in kept
            for start_s, stop_s in np.asarray(table.get_unit_obs_intervals(row))
        ]
    return units, observed


def _check_one_area(
    table: DynamicTable, kept: NDArray[np.int64], areas: Sequence[str]
) -> None:
    """Refuse to count units of several areas as units of one."""
    try:
        where = text_of(column_of(table, "electrodes.location", KEY)[kept])
    except MissingError:
        return
    known = sorted({one for one in where if one.strip().lower() not in NOWHERE})
    if len(known) > 1:
        raise MissingError(
            f"{KEY}.units.area is null, which counts all units as {areas[0]}, but "
            f"their electrodes are in {', '.join(known[:20])}: set it to "
            "electrodes.location"
        )
    if known and known[0] not in areas:
        logger.warning(
            "all units count as %s, because %s.units.area is null; their electrodes "
            "are in %s",
            *(areas[0], KEY, known[0]),
        )


def _wanted(
    table: DynamicTable, keep: Mapping[str, Sequence[Any]]
) -> NDArray[np.bool_]:
    """Return which units have one of the wanted values in every column of ``keep``."""
    wanted = np.ones(len(table.id), dtype=bool)
    for name, values in keep.items():
        found = text_of(column_of(table, name, f"{KEY}.units.keep"))
        asked = {str(value) for value in values}
        if not set(found) & asked:
            present = ", ".join(sorted(set(found))[:10])
            raise MissingError(
                f"{KEY}.units.keep: no unit has {name} in {list(values)}; they have "
                f"{present or 'no value'}"
            )
        wanted &= np.array([one in asked for one in found])
    return wanted

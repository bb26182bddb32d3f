"""What an NWB file has, for a person who writes its mapping."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from hdmf.common import DynamicTable
from pynwb import NWBFile, TimeSeries
from pynwb.epoch import TimeIntervals

from minicolumn.recordings.nwb_objects import (
    SHOWN,
    MissingError,
    column_of,
    labels_of,
    objects_of,
    opened,
    text_of,
)
from minicolumn.recordings.propose import STIMULUS, propose_mapping
from minicolumn.recordings.recording import printable

# A limit on what the file does not have lets no unit pass.
_LIMITS = {
    "presence_ratio": "presence_ratio_above",
    "isi_violations": "isi_violations_below",
    "amplitude_cutoff": "amplitude_cutoff_below",
}


def lines_of(nwb: Path) -> Iterator[str]:
    """Yield what a file has, then a section ``recordings`` that reads it.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    proposed = propose_mapping(nwb)
    with opened(nwb) as (file, broken):
        yield f"{nwb}: {printable(str(file.session_description))[:100]}"
        yield from _units(file, proposed["units"])
        yield from _series(objects_of(file, TimeSeries))
        yield from _intervals(objects_of(file, TimeIntervals))
        yield from (f"broken link: {printable(link)}" for link in broken)
    off = {key: None for name, key in _LIMITS.items() if not proposed["units"][name]}
    section = {
        "source": "nwb",
        **({"units": off} if off else {}),
        "nwb": {"files": {1: str(nwb)}, **proposed},
    }
    yield ""
    yield "# A proposal to check: null is what the file does not seem to have."
    yield yaml.safe_dump({"recordings": section}, sort_keys=False).rstrip()
    if proposed["speed"]["series"] is None:
        yield (
            "# No series looks like running speed: name one in speed.series, or tell "
            "states apart by intervals."
        )


def _units(file: NWBFile, proposed: Mapping[str, Any]) -> Iterator[str]:
    table = file.units
    if table is None:
        yield "units: none"
        return
    yield f"units: {len(table.id)}, columns {', '.join(table.colnames)}"
    if file.electrodes is not None:
        columns = ", ".join(file.electrodes.colnames)
        yield f"electrodes: {len(file.electrodes.id)}, columns {columns}"
    if area := proposed["area"]:
        counts = Counter(text_of(column_of(table, area, "area")))
        shown = ", ".join(f"{name or '(empty)'} {n}" for name, n in counts.items())
        yield f"units by {area}: {shown}"


def _series(series: dict[str, Any]) -> Iterator[str]:
    for path, one in sorted(series.items()):
        shape = "x".join(map(str, getattr(one.data, "shape", ())))
        times = "timestamps" if one.timestamps is not None else f"{one.rate} Hz"
        yield f"series {path}: {shape or 'external'}, {one.unit}, {times}"


def _intervals(tables: dict[str, DynamicTable]) -> Iterator[str]:
    for path, table in sorted(tables.items()):
        yield f"intervals {path}: {len(table.id)}, columns {', '.join(table.colnames)}"
        for name in STIMULUS:
            if found := _labels(table, name):
                more = " ..." if found[SHOWN:] else ""
                yield f"  {name}: {', '.join(found[:SHOWN])}{more}"


def _labels(table: DynamicTable, name: str) -> list[str]:
    if name not in table.colnames:
        return []
    try:
        return sorted({one for row in labels_of(table, name, "") for one in row})
    except MissingError:
        return []

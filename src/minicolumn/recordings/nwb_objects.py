"""Find tables, columns, and series in an NWB file by name, or list what there is."""

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from hdmf.common import (
    DynamicTable,
    DynamicTableRegion,
    EnumData,
    VectorData,
    VectorIndex,
)
from numpy.typing import NDArray
from pynwb import NWBHDF5IO, NWBFile

from minicolumn.recordings.hdf5_files import opened_hdf5
from minicolumn.recordings.nwb_safety import check_opened
from minicolumn.recordings.recording import printable, readable

PLACES = ("acquisition", "processing", "analysis", "stimulus", "intervals")
# Allen's tables name the electrode of a unit instead of referring to its row.
PEAK = "peak_channel_id"
SHOWN = 10


class MissingError(Exception):
    """The file lacks something that the mapping names; lists what it has instead."""


@contextmanager
def opened(nwb: Path) -> Iterator[tuple[NWBFile, list[str]]]:
    """Yield an NWB 2 file to read, once it is known to be safe, and its broken links.

    ``nwb`` may be the address of a file that is read in place.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    with readable(nwb, "an NWB 2 file"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Ignoring the following cached namespace")
        warnings.filterwarnings("ignore", "Path to Group altered/broken at")
        # Refused with its series by whoever needs it.
        warnings.filterwarnings("ignore", "Rate must not be a negative value")
        # Fields of schemas before the newest, which a reader cannot change.
        warnings.filterwarnings("ignore", "The '.*' field is deprecated")
        with opened_hdf5(nwb) as file:
            broken = check_opened(file, nwb)
            with NWBHDF5IO(file=file, mode="r", load_namespaces=True) as io:
                yield io.read(), broken


def column_of(table: DynamicTable, name: str, key: str) -> NDArray[Any]:
    """Return a column, (rows,); ``electrodes.x`` is column x of a row's electrodes.

    Of several electrodes the most common value counts. ``key`` is the key of the
    configuration that gives the name, for the error message.

    Raises
    ------
    MissingError
        If the column does not exist or has several values per row.
    """
    if name.startswith("electrodes."):
        if "electrodes" in table.colnames:
            return _of_electrodes(table, name.removeprefix("electrodes."), key)
        if PEAK in table.colnames:
            return _of_peak_channel(table, name.removeprefix("electrodes."), key)
    if name not in table.colnames:
        has = ", ".join(table.colnames)
        raise MissingError(
            f"{key}={name}: {table.name} has no such column; it has {has}"
        )
    column = table[name]
    if isinstance(column, VectorIndex | DynamicTableRegion):
        raise MissingError(
            f"{key}={name}: this column of {table.name} has several values per row, "
            "or refers to rows of another table: name a plain column"
        )
    return _values(column, f"{key}={name}", len(table.id))


def _values(column: VectorData, key: str, n_rows: int) -> NDArray[Any]:
    values = np.asarray(column.data[:])
    if values.size != n_rows:
        raise MissingError(
            f"{key}: this column has shape {values.shape} for {n_rows} rows: name a "
            "column of one value per row"
        )
    values = values.reshape(n_rows)  # MATLAB writes (rows, 1)
    if isinstance(column, EnumData):
        values = np.asarray(column.elements[:])[values]
    return values


def text_of(values: NDArray[Any]) -> list[str]:
    """Return values as people write them: whole numbers without a point, one line.

    Examples
    --------
    >>> text_of(np.array([2.0, 0.5])), text_of(np.array([b"VISp"], dtype=object))
    (['2', '0.5'], ['VISp'])
    """

    def text(value: Any) -> str:
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        is_whole = isinstance(value, float | np.floating) and float(value).is_integer()
        return str(int(value) if is_whole else value)

    return [printable(text(value)) for value in values]


def numbers_of(
    values: NDArray[Any], ids: NDArray[Any], key: str
) -> NDArray[np.float64]:
    """Return values as numbers; text that says a number is one.

    Raises
    ------
    MissingError
        If a value is not a number, with the unit that has it.
    """
    if values.dtype.kind in "fiub":
        return values.astype(float)
    found = np.full(values.size, np.nan)
    for row, text in enumerate(text_of(values)):
        try:
            found[row] = float(text)
        except ValueError:
            raise MissingError(
                f"{key}: unit {ids[row]} has {text!r}, which is no number (NaN means "
                "missing): correct the column or name another"
            ) from None
    return found


def labels_of(table: DynamicTable, name: str, key: str) -> list[list[str]]:
    """Return the labels of each row: one, or several in a column such as ``tags``.

    Raises
    ------
    MissingError
        As `column_of`, or if all rows of a column such as ``tags`` are empty.
    """
    column = table[name] if name in table.colnames else None
    if not isinstance(column, VectorIndex):
        return [[one] for one in text_of(column_of(table, name, key))]
    tags = text_of(np.asarray(column.target.data[:]))
    if not tags:
        raise MissingError(
            f"{key}={name}: this column of {table.name} is empty in all "
            f"{len(table.id)} rows; columns are {', '.join(table.colnames)}"
        )
    edges = [0, *checked_index(column, key)]
    return [tags[a:b] for a, b in pairwise(edges)]


def checked_index(column: VectorIndex, key: str) -> NDArray[np.int64]:
    """Return where each row of an indexed column ends.

    Raises
    ------
    MissingError
        If the index goes back or beyond the end of the values.
    """
    ends = np.asarray(column.data[:]).astype(np.int64)
    n = len(column.target.data)
    if np.any(np.diff(ends, prepend=0) < 0) or (ends.size and ends[-1] > n):
        raise MissingError(
            f"{key}: {column.name} of {column.parent.name} must rise and end at {n}, "
            "the number of values: the file is damaged"
        )
    return ends


def _of_electrodes(table: DynamicTable, name: str, key: str) -> NDArray[Any]:
    column = table["electrodes"]
    if isinstance(column, DynamicTableRegion):
        rows: Sequence[Any] = [[row] for row in np.ravel(column.data[:])]
        electrodes = column.table
    else:
        ends = checked_index(column, f"{key}=electrodes")
        rows = np.split(np.asarray(column.target.data[:]), ends[:-1])
        electrodes = column.target.table
    values = column_of(electrodes, name, f"{key}=electrodes")
    if any(np.any(np.asarray(row) >= values.size) for row in rows):
        raise MissingError(
            f"{key}=electrodes.{name}: units refer to electrodes beyond the last of "
            f"{values.size}: the file is damaged"
        )
    # A unit without electrodes gets the empty area, which no configuration asks for.
    return np.array(
        [
            Counter(values[np.asarray(row, dtype=int)].tolist()).most_common(1)[0][0]
            if len(row)
            else ""
            for row in rows
        ]
    )


def _of_peak_channel(table: DynamicTable, name: str, key: str) -> NDArray[Any]:
    electrodes = table.get_ancestor("NWBFile").electrodes
    if electrodes is None:
        raise MissingError(f"{key}=electrodes.{name}: the file has no electrode table")
    values = column_of(electrodes, name, f"{key}=electrodes")
    place = {one: row for row, one in enumerate(electrodes.id.data[:].tolist())}
    peaks = column_of(table, PEAK, key).tolist()
    return np.array([values[place[one]] if one in place else "" for one in peaks])


def object_named(
    file: NWBFile, kind: type, name: str, key: str, broken: Sequence[str] = ()
) -> Any:
    """Return the only object of a kind whose path ends in ``name``.

    Raises
    ------
    MissingError
        If there is none, or more than one; names links that are ``broken``.
    """
    there = objects_of(file, kind)
    found = [p for p in there if p == name or p.endswith(f"/{name}")]
    # A name that is a whole path means that object, whatever else ends like it.
    found = [p for p in found if p == name] or found
    if len(found) != 1:
        how_many = "no" if not found else "more than one"
        others = ", ".join(_described(path, there[path]) for path in found or there)
        links = f"; broken links: {', '.join(broken)}" if broken and not found else ""
        advice = ": name one by its whole path" if found else ""
        raise MissingError(
            f"{key}={name}: the file has {how_many} such {kind.__name__}; it has "
            f"{others or 'none'}{advice}{links}"
        )
    return there[found[0]]


def objects_of(file: NWBFile, kind: type) -> dict[str, Any]:
    """Return every object of a kind by its path from the file's root."""
    roots = {
        id(one): place
        for place in PLACES
        for one in (getattr(file, place) or {}).values()
    }
    there = {}
    for one in file.objects.values():
        if isinstance(one, kind):
            names, at = [one.name], one
            while at.parent is not None and at.parent is not file:
                at = at.parent
                names = [at.name, *names]
            if id(at) in roots:
                names = [roots[id(at)], *names]
            there["/".join(names)] = one
    return there


def _described(path: str, one: Any) -> str:
    if isinstance(one, DynamicTable):
        return f"{path} (columns {', '.join(one.colnames)})"
    return f"{path} ({one.unit})"


def tables_of(file: NWBFile) -> str:
    """Return a list of a file's tables, for error messages."""
    tables = [
        _described(path, table)
        for path, table in objects_of(file, DynamicTable).items()
    ]
    return f"its tables are {', '.join(tables) or 'none'}"

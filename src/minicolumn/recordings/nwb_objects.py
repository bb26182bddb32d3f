"""Find tables, columns, and series in an NWB file by name, or list what there is.

Runs in the AllenSDK environment.
"""

from collections import Counter
from typing import Any

import numpy as np
from hdmf.common import DynamicTable, DynamicTableRegion, VectorIndex
from numpy.typing import NDArray
from pynwb import NWBFile


class MissingError(Exception):
    """The file lacks something that the mapping names; lists what it has instead."""


def column_of(table: DynamicTable, name: str, key: str) -> NDArray[Any]:
    """Return a column; ``electrodes.x`` is the most common x of a row's electrodes.

    ``key`` is the key of the configuration that gives the name, for the error message.

    Raises
    ------
    MissingError
        If the column does not exist or has several values per row.
    """
    if name.startswith("electrodes.") and "electrodes" in table.colnames:
        return _of_electrodes(
            table["electrodes"], name.removeprefix("electrodes."), key
        )
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
    return np.asarray(column.data[:])


def labels_of(table: DynamicTable, name: str, key: str) -> list[list[str]]:
    """Return the labels of each row: one, or several in a column such as ``tags``.

    Raises
    ------
    MissingError
        As `column_of`.
    """
    column = table[name] if name in table.colnames else None
    if isinstance(column, VectorIndex) and isinstance(
        column.target.data[0], str | bytes
    ):
        rows = np.split(np.asarray(column.target.data[:]).astype(str), column.data[:-1])
        return [row.tolist() for row in rows]
    return [[str(one)] for one in column_of(table, name, key).astype(str)]


def _of_electrodes(column: Any, name: str, key: str) -> NDArray[Any]:
    if isinstance(column, DynamicTableRegion):
        rows = [[row] for row in column.data[:]]
        electrodes = column.table
    else:
        rows = np.split(np.asarray(column.target.data[:]), column.data[:-1])
        electrodes = column.target.table
    values = column_of(electrodes, name, key)
    # A unit without electrodes gets the empty area, which no configuration asks for.
    return np.array(
        [
            Counter(values[np.asarray(row, dtype=int)].tolist()).most_common(1)[0][0]
            if len(row)
            else ""
            for row in rows
        ]
    )


def object_named(file: NWBFile, kind: type, name: str, key: str) -> Any:
    """Return the only object of a kind whose path ends in ``name``.

    Raises
    ------
    MissingError
        If there is none, or more than one.
    """
    there = _paths(file, kind)
    wanted = name.removeprefix("processing/").removeprefix("acquisition/")
    found = [p for p in there if p == wanted or p.endswith(f"/{wanted}")]
    if len(found) != 1:
        how_many = "no" if not found else "more than one"
        others = ", ".join(_described(path, there[path]) for path in found or there)
        raise MissingError(
            f"{key}={name}: the file has {how_many} such {kind.__name__}; it has "
            f"{others or 'none'}"
        )
    return there[found[0]]


def _paths(file: NWBFile, kind: type) -> dict[str, Any]:
    """Return every object of a kind by its path from the file's root."""
    there = {}
    for one in file.objects.values():
        if isinstance(one, kind):
            names, at = [one.name], one.parent
            while at is not None and at is not file:
                names, at = [at.name, *names], at.parent
            there["/".join(names)] = one
    return there


def _described(path: str, one: Any) -> str:
    if isinstance(one, DynamicTable):
        return f"{path} (columns {', '.join(one.colnames)})"
    return f"{path} ({one.unit})"


def tables_of(file: NWBFile) -> str:
    """Return a list of a file's tables, for error messages."""
    tables = [
        _described(path, table) for path, table in _paths(file, DynamicTable).items()
    ]
    return f"its tables are {', '.join(tables) or 'none'}"

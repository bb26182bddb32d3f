"""Mice of others, from files: groups that no code names before they are judged."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from minicolumn.errors import UnreadableTableError
from minicolumn.files.store import read_table
from minicolumn.files.tables import COHORT


def read_others(
    paths: Mapping[str, str], matching: Mapping[str, Any]
) -> dict[str, pa.Table]:
    """Return the mice of each group, tables of the kind `tables.COHORT`.

    Parameters
    ----------
    paths
        By name of the group.
    matching
        What windows were learned from: ``duration_s`` and ``n_units``.

    Raises
    ------
    UnreadableTableError
        If a file is damaged or another kind of table, or if its mice were described in
        other windows: answers about them would mean nothing.
    """
    tables = {name: read_table(path, COHORT) for name, path in paths.items()}
    for name, table in tables.items():
        for column in ("duration_s", "n_units"):
            found = set(table[column].unique().to_pylist())
            if found != {matching[column]}:
                raise UnreadableTableError(
                    f"{paths[name]} (validation.others, {name}) has {column}="
                    f"{sorted(found)}, and the mice learned from have "
                    f"{matching[column]}: describe them in the same windows"
                )
    return tables

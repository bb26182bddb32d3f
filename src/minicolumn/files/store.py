"""Tables on disk: one schema, written whole or not at all.

Everything the workflow keeps is a Parquet table whose columns carry a unit and a
description in the file's own metadata. The module needs nothing but pyarrow, so both
environments can use it.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from minicolumn.errors import NotWrittenError, UnreadableTableError
from minicolumn.files.seal import read_sealed, write_sealed


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, unit ("1" when there is none) and meaning."""

    name: str
    type: pa.DataType
    unit: str
    description: str


@dataclass(frozen=True)
class Schema:
    """The columns of one kind of table."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names, in order."""
        return [column.name for column in self.columns]

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema; unit and description ride along as metadata."""
        return pa.schema(
            [
                pa.field(
                    column.name,
                    column.type,
                    metadata={"unit": column.unit, "description": column.description},
                )
                for column in self.columns
            ]
        )


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that is renamed to it on success.

    A reader never sees half a file, and a writer that dies leaves nothing under the
    final name.

    Raises
    ------
    NotWrittenError
        When the disk is full, for instance; nothing is left behind.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        # mkstemp makes files private; shared results want the mode of the umask.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise NotWrittenError(
            f"could not write {path}: {error.strerror or error}. Nothing was left "
            "under that name; make room or choose another directory, then run the "
            "same command again",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_directory(path: str | Path, suffixes: Collection[str]) -> Iterator[Path]:
    """Yield an empty directory that takes the place of ``path`` on success.

    Raises
    ------
    NotWrittenError
        When the disk is full, for instance; nothing is left behind.
    ValueError
        If ``path`` holds files with other endings than ``suffixes``, which must not be
        lost.
    """
    path = Path(path)
    others = [p.name for p in path.glob("[!.]*") if p.suffix not in suffixes]
    if others:
        raise ValueError(
            f"{path} holds {sorted(others)[:5]}, which no job wrote: choose another "
            "directory or empty it"
        )
    outer = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The outer directory is private, the inner one has the mode of the umask.
        outer = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        inner = outer / "new"
        inner.mkdir()
        yield inner
        if path.exists():
            path.replace(outer / "old")
        inner.replace(path)
    except OSError as error:
        raise NotWrittenError(
            f"could not write {path}: {error.strerror or error}. Nothing was left "
            "under that name; make room or choose another directory, then run the "
            "same command again",
        ) from error
    finally:
        if outer is not None:
            shutil.rmtree(outer)


def write_table(
    path: str | Path,
    schema: Schema,
    columns: Mapping[str, Sequence[Any]],
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write ``columns`` as one Parquet table; see `write_parts`."""
    write_parts(path, schema, [columns], provenance)


def write_parts(
    path: str | Path,
    schema: Schema,
    parts: Iterable[Mapping[str, Sequence[Any]]],
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write a Parquet table part by part; NaN in a float column becomes null.

    Parameters
    ----------
    path
        Final name; it appears only when the file is whole.
    schema
        What the table must look like.
    parts
        Rows that follow each other: one sequence of equal length per column of
        ``schema``, no more and no fewer. One part is in memory at a time.
    provenance
        What made the table (versions, device, seed): JSON in the file's metadata.

    Raises
    ------
    ValueError
        If columns are missing or unknown.
    """
    arrow = schema.arrow().with_metadata(
        {
            "minicolumn.table": schema.name,
            "minicolumn.jobs.provenance": json.dumps(provenance or {}),
        }
    )
    with whole_file(path) as temporary:
        tables = (_to_arrow(columns, schema, arrow) for columns in parts)
        write_sealed(tables, arrow, temporary)


def _to_arrow(
    columns: Mapping[str, Sequence[Any]], schema: Schema, arrow: pa.Schema
) -> pa.Table:
    if set(columns) != set(schema.names):
        missing = sorted(set(schema.names) - set(columns))
        unknown = sorted(set(columns) - set(schema.names))
        raise ValueError(
            f"table {schema.name!r}: missing columns {missing}, unknown {unknown}"
        )
    arrays = [
        pa.array(columns[field.name], type=field.type, from_pandas=True)
        for field in arrow
    ]
    return pa.Table.from_arrays(arrays, schema=arrow)


def columns_of(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()
) -> dict[str, list[Any]]:
    """Turn rows with equal keys into columns, ``names`` where there is no row.

    Examples
    --------
    >>> columns_of([{"level": 0.0, "outcome": "ok"}, {"level": 1.0, "outcome": "ok"}])
    {'level': [0.0, 1.0], 'outcome': ['ok', 'ok']}
    >>> columns_of([], names=["level"])
    {'level': []}
    """
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else names)}


def read_table(path: str | Path, schema: Schema) -> pa.Table:
    """Read a table whole; see `read_parts`."""
    return pq.ParquetFile(_checked(path, schema)).read(use_threads=False)


def read_parts(path: str | Path, schema: Schema) -> Iterator[pa.Table]:
    """Read a table in the parts that it was written in, one in memory at a time.

    Before the first part, the file is checked to be whole, and to be the kind of table
    that ``schema`` describes.

    Raises
    ------
    UnreadableTableError
        If the file is damaged, by as little as one bit, or of another kind; the message
        says which and how to mend it.
    """
    file = pq.ParquetFile(_checked(path, schema))
    for group in range(file.num_row_groups):
        yield file.read_row_group(group, use_threads=False)


def _checked(path: str | Path, schema: Schema) -> pa.BufferReader:
    content = read_sealed(path)
    expected, found = schema.arrow(), pq.read_schema(content)
    if not found.equals(expected, check_metadata=False):
        raise UnreadableTableError(
            f"{path} is not a {schema.name!r} table of this version: expected columns "
            f"{expected.names}, found {found.names}. Delete it and run again"
        )
    # Read on one thread: threads of pyarrow that read from memory may outlive the
    # reading and abort the process as it ends (apache/arrow#34314).
    content.seek(0)
    return content


def read_tables(paths: Sequence[str | Path], schema: Schema) -> pa.Table:
    """Read many tables of one kind as one, in the order given."""
    parts = [read_table(path, schema) for path in paths]
    return pa.concat_tables(parts) if parts else schema.arrow().empty_table()


def read_provenance(path: str | Path) -> dict[str, Any]:
    """Return what the table's writer recorded about itself."""
    metadata = pq.read_schema(read_sealed(path)).metadata or {}
    return json.loads(metadata.get(b"minicolumn.jobs.provenance", b"{}"))


def write_json(path: str | Path, value: Any) -> None:
    """Write ``value`` as readable JSON, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n")

"""Tables on disk: one schema, written completely or not at all.

Every table is a Parquet file whose metadata has a unit and a description for each
column. The module needs only pyarrow and NumPy, so both environments can use it.
"""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from minicolumn.errors import NotWrittenError, UnreadableTableError, repair_of
from minicolumn.files.origin import OtherOriginError, identities_of
from minicolumn.files.seal import read_sealed, write_sealed
from minicolumn.files.unfinished import PART

Values = Sequence[Any] | NDArray[Any]
"""Of one column."""


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, unit ("1" if dimensionless), and meaning."""

    name: str
    type: pa.DataType
    unit: str
    description: str


@dataclass(frozen=True)
class Schema:
    """The columns of one kind of table.

    Where there may be ``extra`` ones, a file has further columns of float64, whose unit
    and meaning are in the file itself.
    """

    name: str
    columns: tuple[Column, ...]
    extra: bool = False

    @property
    def names(self) -> list[str]:
        """Column names, in order."""
        return [column.name for column in self.columns]

    def plus(self, *columns: Column) -> "Schema":
        """Return the schema of a table that has these columns too."""
        if not self.extra:
            raise ValueError(f"table {self.name!r} has no columns but its own")
        return replace(self, columns=self.columns + columns)

    def fits(self, found: pa.Schema) -> bool:
        """Whether a file with these fields is a table of this kind."""
        own = pa.schema([field for field in found if field.name in self.names])
        others = [field for field in found if field.name not in self.names]
        return own.equals(self.arrow(), check_metadata=False) and all(
            self.extra
            and field.type == pa.float64()
            and {b"unit", b"description"} <= set(field.metadata or {})
            for field in others
        )

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema, with unit and description as metadata."""
        return pa.schema(
            pa.field(one.name, one.type).with_metadata(
                {"unit": one.unit, "description": one.description}
            )
            for one in self.columns
        )


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield the path of a file to write that takes the place of ``path`` on success.

    A reader never sees an incomplete file, and a writer that dies leaves nothing under
    the final name.

    Raises
    ------
    NotWrittenError
        If the file cannot be written, for example because the disk is full.
    """
    with _beside(Path(path)) as new:
        yield new
        new.replace(path)


@contextlib.contextmanager
def whole_directory(path: str | Path, suffixes: Collection[str]) -> Iterator[Path]:
    """Yield an empty directory that takes the place of ``path`` on success.

    Raises
    ------
    NotWrittenError
        If it cannot be written, for example because the disk is full.
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
    with _beside(path) as new:
        new.mkdir()
        yield new
        if path.exists():
            path.replace(new.with_name("old"))
        new.replace(path)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a path of the same name in a hidden directory, which is deleted at the end.

    What is made there has the mode of the umask; the directory itself is private.

    Raises
    ------
    NotWrittenError
        In place of any error of the system.
    """
    hidden = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}{PART}"))
        yield hidden / path.name
    except OSError as error:
        raise NotWrittenError(
            f"could not write {path}: {error.strerror or error}. Nothing incomplete "
            f"was left. {repair_of(error)}, then run the same command again",
        ) from error
    finally:
        if hidden is not None:
            shutil.rmtree(hidden, ignore_errors=True)


def write_table(
    path: str | Path,
    schema: Schema,
    columns: Mapping[str, Values],
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write ``columns`` as one Parquet table; see `write_parts`."""
    write_parts(path, schema, [columns], provenance)


def write_parts(
    path: str | Path,
    schema: Schema,
    parts: Iterable[Mapping[str, Values]],
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write a Parquet table part by part; NaN in a float column becomes null.

    Parameters
    ----------
    path
        Final name; it appears only when the file is complete.
    schema, parts
        The columns of the table, and consecutive rows: one sequence for each column.
    provenance
        How the table was made (versions, device, seed): JSON in the file's metadata.

    Raises
    ------
    ValueError
        If columns are missing or unknown.
    """
    arrow = schema.arrow().with_metadata(
        {
            "minicolumn.table": schema.name,
            "minicolumn.provenance": json.dumps(provenance or {}),
        }
    )
    with whole_file(path) as temporary:
        tables = (table_of(columns, schema, arrow) for columns in parts)
        write_sealed(tables, arrow, temporary)


def table_of(
    columns: Mapping[str, Values], schema: Schema, arrow: pa.Schema | None = None
) -> pa.Table:
    """Return ``columns`` as a table; ``arrow`` is the schema with metadata, if any.

    Raises
    ------
    ValueError
        If columns are missing or unknown.
    """
    given, own = set(columns), set(schema.names)
    if given != own:
        raise ValueError(
            f"table {schema.name!r}: missing columns {sorted(own - given)}, "
            f"unknown {sorted(given - own)}"
        )
    kind = schema.arrow() if arrow is None else arrow
    arrays = [pa.array(columns[f.name], f.type, from_pandas=True) for f in kind]
    return pa.Table.from_arrays(arrays, schema=kind)


def columns_of(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()
) -> dict[str, list[Any]]:
    """Turn rows with equal keys into columns; ``names`` are for the case of no rows.

    Examples
    --------
    >>> columns_of([{"level": 0.0, "outcome": "ok"}, {"level": 1.0, "outcome": "ok"}])
    {'level': [0.0, 1.0], 'outcome': ['ok', 'ok']}
    >>> columns_of([], names=["level"])
    {'level': []}
    """
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else names)}


def read_table(path: str | Path, schema: Schema) -> pa.Table:
    """Read a whole table; see `read_parts`."""
    # Read on one thread: pyarrow's threads that read from memory may outlive the read
    # and abort the process at its end (apache/arrow#34314).
    return _checked(path, schema).read(use_threads=False)


def read_parts(path: str | Path, schema: Schema) -> Iterator[pa.Table]:
    """Read a table in the parts in which it was written, one in memory at a time.

    The file is first checked to be complete and to have the columns of ``schema``.

    Raises
    ------
    UnreadableTableError
        If the file is damaged, even in a single bit, or is another kind of table; the
        message says which and how to fix it.
    """
    file = _checked(path, schema)
    for group in range(file.num_row_groups):
        yield file.read_row_group(group, use_threads=False)


def _checked(path: str | Path, schema: Schema) -> pq.ParquetFile:
    file = pq.ParquetFile(read_sealed(path))
    if not schema.fits(file.schema_arrow):
        raise UnreadableTableError(
            f"{path} is not a {schema.name!r} table of this version: expected columns "
            f"{schema.names}, found {file.schema_arrow.names}. Delete it and run again"
        )
    _check_identities(path, file)
    return file


def _check_identities(path: str | Path, file: pq.ParquetFile) -> None:
    """Refuse a table of the run that is about other circuits or sessions than planned.

    Raises
    ------
    OtherOriginError
        With the difference.
    """
    planned = identities_of(path)
    if planned is None:
        return
    column = file.read([planned.column], use_threads=False)
    if why := planned.difference(column[planned.column].drop_null().to_numpy()):
        raise OtherOriginError(
            f"{path} {why}, though it says that the planned job made it. Delete it and "
            "run the same command again"
        )


def read_tables(paths: Sequence[str | Path], schema: Schema) -> pa.Table:
    """Read many tables of one kind as one, in the given order."""
    parts = [read_table(path, schema) for path in paths]
    return pa.concat_tables(parts) if parts else schema.arrow().empty_table()


def read_provenance(path: str | Path) -> dict[str, Any]:
    """Return the provenance that the table's writer recorded."""
    metadata = pq.read_schema(read_sealed(path)).metadata or {}
    return json.loads(metadata.get(b"minicolumn.provenance", b"{}"))


def write_json(path: str | Path, value: Any) -> None:
    """Write ``value`` as readable JSON, completely or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n")

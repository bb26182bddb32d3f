"""Files of the data set: gathered tables and packed models."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from minicolumn.circuit_archives.documents import Member
from minicolumn.files.seal import sha256_of
from minicolumn.files.store import Schema, read_parts, write_parts


class ExportedFile(NamedTuple):
    """A file of the data set: its path, size, and SHA-256."""

    name: str
    n_bytes: int
    sha256: str

    @classmethod
    def of(cls, directory: Path, name: str) -> "ExportedFile":
        """Measure one file of the data set in ``directory``."""
        path = directory / name
        return cls(name, path.stat().st_size, sha256_of(path))


def gather_table(path: str | Path, schema: Schema, sources: Sequence[str]) -> int:
    """Write many tables as one, with one part in memory at a time; return its rows."""
    n_rows = 0

    def parts() -> Iterator[dict[str, pa.ChunkedArray]]:
        nonlocal n_rows
        for source in sources:
            for table in read_parts(source, schema):
                n_rows += table.num_rows
                yield {name: table[name] for name in schema.names}

    write_parts(path, schema, parts())
    return n_rows


def checkpoint_files(surrogates: Sequence[str]) -> Iterator[Member]:
    """Yield every file of every surrogate, by training set and architecture."""
    for surrogate in map(Path, sorted(surrogates)):
        name = f"{surrogate.parent.name}/{surrogate.name}"
        for file in sorted(p for p in surrogate.rglob("*") if p.is_file()):
            if not file.name.startswith("."):  # Snakemake's own marker
                relative = file.relative_to(surrogate).as_posix()
                yield f"{name}/{relative}", file.read_bytes()

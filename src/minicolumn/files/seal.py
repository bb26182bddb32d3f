"""A seal on a Parquet file: reading detects every bit that changed after writing.

Parquet's own page checksums do not cover page headers and the footer, and a flipped bit
there can still decode to a table or crash the decoder. The seal is the SHA-256 of the
whole file, computed with zeros in place of the seal. It is in the file's metadata,
after a mark and before what made the file, and is checked before anything is decoded.
Other readers of Parquet ignore it.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from minicolumn.errors import UnreadableTableError
from minicolumn.files.origin import BLANK, MARK, check, mark_of_table, origin_after


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sealed(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write ``tables`` as consecutive row groups of one file, and seal it."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
        writer.add_key_value_metadata({"seal": mark_of_table().decode()})
    content = path.read_bytes()
    at = content.rfind(MARK) + len(MARK)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(_digest(content, at))


def read_sealed(path: str | Path) -> pa.BufferReader:
    """Return the content of a sealed file after checking its seal, and what made it.

    It is read into memory, and decoded from there: what another process does to the
    file meanwhile cannot matter.

    Raises
    ------
    UnreadableTableError
        If the file is missing, truncated, changed, or was never sealed.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from error
    mark = content.rfind(MARK)
    if mark < 0:
        raise _unreadable(path, "is truncated or not a table of this workflow")
    at = mark + len(MARK)
    if content[at : at + len(BLANK)] != _digest(content, at):
        raise _unreadable(path, "is damaged: its content differs from what was written")
    check(path, origin_after(content, at))
    return pa.BufferReader(content)


def _digest(content: bytes, at: int) -> bytes:
    """Return the digest of the content with zeros in place of the seal, at ``at``."""
    view = memoryview(content)
    digest = hashlib.sha256(view[:at])
    digest.update(BLANK)
    digest.update(view[at + len(BLANK) :])
    return digest.hexdigest().encode()


def _unreadable(path: str | Path, why: str) -> UnreadableTableError:
    return UnreadableTableError(
        f"{path} {why}. `make recover` finds all such files and makes them again; for "
        "this file only, delete it and run the same command again"
    )

"""A seal on a Parquet file: reading detects every bit that changed after writing.

Parquet's own page checksums do not cover page headers and the footer, and a flipped bit
there can still decode to a table or crash the decoder. The seal is the SHA-256 of the
whole file, computed with zeros in place of the seal. It is in the file's metadata,
after a mark, and is checked before anything is decoded. Other readers of Parquet ignore
it.
"""

import hashlib
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from minicolumn.errors import UnreadableTableError

_MARK = b"minicolumn.sha256:"
_BLANK = b"0" * 64


def write_sealed(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write ``tables`` as consecutive row groups of one file, and seal it."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
        writer.add_key_value_metadata({"seal": (_MARK + _BLANK).decode()})
    with path.open("r+b") as file, _mapped(file) as content:
        at = content.rfind(_MARK) + len(_MARK)
        content[at : at + len(_BLANK)] = _digest(content, at)


def read_sealed(path: str | Path) -> pa.BufferReader:
    """Return the content of a sealed file after checking its seal.

    The content is memory-mapped, so a file larger than memory can be read in parts.

    Raises
    ------
    UnreadableTableError
        If the file is missing, truncated, changed, or was never sealed.
    """
    try:
        with Path(path).open("rb") as file:
            content = _mapped(file, mmap.ACCESS_READ)
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:  # an empty file cannot be mapped
        raise _unreadable(path, "is empty") from error
    mark = content.rfind(_MARK)
    if mark < 0:
        raise _unreadable(path, "is truncated or not a table of this workflow")
    at = mark + len(_MARK)
    if content[at : at + len(_BLANK)] != _digest(content, at):
        raise _unreadable(path, "is damaged: its content differs from what was written")
    return pa.BufferReader(pa.py_buffer(content))


def _mapped(file: BinaryIO, access: int = mmap.ACCESS_DEFAULT) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=access)


def _digest(content: mmap.mmap, at: int) -> bytes:
    """Return the digest of the content with zeros in place of the seal, at ``at``."""
    digest = hashlib.sha256()
    with memoryview(content) as view:
        for part in (view[:at], _BLANK, view[at + len(_BLANK) :]):
            digest.update(part)
            if isinstance(part, memoryview):
                part.release()
    return digest.hexdigest().encode()


def _unreadable(path: str | Path, why: str) -> UnreadableTableError:
    return UnreadableTableError(
        f"{path} {why}. `make recover` finds all such files and makes them again; for "
        "this file only, delete it and run the same command again"
    )

"""A seal on a Parquet file: any bit that changed after writing is found on reading.

Parquet's own page checksums leave page headers and footer open, and a flipped bit there
can still decode to a table, or crash the decoder. The seal is the SHA-256 of the whole
file with zeros in its own place. It stands in the file's metadata, behind a mark, and
is checked before anything is decoded; other readers of Parquet need not know of it.
"""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from minicolumn.errors import UnreadableTableError

_MARK = b"minicolumn.sha256:"
_BLANK = b"0" * 64


def write_sealed(table: pa.Table, path: Path) -> None:
    """Write ``table`` as Parquet and seal it."""
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({"seal": (_MARK + _BLANK).decode()})
    before, _, after = path.read_bytes().rpartition(_MARK)
    with path.open("r+b") as file:
        file.seek(len(before) + len(_MARK))
        file.write(_digest(before, after.removeprefix(_BLANK)))


def read_sealed(path: str | Path) -> pa.BufferReader:
    """Return the content of a sealed file, once it is known to be what was written.

    Raises
    ------
    UnreadableTableError
        If the file is missing, cut short, changed, or was never sealed.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from error
    before, mark, after = content.rpartition(_MARK)
    if not mark:
        raise _unreadable(path, "is cut short, or no table of this workflow")
    seal, after = after[: len(_BLANK)], after[len(_BLANK) :]
    if seal != _digest(before, after):
        raise _unreadable(path, "is damaged: its content is not what was written")
    return pa.BufferReader(content)


def _digest(before: bytes, after: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in (before, _MARK, _BLANK, after):
        digest.update(part)
    return digest.hexdigest().encode()


def _unreadable(path: str | Path, why: str) -> UnreadableTableError:
    return UnreadableTableError(
        f"{path} {why}. `make recover` finds all such files and has them made anew; "
        "for this one alone, delete it and run the same command again"
    )

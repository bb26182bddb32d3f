"""Write archives: the same members give the same bytes, for any user at any time."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from minicolumn.files.store import whole_file

Member = tuple[str, bytes]

_COMPRESSION = 6  # higher levels take twice the time to save two percent


def write_archive(path: str | Path, members: Iterable[Member]) -> None:
    """Write a tar.gz that depends only on ``members``, complete or not at all.

    It contains no time, owner, or mode. One member is in memory at a time.

    Parameters
    ----------
    path
        Final name.
    members
        Names and contents, in the order of the archive.
    """
    with (
        whole_file(path) as temporary,
        temporary.open("wb") as file,
        gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def as_json(value: Any) -> bytes:
    """Return JSON that reads back to the same float64 values; NaN is refused."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()

"""Writing archives: the same members give the same bytes, on any day by any user."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from minicolumn.files.store import whole_file

Member = tuple[str, bytes]

_COMPRESSION = 6  # beyond it gzip takes twice the time for two percent


def write_archive(path: str | Path, members: Iterable[Member]) -> None:
    """Write a tar.gz that depends on nothing but ``members``, whole or not at all.

    No time, owner or mode of this machine enters it. One member is in memory at a time.

    Parameters
    ----------
    path
        Final name.
    members
        Names and contents, in the order in which they shall lie in the archive.
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
    """Return JSON that reads back to the same float64s; NaN is refused, not written."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()

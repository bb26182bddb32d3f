"""The 58 Visual Coding Neuropixels sessions, in one light table.

Source: sessions of the Allen Institute's Visual Coding - Neuropixels release (2019);
sizes are those of the copies in DANDI:000021, which holds the ``brain_observatory_1.1``
sessions only.
"""

import csv
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import NamedTuple


class Session(NamedTuple):
    """One recording session, of one mouse.

    ``nwb_bytes`` is the size of the copy in DANDI:000021, or None where that archive
    has none. Nobody has shown that the warehouse serves the same bytes: plan disk space
    with it, but do not reject a download over it.
    """

    session_id: int
    specimen_id: int
    session_type: str
    nwb_bytes: int | None


@cache
def sessions() -> tuple[Session, ...]:
    """Return every session of the release, in ascending order of identity."""
    text = (files("minicolumn.allen") / "catalogue.csv").read_text(encoding="utf-8")
    return tuple(
        Session(
            session_id=int(row["session_id"]),
            specimen_id=int(row["specimen_id"]),
            session_type=row["session_type"],
            nwb_bytes=int(row["nwb_bytes"]) if row["nwb_bytes"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def session_nwb(session_id: int | str) -> PurePosixPath:
    """Return where a session's NWB file lies, below the directory or the bucket."""
    return PurePosixPath(f"session_{session_id}") / f"session_{session_id}.nwb"

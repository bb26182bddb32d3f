"""The 58 Visual Coding Neuropixels sessions, in one small table.

Sources: sessions of the Allen Institute's Visual Coding - Neuropixels release (2019);
donors and sizes of the copies in DANDI:000021 (``brain_observatory_1.1``,
asset list) and DANDI:000022 (``functional_connectivity``, git-annex keys of its public
mirror dandisets/000022).
"""

import csv
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import NamedTuple


class Session(NamedTuple):
    """One recording session, of one mouse.

    ``nwb_bytes`` is the size of the copy in DANDI. The bucket's objects have the same
    sizes in the 28 sessions for which public code states them, 12 of them
    ``functional_connectivity``; the sizes in the warehouse are not known. Only DANDI
    names a mouse by its donor.
    """

    session_id: int
    specimen_id: int
    donor_id: int
    session_type: str
    nwb_bytes: int

    @property
    def dandi_path(self) -> str:
        """Path of the session's file in its dandiset."""
        return f"sub-{self.donor_id}/sub-{self.donor_id}_ses-{self.session_id}.nwb"


@cache
def sessions() -> tuple[Session, ...]:
    """Return every session of the release, in ascending order of identity."""
    text = files("minicolumn.recordings").joinpath("catalog.csv").read_text("utf-8")
    kinds = Session.__annotations__.items()
    return tuple(
        Session(**{name: kind(row[name]) for name, kind in kinds})
        for row in csv.DictReader(text.splitlines())
    )


def session(session_id: int) -> Session:
    """Return one session of the release; KeyError if there is no such session."""
    return {one.session_id: one for one in sessions()}[session_id]


def session_nwb(session_id: int | str) -> PurePosixPath:
    """Return the path of a session's NWB file in a directory or bucket."""
    return PurePosixPath(f"session_{session_id}") / f"session_{session_id}.nwb"

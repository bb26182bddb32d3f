"""The sources of recordings, and who reads the files of each."""

from pathlib import Path
from typing import Any

from minicolumn.registry import recordings
from minicolumn.registry.lookup import entry

_ALLEN = "minicolumn.recordings.allen:read_session"

recordings("s3", at=_ALLEN, reader="allen")
recordings("dandi", at=_ALLEN, reader="allen")
recordings("warehouse", at=_ALLEN, reader="allen")
recordings("cache", at=_ALLEN, reader="allen")
recordings("nwb", at="minicolumn.recordings.nwb:read_own", reader="own")
recordings("synthetic", at=_ALLEN, reader="allen")


def read_from(source: str, path: Path, session_id: int) -> Any:
    """Return the `Recording` that a source's own function makes of a file."""
    return entry("recordings", source).made(path, session_id)

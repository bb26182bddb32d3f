"""Which function reads the files of each source of recordings.

A reader takes the path of a session's file, the session's number, and the options of
its source by name. It returns a `minicolumn.recordings.recording.Recording`.
"""

from collections.abc import Callable
from typing import Any

from minicolumn.registry import recordings
from minicolumn.registry.lookup import entry

# These readers need the AllenSDK environment; their modules are imported only there.
_ALLEN = "minicolumn.recordings.allen:read_session"

recordings("s3", at=_ALLEN)
recordings("dandi", at=_ALLEN)
recordings("warehouse", at=_ALLEN)
recordings("cache", at=_ALLEN)
recordings("nwb", at="minicolumn.recordings.nwb:read_own")
recordings("synthetic", at=_ALLEN)


def reader_of(source: str) -> Callable[..., Any]:
    """Return the function that reads the files of a source."""
    return entry("recordings", source).made

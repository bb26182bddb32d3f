"""Which function reads the files of each source of recordings.

A reader takes the path of a session's file, the session's number, and the options of
its source by name. It returns a `minicolumn.recordings.recording.Recording`.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from minicolumn.registry import added, with_added

_ALLEN = "minicolumn.recordings.allen:read_session"
# These readers need the AllenSDK environment; their modules are imported only there.
BUILT_IN = {
    "s3": _ALLEN,
    "dandi": _ALLEN,
    "warehouse": _ALLEN,
    "cache": _ALLEN,
    "nwb": "minicolumn.recordings.nwb:read_session",
    "synthetic": _ALLEN,
}
SOURCES = with_added(tuple(BUILT_IN), "recordings")


def reader_name(source: str) -> str:
    """Return what names the reader of a source; several sources may share one.

    Examples
    --------
    >>> reader_name("s3") == reader_name("cache")
    True
    """
    return BUILT_IN.get(source, source)


def reader_named(name: str) -> Callable[..., Any]:
    """Return the reader with a name that `reader_name` gave."""
    module, _, function = name.partition(":")
    if function:
        return getattr(import_module(module), function)
    return added("recordings")[name].made

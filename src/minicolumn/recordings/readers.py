"""Which function reads the files of each source of recordings.

A reader takes the path of a session's file, the session's number, and the options of
its source by name. It returns a `minicolumn.recordings.recording.Recording`.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from minicolumn.registry import recordings
from minicolumn.registry.lookup import entry

# These readers need the AllenSDK environment; their modules are imported only there.
for _source in ("s3", "dandi", "warehouse", "cache", "nwb", "synthetic"):
    _module = "nwb" if _source == "nwb" else "allen"
    recordings(_source, at=f"minicolumn.recordings.{_module}:read_session")


def reader_name(source: str) -> str:
    """Return what names the reader of a source; several sources may share one.

    Examples
    --------
    >>> reader_name("s3") == reader_name("cache")
    True
    """
    target = entry("recordings", source).target
    return target if isinstance(target, str) else source


def reader_named(name: str) -> Callable[..., Any]:
    """Return the reader with a name that `reader_name` gave."""
    module, _, function = name.partition(":")
    if function:
        return getattr(import_module(module), function)
    return entry("recordings", name).made

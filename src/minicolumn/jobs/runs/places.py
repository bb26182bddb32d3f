"""What lies where directories have to be: files, and links to nowhere."""

import os
from collections.abc import Iterable
from pathlib import Path

from minicolumn.errors import MinicolumnError


class PlaceError(MinicolumnError):
    """Something else lies where a directory has to be."""


def check_places(files: Iterable[str | Path]) -> None:
    """Refuse files whose directory cannot be made, because something is in its place.

    Raises
    ------
    PlaceError
        With the first of them.
    """
    for directory in sorted({Path(file).parent for file in files}):
        for place in (directory, *directory.parents):
            if os.path.lexists(place) and not place.is_dir():
                kind = "a broken link" if place.is_symlink() else "no directory"
                raise PlaceError(
                    f"{place} is {kind}, where a directory has to be: {_repair(place)}"
                )


def _repair(place: Path) -> str:
    home = os.environ.get("HOME")
    if home and place == Path(home):
        return "set HOME, or XDG_CACHE_HOME, to a directory of your own"
    return "move it away, then run the same command again"

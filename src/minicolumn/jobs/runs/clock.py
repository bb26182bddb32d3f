"""Files from the future: machines whose clocks differ confuse what is stale."""

import time
from collections.abc import Iterable
from pathlib import Path

from minicolumn.errors import MinicolumnError

TOLERATED_S = 60.0


class ClockError(MinicolumnError):
    """A file is newer than now."""


def check_times(paths: Iterable[str | Path]) -> None:
    """Refuse files that changed in the future: Snakemake compares times.

    Raises
    ------
    ClockError
        With the first of them.
    """
    latest = time.time() + TOLERATED_S
    future = sorted({str(one) for one in paths if _changed(Path(one)) > latest})
    if future:
        when = time.strftime(
            "%d %b %Y %H:%M", time.localtime(_changed(Path(future[0])))
        )
        others = f" and {len(future) - 1} more" if future[1:] else ""
        raise ClockError(
            f"{future[0]}{others} changed in the future ({when}): clocks of machines "
            "differ, so what is stale cannot be told. Correct the clock, then touch "
            "each of these files (touch FILE) and run the same command again"
        )


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

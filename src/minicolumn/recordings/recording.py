"""The neutral form of a recording, the same for every kind of file and reader."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minicolumn.errors import MinicolumnError, RecordingError
from minicolumn.files.store import write_table
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.recordings.times import check_clocks, usable_frames, usable_spikes
from minicolumn.states import STATES

logger = logging.getLogger(__name__)

# Libraries put whole objects into their messages.
LONGEST = 600

Columns = dict[str, Sequence[Any]]
# Start and stop in s, kind, label.
Row = tuple[float, float, str, str]
METRICS = ("presence_ratio", "isi_violations", "amplitude_cutoff")

# The kind of an interval in which a unit was observed; its label is the unit.
OBSERVED = "observed"
# The kind of an interval in one of the two states; its label is the role of the state,
# one of `minicolumn.states.STATES`.
IN_STATE = "state"
# The label of an interval in which the spikes of all probes are invalid, and the probe
# of units whose file names none.
ALL_PROBES = "all_probes"


class Recording(NamedTuple):
    """Columns of the tables of one session, and where they come from.

    The columns are those of `minicolumn.files.tables.UNITS`, `SPEED` (``pupil`` may be
    left out), and `INTERVALS`;
    ``provenance`` has at least ``session_description``, which is the file's own.
    """

    units: Columns
    speed: Columns
    intervals: Columns
    provenance: dict[str, Any]


def write_recording(
    recording: Recording, units_path: Path, speed_path: Path, intervals_path: Path
) -> None:
    """Check the times of a session, once for all readers, and write its three tables.

    Raises
    ------
    RecordingError
        If the times cannot be used: see `minicolumn.recordings.times`. If an interval
        is in a state that is neither of the two.
    """
    units, speed, intervals, provenance = recording
    units = units | {"spike_times_s": usable_spikes(units["spike_times_s"])}
    unknown = np.full(len(speed["start_s"]), np.nan)
    speed = usable_frames({"pupil": unknown, **speed})
    check_clocks(units["spike_times_s"], speed)
    _check_states(intervals)
    write_table(units_path, UNITS, units, provenance)
    write_table(speed_path, SPEED, speed, provenance)
    write_table(intervals_path, INTERVALS, intervals, provenance)
    logger.info(
        "%d units, %d speed samples, %d intervals",
        *(len(units["unit_id"]), len(speed["start_s"]), len(intervals["start_s"])),
    )


def _check_states(intervals: Columns) -> None:
    rows = zip(intervals["kind"], intervals["label"], strict=True)
    others = sorted({label for kind, label in rows if kind == IN_STATE} - {*STATES})
    if others:
        raise RecordingError(
            f"intervals of the kind {IN_STATE} have the labels {', '.join(others)}: a "
            f"reader must label them by their role, {' or '.join(STATES)}"
        )


def interval_columns(rows: Sequence[Row]) -> Columns:
    """Return rows of start, stop, kind and label as columns."""
    starts_s, stops_s, kinds, labels = zip(*rows, strict=True) if rows else [()] * 4
    return {"start_s": starts_s, "stop_s": stops_s, "kind": kinds, "label": labels}


def printable(text: str) -> str:
    r"""Return text of a file as one line that shows what it is.

    Examples
    --------
    >>> print(printable("V1\nERROR"))
    V1\nERROR
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@contextmanager
def readable(nwb: Path, kind: str) -> Iterator[None]:
    """Turn every failure to read a file into one `RecordingError`.

    Raises
    ------
    RecordingError
        If the file does not exist, is unsafe, or cannot be read.
    ImportError
        Unchanged, like the next two: a broken environment is not a fault of the file.
    MemoryError
        Unchanged.
    MinicolumnError
        Unchanged.
    """
    if not nwb.is_file():
        raise RecordingError(f"{nwb} does not exist: fetch it or correct the path")
    try:
        yield
    except (ImportError, MemoryError, MinicolumnError):
        raise
    except Exception as error:
        raise RecordingError(
            f"{nwb} ({nwb.stat().st_size} bytes) cannot be read as {kind}: "
            f"{type(error).__name__}: {printable(str(error))[:LONGEST]}. The file was "
            "not changed. If other files can be read, correct what the message names; "
            "if every file fails like this, rebuild the environment from its lock file"
        ) from error

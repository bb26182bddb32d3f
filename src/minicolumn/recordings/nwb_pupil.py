"""Size of the pupil in a lab's NWB file."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pynwb import NWBFile, TimeSeries

from minicolumn.recordings.nwb_objects import MissingError, object_named
from minicolumn.recordings.nwb_speed import times_of
from minicolumn.recordings.recording import Columns
from minicolumn.recordings.running import on_grid
from minicolumn.recordings.times import usable

KEY = "recordings.nwb.pupil"

Samples = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in s and sizes, (n,) each."""


def read_pupil(
    file: NWBFile, names: Mapping[str, Any], broken: Sequence[str]
) -> Samples | None:
    """Return the samples of the pupil, in the file's unit; None if none is named.

    Raises
    ------
    MissingError
        If there is no such series, or it has several numbers per sample.
    RecordingError
        If its clock starts again.
    """
    if names["series"] is None:
        return None
    series = object_named(file, TimeSeries, names["series"], f"{KEY}.series", broken)
    data = np.asarray(series.data[:], dtype=float).squeeze()
    if data.ndim != 1:
        raise MissingError(
            f"{names['series']} has shape {np.shape(series.data)}: the size of a pupil "
            f"is one number per sample; choose another {KEY}.series"
        )
    time_s = times_of(series, len(data))
    rows = usable(time_s, f"series {names['series']}")
    return time_s[rows], (data * series.conversion + series.offset)[rows]


def with_pupil(speed: Columns, pupil: Samples | None) -> Columns:
    """Return the frames of the speed with the size of the pupil, where it is known."""
    if pupil is None:
        return speed
    time_s, size = pupil
    middle_s = (np.asarray(speed["start_s"]) + np.asarray(speed["stop_s"])) / 2
    return {**speed, "pupil": on_grid(middle_s, time_s, time_s, size)}

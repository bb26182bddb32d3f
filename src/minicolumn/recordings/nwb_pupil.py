"""Size of the pupil in a lab's NWB file."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pynwb import NWBFile

from minicolumn.recordings.nwb_series import Samples, read_samples
from minicolumn.recordings.recording import Columns
from minicolumn.recordings.running import on_grid

KEY = "recordings.nwb.pupil"


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
    return read_samples(file, names["series"], KEY, "the size of a pupil", broken)


def at_frames(speed: Columns, pupil: Samples | None) -> Columns:
    """Return the frames of the speed with the size of the pupil, where it is known."""
    if pupil is None:
        return speed
    middle_s = (np.asarray(speed["start_s"]) + np.asarray(speed["stop_s"])) / 2
    size = on_grid(middle_s, pupil.time_s, pupil.time_s, pupil.values)
    return {**speed, "pupil": size}

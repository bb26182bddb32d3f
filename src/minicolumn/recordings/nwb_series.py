"""Samples of a time series in a lab's NWB file."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pynwb import NWBFile, TimeSeries

from minicolumn.recordings.nwb_objects import MissingError, object_named
from minicolumn.recordings.times import usable


class Samples(NamedTuple):
    """Usable samples of a series in order of time.

    Attributes
    ----------
    series
        Where they are from.
    time_s, values
        Times, (n,), and values in the unit of the file, (n,) or (n, dimensions).
    """

    series: TimeSeries
    time_s: NDArray[np.float64]
    values: NDArray[np.float64]


def read_samples(
    file: NWBFile,
    name: str,
    key: str,
    what: str,
    broken: Sequence[str],
    dimensions: Collection[int] = (1,),
) -> Samples:
    """Return the samples of the series of a name.

    Parameters
    ----------
    file
        Where it is.
    name, key
        Its name, and the key of the configuration that has it.
    what
        What a sample should be, for messages.
    broken
        What of the file could not be read.
    dimensions
        How many dimensions the array of samples may have.

    Raises
    ------
    MissingError
        If there is no such series, or its samples have another shape or no times.
    RecordingError
        If its clock starts again.
    """
    series = object_named(file, TimeSeries, name, f"{key}.series", broken)
    data = np.asarray(series.data[:], dtype=float).squeeze()
    if data.ndim not in dimensions:
        raise MissingError(
            f"{name} has shape {np.shape(series.data)}: {what} is one number per "
            f"sample; choose another {key}.series"
        )
    time_s = _times_of(series, len(data))
    rows = usable(time_s, f"series {name}")
    values = data * series.conversion + series.offset
    return Samples(series, time_s[rows], values[rows])


def _times_of(series: TimeSeries, n: int) -> NDArray[np.float64]:
    """Return the time of each of ``n`` samples in s."""
    if series.timestamps is not None:
        time_s = np.asarray(series.timestamps[:], dtype=float)
        if time_s.shape != (n,):
            raise MissingError(
                f"{series.name} has {n} samples and timestamps of shape "
                f"{time_s.shape}: correct the file"
            )
        return time_s
    if not (np.isfinite(series.rate) and series.rate > 0):
        raise MissingError(
            f"{series.name} has the rate {series.rate}: correct the file"
        )
    return series.starting_time + np.arange(n) / series.rate

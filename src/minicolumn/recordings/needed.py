"""The spikes that are read of a file in place: those that decide a result."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.recordings.units import passing


def needed_trains(
    spikes: Any,
    rows: Sequence[int],
    units: Mapping[str, Any],
    needed: Mapping[str, Any],
) -> list[NDArray[np.float64]]:
    """Return spike times in s: all of those units that will be selected.

    Of other units on their probes, it is the first and the last spike, which say when
    the probe was recorded; of all others, none.

    Parameters
    ----------
    spikes
        The column ``spike_times`` of the unit table, a `hdmf.common.VectorIndex`.
    rows, units
        Rows of that table, and their columns of `minicolumn.files.tables.UNITS`.
    needed
        The fields of `minicolumn.config.UnitFilter`, which selects units.
    """
    passes = passing(units, needed)
    probes = {one for one, used in zip(units["probe"], passes, strict=True) if used}
    stops = np.asarray(spikes.data[:]).astype(np.int64)
    starts = np.append(0, stops[:-1])
    times_s = spikes.target.data

    def train(row: int, probe: str, used: bool) -> NDArray[np.float64]:
        start, stop = starts[row], stops[row]
        if used:
            return np.asarray(times_s[start:stop], dtype=float)
        if probe not in probes or start == stop:
            return np.empty(0)
        return np.array([times_s[start], times_s[stop - 1]], dtype=float)

    return [train(*one) for one in zip(rows, units["probe"], passes, strict=True)]

"""Spike trains on a window: what a simulation and a recording have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# A time within this share of a bin below its edge is at the edge: 0.3 / 0.1 < 3 in
# floating point. Elephant's BinnedSpikeTrain uses the same value.
EDGE_TOLERANCE = 1e-8

MS_PER_S = 1000
DEAD_TIME_MS = 1.5


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """The spikes of ``n_units`` units on the window [0, ``duration_s``).

    Spikes may be given in any order; they are kept sorted by unit, then time, in
    read-only arrays. Units without spikes count as units.

    Parameters
    ----------
    unit
        Unit of each spike, 0 to ``n_units - 1``, shape (n_spikes,).
    time_s
        Time of each spike from the start of the window, shape (n_spikes,).
    n_units
        Number of units, silent ones included.
    duration_s
        Length of the window.

    Raises
    ------
    ValueError
        If a spike belongs to no unit or lies outside the window.

    Examples
    --------
    >>> trains = SpikeTrains([1, 0, 1], [0.25, 0.11, 0.05], n_units=3, duration_s=0.3)
    >>> trains.counts
    array([1, 2, 0])
    >>> trains.binned_counts(0.1)
    array([[0, 1, 0],
           [1, 0, 1],
           [0, 0, 0]])
    """

    unit: IntArray
    time_s: FloatArray
    n_units: int
    duration_s: float

    def __post_init__(self) -> None:
        unit = _as_integers(self.unit)
        time_s = np.array(self.time_s, dtype=np.float64)
        _check_window(self.n_units, self.duration_s)
        _check_spikes(unit, time_s, self.n_units, self.duration_s)
        if not _in_order(unit, time_s):
            order = np.lexsort((time_s, unit))
            unit, time_s = unit[order], time_s[order]
        for name, values in (("unit", unit), ("time_s", time_s)):
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @property
    def counts(self) -> IntArray:
        """Spikes of each unit, shape (n_units,)."""
        return np.bincount(self.unit, minlength=self.n_units)

    def binned_counts(self, width_s: float) -> IntArray:
        """Return spike counts in whole bins, shape (n_units, n_bins).

        Bins start at 0. What lies after the last whole bin is left out.
        """
        n_bins = int(self.duration_s / width_s + EDGE_TOLERANCE)
        inside = self.time_s < n_bins * width_s
        bins = (self.time_s[inside] / width_s + EDGE_TOLERANCE).astype(np.int64)
        cells = self.unit[inside] * n_bins + np.minimum(bins, n_bins - 1)
        counts = np.bincount(cells, minlength=self.n_units * n_bins)
        return counts.reshape(self.n_units, n_bins)

    def summed_counts(self, width_s: float, members: BoolArray) -> FloatArray:
        """Return the counts in whole bins of each subset, shape (n_subsets, n_bins).

        ``members`` says which units belong to which subset, shape (n_subsets, n_units).
        """
        # Whole numbers below 2^24 are exact in single precision, at half the time.
        counts = self.binned_counts(width_s).astype(np.float32)
        return (members.astype(np.float32) @ counts).astype(np.float64)

    def subset(self, units: ArrayLike) -> "SpikeTrains":
        """Return the trains of ``units``, renumbered 0, 1, ... in the order given.

        Raises
        ------
        ValueError
            If a unit does not exist or is named twice.
        """
        chosen = _as_integers(units)
        if np.unique(chosen).size != chosen.size:
            raise ValueError(
                f"units={chosen.tolist()} names a unit twice: name it once"
            )
        if chosen.size and not 0 <= chosen.min() <= chosen.max() < self.n_units:
            raise ValueError(
                f"units={chosen.tolist()} has a unit outside 0..{self.n_units - 1}: "
                "name units of these trains"
            )
        new_number = np.full(self.n_units, -1)
        new_number[chosen] = np.arange(chosen.size)
        unit = new_number[self.unit]
        kept = unit >= 0
        return SpikeTrains(unit[kept], self.time_s[kept], chosen.size, self.duration_s)

    def rounded_to_ms(self) -> "SpikeTrains":
        """Return the trains on a 1 ms grid, without intervals below 1.5 ms.

        On the grid that is a dead time of 2 ms, the shortest interval there is.

        Both branches take this step before anything is computed, so that neither the
        simulator's time step, nor the recorder's clock, nor violations of the
        refractory period show in the statistics. Times are rounded to the nearest
        millisecond of the window; then a spike less than 1.5 ms after the last one kept
        of its unit is dropped, and with it the interval that it would end.

        Examples
        --------
        >>> trains = SpikeTrains([0, 0, 0], [0.0102, 0.0109, 0.0201], 1, 1.0)
        >>> trains.rounded_to_ms().time_s
        array([0.01, 0.02])
        """
        n_ms = int(np.ceil(self.duration_s * MS_PER_S - EDGE_TOLERANCE))
        # Half goes up, also where floating point puts it just below: simulated times
        # lie on halves, and rounding some of them down writes a rhythm of 64 Hz, the
        # pattern of binary fractions, into a whole population.
        time_ms = np.floor(self.time_s * MS_PER_S + 0.5 + EDGE_TOLERANCE)
        time_ms = time_ms.astype(np.int64)
        time_ms = np.minimum(time_ms, n_ms - 1)
        unit, time_ms = np.divmod(_distinct(self.unit * n_ms + time_ms), n_ms)
        kept = _outside_dead_time(unit, time_ms)
        return SpikeTrains(
            unit[kept], time_ms[kept] / MS_PER_S, self.n_units, self.duration_s
        )


def cut_window(
    spike_times_s: Sequence[FloatArray], start_s: float, duration_s: float
) -> SpikeTrains:
    """Return the trains on [``start_s``, ``start_s + duration_s``), times from 0.

    Parameters
    ----------
    spike_times_s
        Ascending spike times of each unit, on the recording's clock.
    start_s
        Start of the window on that clock.
    duration_s
        Length of the window.

    Examples
    --------
    >>> recorded_s = [np.array([9.9, 10.5, 12.0]), np.array([11.25])]
    >>> window = cut_window(recorded_s, start_s=10.0, duration_s=2.0)
    >>> window.unit, window.time_s
    (array([0, 1]), array([0.5 , 1.25]))
    """
    stop_s = start_s + duration_s
    windows = [
        times[np.searchsorted(times, start_s) : np.searchsorted(times, stop_s)]
        for times in map(np.asarray, spike_times_s)
    ]
    unit = np.repeat(np.arange(len(windows)), [times.size for times in windows])
    time_s = np.concatenate([*windows, np.empty(0)]) - start_s
    # t < start + duration does not imply t - start < duration in floating point.
    inside = time_s < duration_s
    return SpikeTrains(unit[inside], time_s[inside], len(windows), duration_s)


def _distinct(ascending: IntArray) -> IntArray:
    first = np.ones(ascending.size, dtype=bool)
    first[1:] = np.diff(ascending) > 0
    return ascending[first]


def _outside_dead_time(unit: IntArray, time_ms: IntArray) -> BoolArray:
    # Distinct whole milliseconds closer than the dead time are neighbors. In a run of
    # neighbors every second spike is kept: those an even number of ms after its first.
    starts_run = np.ones(unit.size, dtype=bool)
    starts_run[1:] = (np.diff(unit) != 0) | (np.diff(time_ms) > DEAD_TIME_MS)
    run_start = np.flatnonzero(starts_run)[np.cumsum(starts_run) - 1]
    return (time_ms - time_ms[run_start]) % 2 == 0


def _in_order(unit: IntArray, time_s: FloatArray) -> bool:
    next_unit = np.diff(unit)
    later = (next_unit > 0) | ((next_unit == 0) & (np.diff(time_s) >= 0))
    return bool(later.all())


def _as_integers(units: ArrayLike) -> IntArray:
    array = np.asarray(units)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(
            f"units have dtype {array.dtype}: give whole numbers, 0 for the first unit"
        )
    return array.astype(np.int64)


def _check_window(n_units: int, duration_s: float) -> None:
    if n_units < 0:
        raise ValueError(f"n_units={n_units} is negative: count the units")
    if not (np.isfinite(duration_s) and duration_s > 0):
        raise ValueError(f"duration_s={duration_s} is no length: give seconds above 0")


def _check_spikes(
    unit: IntArray, time_s: FloatArray, n_units: int, duration_s: float
) -> None:
    if unit.ndim != 1 or unit.shape != time_s.shape:
        raise ValueError(
            f"unit has shape {unit.shape} and time_s {time_s.shape}: give one unit and "
            "one time per spike"
        )
    strays = unit[(unit < 0) | (unit >= n_units)]
    if strays.size:
        raise ValueError(
            f"{strays.size} spikes belong to no unit, the first to unit {strays[0]} of "
            f"0..{n_units - 1}: correct the unit numbers or n_units"
        )
    outside = time_s[~((time_s >= 0) & (time_s < duration_s))]
    if outside.size:
        raise ValueError(
            f"{outside.size} spikes lie outside [0, {duration_s}) s, the first at "
            f"{outside[0]} s: cut the trains to the window, with time from its start"
        )

"""Spike trains on a window: what a simulation and a recording have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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
    """The spikes of ``n_units`` units on the window [0, ``duration_s``), or on several.

    Spikes may be given in any order; they are kept sorted by unit, then time, in
    read-only arrays. Units without spikes count as units. Several windows of the same
    length and units are a stack: all that is computed of it has the window as its first
    dimension, written below as ``...``, and every unit has a number of its own in each.

    Parameters
    ----------
    unit
        Unit of each spike, 0 to ``n_units - 1``, shape (n_spikes,); in a stack that
        plus ``n_units`` times the number of its window.
    time_s
        Time of each spike from the start of its window, shape (n_spikes,).
    n_units
        Number of units, silent ones included.
    duration_s
        Length of the window.
    n_windows
        Number of windows in a stack; None for a window alone.

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
    n_windows: int | None = None

    def __post_init__(self) -> None:
        unit = _as_integers(self.unit)
        time_s = np.array(self.time_s, dtype=np.float64)
        _check_window(self.n_units, self.duration_s)
        _check_spikes(unit, time_s, self.n_trains, self.duration_s)
        # Numbers of 16 bits are sorted in time proportional to their number.
        small = unit.astype(np.uint16) if self.n_trains <= 1 << 16 else unit
        order = np.lexsort((time_s, small))
        self._keep(unit[order], time_s[order])

    def _keep(self, unit: IntArray, time_s: FloatArray) -> None:
        for name, values in (("unit", unit), ("time_s", time_s)):
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    def _with(self, unit: IntArray, time_s: FloatArray) -> "SpikeTrains":
        """Return other spikes of the same windows, which are known to be in order."""
        other = object.__new__(SpikeTrains)
        vars(other).update(vars(self))
        other._keep(unit, time_s)
        return other

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what has one value per unit: (..., n_units)."""
        windows = () if self.n_windows is None else (self.n_windows,)
        return (*windows, self.n_units)

    @property
    def n_trains(self) -> int:
        """Number of units, those of all windows of a stack."""
        return self.n_units * (1 if self.n_windows is None else self.n_windows)

    @property
    def counts(self) -> IntArray:
        """Spikes of each unit, shape (..., n_units)."""
        return self.sum_by_unit(self.unit)

    def sum_by_unit(
        self, unit: IntArray, weights: FloatArray | None = None
    ) -> NDArray[Any]:
        """Return how often each unit is named, or its sum of weights, (..., n_units).

        Parameters
        ----------
        unit
            Numbered as the spikes are, shape (n,).
        weights
            One for each, shape (n,).
        """
        sums = np.bincount(unit, weights, minlength=self.n_trains)
        return sums.reshape(self.shape)

    def binned_counts(self, width_s: float) -> IntArray:
        """Return spike counts in whole bins, shape (..., n_units, n_bins).

        Bins start at 0. What lies after the last whole bin is left out.
        """
        return whole_counts(self, width_s).astype(np.int64)

    def window(self, number: int) -> "SpikeTrains":
        """Return one window of a stack."""
        first = number * self.n_units
        own = slice(*np.searchsorted(self.unit, [first, first + self.n_units]))
        unit, time_s = self.unit[own] - first, self.time_s[own]
        return SpikeTrains(unit, time_s, self.n_units, self.duration_s)

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

    def where(self, kept: BoolArray) -> "SpikeTrains":
        """Return the trains with the spikes of a mask, shape (n_spikes,)."""
        return self._with(self.unit[kept], self.time_s[kept])

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
        time_ms = np.minimum(time_ms, n_ms - 1).astype(np.int64)
        first = _starts(self.unit) | _starts(time_ms)
        unit, time_ms = self.unit[first], time_ms[first]
        # In a run of neighbors closer than the dead time every second spike is kept:
        # those an even number of ms after its first.
        starts_run = _starts(unit)
        starts_run[1:] |= np.diff(time_ms) > DEAD_TIME_MS
        run_start = np.flatnonzero(starts_run)[np.cumsum(starts_run) - 1]
        kept = (time_ms - time_ms[run_start]) % 2 == 0
        return self._with(unit[kept], time_ms[kept] / MS_PER_S)


def stacked(windows: Sequence[SpikeTrains]) -> SpikeTrains:
    """Return windows of the same length and units as one stack."""
    first = windows[0]
    unit = [trains.unit + k * first.n_units for k, trains in enumerate(windows)]
    time_s = [trains.time_s for trains in windows]
    empty = SpikeTrains(
        np.empty(0, int), np.empty(0), first.n_units, first.duration_s, len(windows)
    )
    return empty._with(np.concatenate(unit), np.concatenate(time_s))


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


@lru_cache(maxsize=3)
def whole_counts(trains: SpikeTrains, width_s: float) -> NDArray[np.float32]:
    """Return `SpikeTrains.binned_counts` in single precision, read-only.

    Whole numbers below 2^24 are exact in it. Several statistics share these counts, and
    trains never change.
    """
    n_bins = int(trains.duration_s / width_s + EDGE_TOLERANCE)
    inside = trains.time_s < n_bins * width_s
    bins = (trains.time_s[inside] / width_s + EDGE_TOLERANCE).astype(np.int64)
    cells = trains.unit[inside] * n_bins + np.minimum(bins, n_bins - 1)
    counts = np.zeros(trains.n_trains * n_bins, dtype=np.float32)
    np.add.at(counts, cells, np.float32(1))
    counts.setflags(write=False)
    return counts.reshape(*trains.shape, n_bins)


def _starts(values: IntArray) -> BoolArray:
    """Return where a value differs from the one before it."""
    starts = np.ones(values.size, dtype=bool)
    starts[1:] = np.diff(values) != 0
    return starts


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

"""Interspike intervals (ISIs): irregularity and bursts of single units.

A unit needs two intervals to count for `cv_isi` and `lv`; with fewer they would be 0 or
undefined whatever the unit does.
"""

from functools import lru_cache

import numpy as np

from minicolumn.registry import statistic
from minicolumn.statistics.missing import mean_over_members, ratio, sum_over_members
from minicolumn.statistics.trains import BoolArray, FloatArray, IntArray, SpikeTrains

BURST_INTERVAL_S = 0.010
# On the 1 ms grid many intervals are 10 ms to within rounding; those are no bursts.
_ROUNDING_S = 1e-9


@lru_cache(maxsize=1)  # three statistics take them, and trains never change
def interspike_intervals(trains: SpikeTrains) -> tuple[IntArray, FloatArray]:
    """Return the unit and length in s of every interval, by unit, then in order."""
    within = np.diff(trains.unit) == 0
    return trains.unit[1:][within], np.diff(trains.time_s)[within]


@statistic(
    "cv_isi",
    unit="1",
    scale="log",
    domain=(0.0, np.inf),
    description="irregularity: SD / mean of interspike intervals",
)
def cv_isi(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return SD (ddof 0) over mean of a unit's intervals, averaged over members.

    1 for a Poisson process, 0 for a clock. On trains of `SpikeTrains.rounded_to_ms` no
    interval is below 2 ms, and this dead time lowers it: of a Poisson process of 10 Hz
    to 0.985, of 40 Hz to 0.94. NaN when it is undefined for all members.
    """
    unit, isi_s = interspike_intervals(trains)
    n_intervals = trains.sum_by_unit(unit)
    mean_s = ratio(trains.sum_by_unit(unit, isi_s), n_intervals)
    squares = trains.sum_by_unit(unit, (isi_s - mean_s.ravel()[unit]) ** 2)
    cv = ratio(np.sqrt(ratio(squares, n_intervals)), mean_s)
    return mean_over_members(np.where(n_intervals < 2, np.nan, cv), members)


@statistic(
    "lv",
    unit="1",
    scale="log",
    domain=(0.0, 3.0),
    description="local variation of successive interspike intervals",
)
def lv(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return the local variation of a unit's intervals, averaged over members.

    ``3 mean(((I_i - I_i+1) / (I_i + I_i+1))^2)`` over successive intervals (Shinomoto
    et al. 2003): 1 for a Poisson process, and insensitive to slow changes of rate. On
    trains of `SpikeTrains.rounded_to_ms` no interval is below 2 ms, and this dead time
    lowers it: of a Poisson process of 10 Hz to 0.947, of 40 Hz to 0.83. NaN when it is
    undefined for all members; undefined for a unit with two successive intervals of
    length 0.

    Examples
    --------
    >>> clock = SpikeTrains(np.zeros(9, int), np.arange(9) / 10, 1, 1.0)
    >>> lv(clock, np.array([[True]])).round(6)
    array([0.])
    """
    unit, isi_s = interspike_intervals(trains)
    successive = np.diff(unit) == 0
    unit = unit[1:][successive]
    difference_s = np.diff(isi_s)[successive]
    sum_s = (isi_s[1:] + isi_s[:-1])[successive]
    terms = 3 * ratio(difference_s, sum_s) ** 2
    local = ratio(trains.sum_by_unit(unit, terms), trains.sum_by_unit(unit))
    return mean_over_members(local, members)


@statistic(
    "burst_fraction",
    unit="1",
    scale="sqrt",
    domain=(0.0, 1.0),
    description="fraction of interspike intervals below 10 ms",
)
def burst_fraction(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return the fraction of intervals below 10 ms, pooled over members.

    NaN when the members have no interval.

    Examples
    --------
    >>> bursting = SpikeTrains([0, 0, 0], [0.1, 0.104, 0.2], 1, 1.0)
    >>> burst_fraction(bursting, np.array([[True]]))
    array([0.5])
    """
    unit, isi_s = interspike_intervals(trains)
    short = isi_s < BURST_INTERVAL_S - _ROUNDING_S
    n_short = sum_over_members(trains.sum_by_unit(unit[short]), members)
    return ratio(n_short, sum_over_members(trains.sum_by_unit(unit), members))

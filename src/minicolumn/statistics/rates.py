"""Firing rates: how much the units fire, and how differently.

Here and in the other modules of statistics, ``members`` says which units belong to
which subset, shape (..., n_subsets, n_units), and every function returns one value per
subset, shape (..., n_subsets); the first dimension is that of a stack of windows.
"""

import numpy as np

from minicolumn.registry import statistic
from minicolumn.statistics.missing import mean_over_members, ratio
from minicolumn.statistics.trains import BoolArray, FloatArray, SpikeTrains


@statistic(
    "mean_rate",
    unit="Hz",
    scale="log",
    domain=(0.0, np.inf),
    units="all",
    matched=False,
    description="mean firing rate over all units",
)
def mean_rate(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return the mean rate in Hz over all members, silent ones included.

    NaN for a subset without members.

    Examples
    --------
    >>> trains = SpikeTrains([0, 0, 1], [0.1, 0.2, 0.3], n_units=3, duration_s=1.0)
    >>> subsets = np.array([[True, True, True], [True, False, False]])
    >>> mean_rate(trains, subsets)
    array([1., 2.])
    """
    return mean_over_members(trains.counts / trains.duration_s, members)


@statistic(
    "rate_cv",
    unit="1",
    scale="log",
    domain=(0.0, np.inf),
    units="all",
    matched=False,
    description="spread of unit rates: SD / mean over all units",
)
def rate_cv(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return SD (ddof 0) over mean of the members' rates, silent ones included.

    NaN for fewer than two members and when all are silent.
    """
    rate_hz = trains.counts[..., None, :] / trains.duration_s
    mean_hz = mean_rate(trains, members)
    squares = np.where(members, (rate_hz - mean_hz[..., None]) ** 2, 0.0).sum(axis=-1)
    n_members = members.sum(axis=-1)
    spread = ratio(np.sqrt(ratio(squares, n_members)), mean_hz)
    return np.where(n_members < 2, np.nan, spread)

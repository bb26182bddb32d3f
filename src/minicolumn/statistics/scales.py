"""Statistics on scales on which their noise is even, and within their domains."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minicolumn.statistics.names import ALL_NAMES, EXTRAS, MATCHED, STATISTICS

SCALES = {one.name: one.scale for one in (*STATISTICS, *EXTRAS, *MATCHED)}
"""By name of a statistic, raw or matched."""

DOMAINS = {one.name: one.domain for one in (*STATISTICS, *EXTRAS, *MATCHED)}
"""Lowest and highest value by name of a statistic, raw or matched."""


def scaled(
    values: NDArray[np.float64], names: Sequence[str] = ALL_NAMES
) -> NDArray[np.float64]:
    """Return statistics (..., ``names``), each on its own scale; NaN if it has none."""
    result = np.array(values, dtype=float)
    scales = np.array([SCALES[name] for name in names])
    log, root = scales == "log", scales == "sqrt"
    positive = np.where(result[..., log] > 0, result[..., log], np.nan)
    result[..., log] = np.log(positive)
    result[..., root] = np.sign(result[..., root]) * np.sqrt(np.abs(result[..., root]))
    return result


def within_domain(
    values: NDArray[np.float64], names: Sequence[str] = ALL_NAMES
) -> NDArray[np.float64]:
    """Return values (..., ``names``) moved to the nearest that each statistic can have.

    No prediction becomes worse by it, as what it predicts is in the domain. NaN stays.

    Examples
    --------
    >>> within_domain(np.array([-0.3, 1.2]), ["mean_rate", "burst_fraction"])
    array([0., 1.])
    """
    low, high = np.array([DOMAINS[name] for name in names]).T
    return np.clip(values, low, high)

"""Means, ratios and logarithms that are missing (NaN) where they are undefined."""

import numpy as np
from numpy.typing import ArrayLike

from minicolumn.statistics.trains import BoolArray, FloatArray


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> FloatArray:
    """Return ``numerator / denominator``; NaN where the denominator is not above 0.

    Examples
    --------
    >>> ratio([1.0, 1.0], [4.0, 0.0])
    array([0.25,  nan])
    """
    numerator, denominator = np.asarray(numerator), np.asarray(denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def log10(values: FloatArray) -> FloatArray:
    """Return the logarithm; NaN where a value is not above 0."""
    missing = np.full(values.shape, np.nan)
    return np.log10(values, out=missing, where=values > 0)


def sum_over_members(values: ArrayLike, members: BoolArray) -> FloatArray:
    """Return the sum of ``values`` (..., n_units) over each subset's members.

    ``members`` (..., n_subsets, n_units) says who belongs to which subset; the sums are
    (..., n_subsets).
    """
    return np.where(members, np.asarray(values)[..., None, :], 0.0).sum(axis=-1)


def mean_over_members(values: FloatArray, members: BoolArray) -> FloatArray:
    """Return the mean over each subset's members whose value is not NaN.

    Shapes are those of `sum_over_members`; NaN for a subset in which no member has a
    value.
    """
    defined = members & np.isfinite(values)[..., None, :]
    return ratio(sum_over_members(values, defined), defined.sum(axis=-1))

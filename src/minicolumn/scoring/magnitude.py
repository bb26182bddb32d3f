"""Whether larger changes were predicted where larger changes happened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.scoring.directions import NO_CHANGE, directions
from minicolumn.scoring.nulls import permutation_p
from minicolumn.scoring.resampling import Resampling, leave_one_out, session_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A number from all sessions, and how much it depends on them; None if undefined.

    Attributes
    ----------
    value
        From all sessions.
    interval
        95 % BCa bootstrap interval over sessions.
    without_one
        Its range as each session in turn is left out.
    p
        Two-sided p-value under a null of `nulls`; None where none is computed.
    """

    value: float | None
    interval: tuple[float, float] | None
    without_one: tuple[float, float] | None
    p: float | None = None


@dataclass(frozen=True)
class Magnitude:
    """Predicted against observed sizes of change over sessions.

    Attributes
    ----------
    spearman
        Rank correlation; its p is that of predictions permuted over sessions.
    weighted
        Share of the observed change whose direction was predicted: the sum of its
        size over the sessions that match by that over all sessions, ties as halves.
        A coin gets 1/2; so may a model that fails where little happened. Its p is
        from swapped states.
    slope
        Least-squares slope of observed on predicted change, with an intercept: 1 if
        sizes are right, 0 if predictions say nothing of a session's own change.
    """

    spearman: Estimate
    weighted: Estimate
    slope: Estimate


def magnitude(
    predicted: Floats,
    observed: Floats,
    resampling: Resampling,
    p_weighted: float | None = None,
) -> Magnitude:
    """Compare predicted with observed changes, (sessions,); NaN where missing.

    ``p_weighted`` is that of the weighted score under swapped states.
    """
    both = np.isfinite(predicted) & np.isfinite(observed)
    x, y = predicted[both], observed[both]
    p = permutation_p(stats.rankdata(x), stats.rankdata(y), resampling)
    return Magnitude(
        spearman=_estimate(spearman, (x, y), resampling, p),
        weighted=_estimate(weighted, (x, y), resampling, p_weighted),
        slope=_estimate(slope, (x, y), resampling),
    )


def _estimate(statistic, columns, resampling: Resampling, p=None) -> Estimate:
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(statistic(*columns)) if len(columns[0]) else np.nan
    if not np.isfinite(value):
        return Estimate(None, None, None)
    return Estimate(
        value,
        session_interval(statistic, columns, resampling),
        leave_one_out(statistic, columns),
        p,
    )


def spearman(x: Floats, y: Floats, axis: int = -1) -> Floats:
    """Return Spearman's rank correlation along an axis; NaN if either is constant."""
    a, b = (stats.rankdata(values, axis=axis) for values in (x, y))
    a, b = (values - values.mean(axis=axis, keepdims=True) for values in (a, b))
    return (a * b).sum(axis) / np.sqrt((a * a).sum(axis) * (b * b).sum(axis))


def weighted(predicted: Floats, observed: Floats, axis: int = -1) -> Floats:
    """Return the share of the observed change whose direction was predicted."""
    p = directions(predicted, NO_CHANGE)
    size = np.abs(observed)
    right = size * (1 + p * np.sign(observed)) / 2
    return right.sum(axis) / size.sum(axis)


def slope(predicted: Floats, observed: Floats, axis: int = -1) -> Floats:
    """Return the least-squares slope of observed on predicted along an axis.

    NaN unless predictions differ by more than rounding.
    """
    x = predicted - predicted.mean(axis=axis, keepdims=True)
    spread = (x * x).sum(axis)
    tiny = spread <= (NO_CHANGE * np.abs(predicted).max(axis=axis)) ** 2
    return np.where(tiny, np.nan, (x * observed).sum(axis) / spread)

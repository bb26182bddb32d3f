"""Spike counts in bins: variability of units, and how far units vary together.

A matrix of subsets times counts sums the members of every subset at once, so no pair of
units is ever visited.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.registry import statistic
from minicolumn.statistics.missing import mean_over_members, ratio, sum_over_members
from minicolumn.statistics.trains import (
    BoolArray,
    FloatArray,
    SpikeTrains,
    whole_counts,
)

COUNT_BIN_S = 0.100
SYNCHRONY_BIN_S = 0.010
JITTER_BINS = 5
"""Of 10 ms: a jitter of +-25 ms."""


@statistic(
    "fano",
    unit="1",
    scale="log",
    domain=(0.0, np.inf),
    description="variance / mean of spike counts in 100 ms",
)
def fano(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return variance (ddof 1) over mean of 100 ms counts, averaged over members.

    1 for a Poisson process. Undefined for a silent unit; NaN when no member has a value
    or the window holds fewer than two bins.
    """
    counts = whole_counts(trains, COUNT_BIN_S)
    n_bins = counts.shape[-1]
    if n_bins < 2:
        return _undefined(trains, members)
    mean = counts.mean(axis=-1, dtype=float)
    factor = ratio(_variance(counts) * (n_bins / (n_bins - 1)), mean)
    return mean_over_members(factor, members)


@statistic(
    "pairwise_corr",
    unit="1",
    scale="sqrt",
    domain=(-1.0, 1.0),
    description="mean correlation of 100 ms counts over pairs",
)
def pairwise_corr(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return the Pearson correlation of 100 ms counts, averaged over pairs of members.

    Pairs with a unit whose count never changes are undefined and left out; NaN when
    no pair is left. With standardized counts z, the correlations of all ordered pairs
    and of each unit with itself sum to mean_t (sum_i z_i)^2, which gives their mean
    without visiting a pair.

    Examples
    --------
    >>> together = SpikeTrains([0, 1, 0, 1], [0.05, 0.06, 0.25, 0.26], 2, 0.4)
    >>> pairwise_corr(together, np.array([[True, True]]))
    array([1.])
    """
    counts = whole_counts(trains, COUNT_BIN_S)
    if counts.shape[-1] < 2:
        return _undefined(trains, members)
    sd = np.sqrt(_variance(counts))
    members = members & (sd > 0)[..., None, :]
    deviations = counts - counts.mean(axis=-1, keepdims=True, dtype=float)
    standardized = np.nan_to_num(ratio(deviations, sd[..., None]))
    n_members = members.sum(axis=-1)
    sum_of_all = ((members.astype(float) @ standardized) ** 2).mean(axis=-1)
    mean = ratio(sum_of_all - n_members, n_members * (n_members - 1))
    return np.clip(mean, -1.0, 1.0)


@statistic(
    "synchrony_index",
    unit="1",
    scale="log",
    domain=(0.0, 1.0),
    description="Golomb's chi on 10 ms counts",
)
def synchrony_index(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return Golomb's chi of the members' 10 ms counts y, from 0 to 1.

    ``sqrt(var_t(mean_i y_i) / mean_i var_t(y_i))`` (Golomb & Rinzel 1994, there for
    voltages). It is 1 for identical trains and 1/sqrt(n) for n independent ones, so
    only values for equal n compare. NaN for fewer than two members and when no count
    changes.
    """
    counts = whole_counts(trains, SYNCHRONY_BIN_S)
    if counts.shape[-1] < 2:
        return _undefined(trains, members)
    n_members = members.sum(axis=-1)
    population = _variance((members.astype(np.float32) @ counts).astype(float))
    mean_variance = ratio(sum_over_members(_variance(counts), members), n_members)
    chi = np.sqrt(ratio(population / np.maximum(n_members, 1) ** 2, mean_variance))
    return np.where(n_members < 2, np.nan, np.minimum(chi, 1.0))


@statistic(
    "fast_corr",
    unit="1",
    scale="sqrt",
    learned=False,
    description="correlation of 10 ms counts that a 25 ms jitter removes",
)
def fast_corr(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return the correlation of 10 ms counts over pairs that a jitter of 25 ms removes.

    Correlation minus that after moving every spike, by itself, to one of the five bins
    around it: slow changes of rate survive the jitter and cancel, coordination faster
    than that stays. The mean over all jitters needs no random numbers, as units move
    independently: the covariance of two jittered counts is that of the counts smoothed
    over five bins. The ends of the window are joined. NaN where `pairwise_corr` is.
    """
    counts = whole_counts(trains, SYNCHRONY_BIN_S)
    if counts.shape[-1] < JITTER_BINS:
        return _undefined(trains, members)
    sd = np.sqrt(_variance(counts))
    members = members & (sd > 0)[..., None, :]
    n_members = members.sum(axis=-1)
    weights = np.nan_to_num(ratio(members, sd[..., None, :]))
    summed = _fast_variance(weights @ counts.astype(float))
    # The variance of a sum is that of pairs, once that of single units is taken off.
    own = (weights**2 * _fast_variance(counts)[..., None, :]).sum(axis=-1)
    return ratio(summed - own, n_members * (n_members - 1))


def _fast_variance(counts: NDArray[Any]) -> FloatArray:
    """Return the variance of each row minus that of its means over five bins.

    With R the sums of products of a row with itself, l bins later and the ends joined,
    the second is ``5 R(0) + 2 (4 R(1) + 3 R(2) + 2 R(3) + R(4))``, over 25 and the
    number of bins; the square of the mean is the same in both.
    """
    removed, same = 0.0, _products(counts, counts)
    for lag in range(1, JITTER_BINS):
        later = _products(counts[..., :-lag], counts[..., lag:])
        joined = _products(counts[..., -lag:], counts[..., :lag])
        removed += 2 * (JITTER_BINS - lag) * (same - later - joined)
    return removed / (JITTER_BINS**2 * counts.shape[-1])


def _products(one: NDArray[Any], other: NDArray[Any]) -> FloatArray:
    """Return the sum of products of each row: of whole numbers, exact below 2^24."""
    return np.einsum("...b,...b->...", one, other).astype(float)


def _variance(counts: NDArray[Any]) -> FloatArray:
    """Return the variance (ddof 0) of each row of whole numbers."""
    n_bins = counts.shape[-1]
    total = np.einsum("...b->...", counts).astype(float)
    return (n_bins * _products(counts, counts) - total**2) / n_bins**2


def _undefined(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    return np.full((*trains.shape[:-1], members.shape[-2]), np.nan)

"""Spike counts in bins: variability of units, and how far units vary together.

A matrix of subsets times counts sums the members of every subset at once, so no pair of
units is ever visited.
"""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.registry import statistic
from minicolumn.statistics.missing import mean_over_members, ratio
from minicolumn.statistics.trains import BoolArray, FloatArray, SpikeTrains

COUNT_BIN_S = 0.100
SYNCHRONY_BIN_S = 0.010
JITTER_BINS = 5
"""Of 10 ms: a jitter of +-25 ms."""


@statistic(
    "fano",
    unit="1",
    scale="log",
    description="variance / mean of spike counts in 100 ms",
)
def fano(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return variance (ddof 1) over mean of 100 ms counts, averaged over members.

    1 for a Poisson process. Undefined for a silent unit; NaN when no member has a value
    or the window holds fewer than two bins.
    """
    counts = trains.binned_counts(COUNT_BIN_S)
    if counts.shape[1] < 2:
        return _undefined(members)
    factor = ratio(counts.var(axis=1, ddof=1), counts.mean(axis=1))
    return mean_over_members(factor, members)


@statistic(
    "pairwise_corr",
    unit="1",
    scale="sqrt",
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
    counts = trains.binned_counts(COUNT_BIN_S)
    if counts.shape[1] < 2:
        return _undefined(members)
    sd = counts.std(axis=1)
    members = members & (sd > 0)
    deviations = counts - counts.mean(axis=1, keepdims=True)
    standardized = np.nan_to_num(ratio(deviations, sd[:, None]))
    n_members = members.sum(axis=1)
    sum_of_all = ((members.astype(float) @ standardized) ** 2).mean(axis=1)
    mean = ratio(sum_of_all - n_members, n_members * (n_members - 1))
    return np.clip(mean, -1.0, 1.0)


@statistic(
    "synchrony_index",
    unit="1",
    scale="log",
    description="Golomb's chi on 10 ms counts",
)
def synchrony_index(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return Golomb's chi of the members' 10 ms counts y, from 0 to 1.

    ``sqrt(var_t(mean_i y_i) / mean_i var_t(y_i))`` (Golomb & Rinzel 1994, there for
    voltages). It is 1 for identical trains and 1/sqrt(n) for n independent ones, so
    only values for equal n compare. NaN for fewer than two members and when no count
    changes.
    """
    counts = trains.binned_counts(SYNCHRONY_BIN_S)
    if counts.shape[1] < 2:
        return _undefined(members)
    n_members = members.sum(axis=1)
    population = ratio(members.astype(float) @ counts, n_members[:, None])
    mean_variance = ratio(members @ counts.var(axis=1), n_members)
    chi = np.sqrt(ratio(population.var(axis=1), mean_variance))
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
    counts = trains.binned_counts(SYNCHRONY_BIN_S)
    if counts.shape[1] < JITTER_BINS:
        return _undefined(members)
    # Small whole numbers are exact in any type; this one halves the time.
    counts = counts.astype(np.float32)
    sd = counts.std(axis=1, dtype=float)
    members = members & (sd > 0)
    n_members = members.sum(axis=1)
    weights = np.nan_to_num(ratio(members, sd))
    summed = weights @ counts
    # Variances of sums are those of pairs, once those of single units are taken off.
    pairs = summed.var(axis=1) - n_members
    own = _jittered(counts).var(axis=1, dtype=float)
    jittered_pairs = _jittered(summed).var(axis=1) - weights**2 @ own
    return ratio(pairs - jittered_pairs, n_members * (n_members - 1))


def _jittered(counts: NDArray[Any]) -> NDArray[Any]:
    """Return the mean of each row over the bins around each, the ends joined."""
    reach = JITTER_BINS // 2
    around = np.concatenate([counts[:, -reach:], counts, counts[:, :reach]], axis=1)
    n_bins = counts.shape[1]
    shifted = (around[:, shift : shift + n_bins] for shift in range(JITTER_BINS))
    return functools.reduce(np.add, shifted) / JITTER_BINS


def _undefined(members: BoolArray) -> FloatArray:
    return np.full(len(members), np.nan)

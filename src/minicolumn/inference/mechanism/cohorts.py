"""Cohorts of mice with one truth, and how much their sessions may say together.

All sessions of a cohort are supposed to share one mechanism, or to have none
(`strata.together`). A product punishes every overstatement many times over, so
sessions are discounted as cohorts of simulated mice require (`strata.Pooling`).
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from minicolumn.inference.mechanism.strata import Pooling, evidence, strata_of, together
from minicolumn.keys import Stream, generator
from minicolumn.sessions.simulated import Known

CONTAMINATIONS = (0.001, 0.01, 0.03, 0.1, 0.3)
CORRELATIONS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""What is tried: no network is without errors that mice share."""


def draw_cohorts(
    groups: Sequence[NDArray[np.int64]],
    size: int,
    n_cohorts: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return cohorts of mice drawn from one group each, (groups, n_cohorts, size).

    No mouse is twice in a cohort; cohorts share mice.

    Raises
    ------
    ValueError
        If a group has fewer mice than ``size``.
    """
    smallest = min(len(group) for group in groups)
    if smallest < size:
        raise ValueError(
            f"a group has {smallest} mice, and cohorts of {size} were asked for: "
            "simulate more mice"
        )
    return np.array(
        [
            [rng.choice(group, size, replace=False) for _ in range(n_cohorts)]
            for group in groups
        ]
    )


def fit_pooling(
    log_probability: NDArray[np.float64],
    known: Known,
    seed: int,
    sizes: Sequence[int] = (4, 16),
    n_cohorts: int = 100,
) -> Pooling:
    """Return the pooling under which cohorts are surest of the truth.

    It is of `CONTAMINATIONS` and `CORRELATIONS`. Cohorts are drawn, with ``seed``, from
    mice that the classifier has not seen: half from all of a class, half from one
    stratum, so that their mice share rise and dose. ``log_probability`` is that of
    strata, (mice, strata), of mice that are ``known``.
    """
    # The same cohorts for every pooling: nothing else differs.
    drawn = [
        _drawn(labels, known.classes, size, n_cohorts, seed)
        for size in sizes
        for labels in (known.classes, strata_of(known))
    ]

    def loss(pooling: Pooling) -> float:
        total, said = 0.0, evidence(log_probability, pooling.contamination)
        for members, truths in drawn:
            posterior = together(said[members], pooling.correlation)
            right = [one[:, k].mean() for one, k in zip(posterior, truths, strict=True)]
            total -= np.mean(right)
        return float(total)

    tried = (Pooling(*one) for one in product(CONTAMINATIONS, CORRELATIONS))
    return min(tried, key=loss)


def _drawn(
    labels: NDArray[np.int64],
    classes: NDArray[np.int64],
    size: int,
    n_cohorts: int,
    seed: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return cohorts of one label each, (labels, cohorts, size), and their classes."""
    alike = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    groups = [mice for mice in alike if len(mice) >= size] or alike
    rng = generator(seed, Stream.POOLED_COHORTS, size)
    members = draw_cohorts(groups, min(size, *map(len, groups)), n_cohorts, rng)
    return members, classes[members[:, 0, 0]]

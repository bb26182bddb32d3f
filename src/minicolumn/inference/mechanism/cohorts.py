"""What the sessions of one cohort say together.

All sessions are supposed to share one mechanism, or to have none. Given that, they are
independent: the posterior is proportional to the prior times the product of their
likelihood ratios. A product punishes every overstatement many times over, so each
session is taken to be worthless with a small probability, the contamination fraction.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from minicolumn.keys import Stream, generator

CONTAMINATION_FRACTIONS = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
"""Shares of worthless sessions that are tried."""


def together(
    log_probability: NDArray[np.float64], contamination: float, where: Any = True
) -> NDArray[np.float64]:
    """Return the log posterior of a cohort, (..., classes).

    ``log_probability`` is that of each session under equal prior probabilities of all
    classes, (..., sessions, classes); only sessions ``where`` count.
    """
    n_classes = log_probability.shape[-1]
    # Under equal priors a session's likelihood is proportional to its posterior.
    likelihood = np.logaddexp(
        np.log1p(-contamination) + log_probability, np.log(contamination / n_classes)
    )
    return log_softmax(likelihood.sum(axis=-2, where=where), axis=-1)


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


def fit_contamination(
    log_probability: NDArray[np.float64],
    classes: NDArray[np.int64],
    seed: int,
    sizes: Sequence[int] = (4, 16),
    n_cohorts: int = 200,
) -> float:
    """Return the contamination fraction under which cohorts are surest of the truth.

    It is one of `CONTAMINATION_FRACTIONS`. Cohorts are drawn, with ``seed``, from mice
    of each class that the classifier has not seen: their ``log_probability`` is
    (mice, classes) and their ``classes`` are (mice,).
    """
    truths = np.unique(classes)
    groups = [np.flatnonzero(classes == name) for name in truths]
    # The same cohorts for every fraction: nothing else differs.
    drawn = [
        draw_cohorts(
            groups,
            min(size, *map(len, groups)),
            n_cohorts,
            generator(seed, Stream.POOLED_COHORTS, size),
        )
        for size in sizes
    ]

    def loss(contamination: float) -> float:
        total = 0.0
        for members in drawn:
            posterior = together(log_probability[members], contamination)
            for one, truth in zip(posterior, truths, strict=True):
                total -= one[:, truth].mean()
        return float(total)

    return min(CONTAMINATION_FRACTIONS, key=loss)

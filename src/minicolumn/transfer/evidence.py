"""What k matches of n say: exact intervals, a binomial test, Holm's correction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Evidence:
    """Matches among sessions that are decided, against a coin.

    Attributes
    ----------
    k, n
        Matches and decided sessions.
    clopper_pearson, wilson
        95 % intervals of the proportion.
    p
        Two-sided p-value of the exact binomial test against 1/2.
    """

    k: int
    n: int
    clopper_pearson: tuple[float, float]
    wilson: tuple[float, float]
    p: float


def evidence(k: int, n: int) -> Evidence | None:
    """Return the evidence of ``k`` matches of ``n``; None without any session.

    Raises
    ------
    ValueError
        If ``k`` is not within 0 and ``n``.
    """
    if not 0 <= k <= n:
        raise ValueError(f"k={k} matches of n={n} sessions: k must lie in 0..n")
    if n == 0:
        return None
    test = stats.binomtest(k, n, p=0.5, alternative="two-sided")
    exact, wilson = (
        test.proportion_ci(confidence_level=CONFIDENCE, method=method)
        for method in ("exact", "wilson")
    )
    return Evidence(
        k,
        n,
        (float(exact.low), float(exact.high)),
        (float(wilson.low), float(wilson.high)),
        float(test.pvalue),
    )


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """Return p-values adjusted for their number, in the order given.

    The step-down method of Holm (1979, Scand J Stat 6:65) bounds the chance of any
    false rejection, whatever the dependence between the tests.

    Raises
    ------
    ValueError
        If a value is not a probability.
    """
    values = np.asarray(p, dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"not all p-values lie within 0 and 1: {list(p)}")
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted

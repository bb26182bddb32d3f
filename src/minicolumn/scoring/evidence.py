"""What k matches of n say: exact intervals, a binomial test, and what n can show."""

from dataclasses import dataclass
from functools import cache

from scipy import stats

CONFIDENCE = 0.95
SIGNIFICANT = 1 - CONFIDENCE


@dataclass(frozen=True)
class Evidence:
    """Matches among sessions that have a direction, against a coin.

    Attributes
    ----------
    k, n
        Matches and sessions.
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


@cache  # few distinct counts, many scores
def evidence(k: int, n: int) -> Evidence | None:
    """Return the evidence of ``k`` matches of ``n``; None without any session.

    Raises
    ------
    ValueError
        If ``k`` is not within 0 and ``n``.

    Examples
    --------
    >>> found = evidence(12, 16)
    >>> round(found.p, 4), [round(limit, 2) for limit in found.clopper_pearson]
    (0.0768, [0.48, 0.93])
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


def smallest_p(n: int) -> float:
    """Return the p-value of ``n`` matches of ``n``: no cohort of that size has less."""
    return min(1.0, 2.0 ** (1 - n))


def critical_matches(n: int, n_tests: int = 1) -> int | None:
    """Return the fewest matches above n / 2 that are significant at 5 %.

    ``n_tests`` is the number of tests that share the 5 % (Bonferroni). None if even
    ``n`` of ``n`` are not enough.
    """
    counts = range(n // 2 + 1, n + 1)
    p = {k: float(stats.binomtest(k, n).pvalue) for k in counts}
    return next((k for k in counts if p[k] < SIGNIFICANT / n_tests), None)


def power(n: int, accuracy: float, n_tests: int = 1) -> float:
    """Return the probability of a significant count if ``accuracy`` is the true one."""
    least = critical_matches(n, n_tests)
    return 0.0 if least is None else float(stats.binom.sf(least - 1, n, accuracy))

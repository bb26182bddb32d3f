"""Which classes can be told apart: mechanisms, their rivals, and none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from scipy.stats import norm

from minicolumn.circuits.mechanisms import CLASSES, NONE, RIVALS
from minicolumn.inference.mechanism.answers import OF_ALL, Rule
from minicolumn.inference.mechanism.learned import CLAIMS
from minicolumn.mice.groups import LEARNED_NULLS
from minicolumn.mice.rivals import Strengths, all_strengths
from minicolumn.validation.asked import Answers, asked
from minicolumn.validation.findings import Recovered
from minicolumn.validation.judged import Said
from minicolumn.validation.recovery import CLAIMED, recovered
from minicolumn.validation.rendering import render_to
from minicolumn.validation.study import RESAMPLES, Study

ENOUGH = 0.95
"""Share of right answers from which on two classes count as told apart."""
_TAILS = (0.025, 0.975)  # of resampled values


@dataclass(frozen=True)
class Share:
    """How often the true one of two classes is the more probable.

    Attributes
    ----------
    value
        Mean over both; a tie counts one half.
    interval
        95 %: bootstrap over mice.
    """

    value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Needed:
    """How many mice tell two classes apart in a share `ENOUGH`.

    Attributes
    ----------
    n
        The smallest size of cohorts that were drawn and is enough, as all larger ones
        are, or more mice; None if none are enough, since the true class is not the more
        probable in the largest cohorts, or less often than in smaller ones.
    interval
        95 %: bootstrap over mice.
    is_extrapolated
        Whether ``n`` is more than any cohort had.
    """

    n: float | None
    interval: tuple[float | None, float | None]
    is_extrapolated: bool


@dataclass(frozen=True)
class Pair:
    """Two classes, and how well they are told apart: ``right`` is by number of mice."""

    one: str
    other: str
    right: dict[int, Share]
    needed: Needed


@dataclass(frozen=True)
class OfSize:
    """What is said of mice alone, or in cohorts.

    Attributes
    ----------
    size
        Mice in a cohort; 1 for mice alone.
    forced, claimed
        Recovery by the most probable of all classes, and by what is claimed.
    mistaken
        By rival that acts: share of each claim by who does not consider rivals.
    """

    size: int
    forced: Recovered
    claimed: Recovered
    mistaken: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Rivals:
    """The comparison of rivals: the document ``rivals.json``.

    Attributes
    ----------
    rivals
        What else may act, and how strongly.
    n_learned, n_fresh
        Mice learned from by class, and new mice by group.
    enough, rule
        `ENOUGH`, and when something is claimed.
    sizes
        What is said of mice alone and in cohorts.
    pairs
        All pairs of classes, the worst told apart first.
    """

    rivals: tuple[Strengths, ...]
    n_learned: dict[str, int]
    n_fresh: dict[str, int]
    enough: float
    rule: Rule
    sizes: tuple[OfSize, ...]
    pairs: tuple[Pair, ...]


def compare(study: Study, cohort_sizes: Sequence[int], n_cohorts: int) -> Rivals:
    """Ask of new mice of all classes which class each is of.

    Cohorts of ``cohort_sizes`` are drawn from the mice of a group, ``n_cohorts`` each.
    """
    sizes, said, draws = [], {}, {}
    for size in (1, *cohort_sizes):
        said[size], again = asked(study, size, n_cohorts)
        draws[size] = [again() for _ in range(RESAMPLES)]
        sizes.append(_of_size(size, said[size], draws[size], study.rule))
    pairs = [_pair(*both, said, draws) for both in combinations(CLASSES, 2)]
    most = max(said)
    pairs.sort(key=lambda pair: (pair.right[most].value, pair.right[1].value))
    return Rivals(
        rivals=tuple(all_strengths()),
        n_learned=study.n_learned,
        n_fresh={group: len(one.acting) for group, one in said[1].items()},
        enough=ENOUGH,
        rule=study.rule,
        sizes=tuple(sizes),
        pairs=tuple(pairs),
    )


def _of_size(size: int, said: Answers, draws: Sequence[Answers], rule: Rule) -> OfSize:
    again = iter(draws)
    found = recovered(said, lambda: next(again), rule, len(draws))
    mistaken = {rival: _without_rivals(said[rival], rule) for rival in RIVALS}
    return OfSize(size, found[OF_ALL], found[CLAIMED], mistaken)


def _without_rivals(said: Said, rule: Rule) -> dict[str, float]:
    """Return the share of each claim once rivals have no probability."""
    others = np.isin(CLASSES, RIVALS, invert=True)
    known = np.where(others, said.log_probability, -np.inf)
    # The first p-value is that of rest, where all classes are alike.
    typicality = np.where(np.append(True, others), said.typicality, 0.0)
    blind = replace(
        said, log_probability=log_softmax(known, axis=1), typicality=typicality
    )
    claims = blind.claims(rule)
    possible = (name for name in CLAIMS if name not in RIVALS)
    return {name: claims.count(name) / len(claims) for name in possible}


def _pair(
    one: str,
    other: str,
    said: Mapping[int, Answers],
    draws: Mapping[int, Sequence[Answers]],
) -> Pair:
    right = {size: told_apart(one, other, of) for size, of in said.items()}
    drawn = {
        size: np.array([told_apart(one, other, again) for again in of])
        for size, of in draws.items()
    }
    shares = {
        size: Share(value, tuple(np.quantile(drawn[size], _TAILS).tolist()))
        for size, value in right.items()
    }
    n = mice_needed(right)
    # Draws are told apart by more mice or fewer, or by no number: inf has no mean.
    ends = np.quantile(
        [mice_needed({size: of[draw] for size, of in drawn.items()})
         for draw in range(len(next(iter(drawn.values()))))],
        _TAILS,
        method="nearest",
    )  # fmt: skip
    low, high = (_finite(end) for end in ends)
    return Pair(one, other, shares, Needed(_finite(n), (low, high), n > max(right)))


def _finite(n: float) -> float | None:
    return float(n) if np.isfinite(n) else None


def told_apart(one: str, other: str, said: Answers) -> float:
    """Return how often the true one of two classes is the more probable.

    It is the mean over both classes, and a tie counts one half.
    """
    places = CLASSES.index(one), CLASSES.index(other)
    shares = [
        np.concatenate(
            [
                _above(said[group].log_probability, mine, its)
                for group in (LEARNED_NULLS if name == NONE else (name,))
            ]
        )
        for name, (mine, its) in ((one, places), (other, places[::-1]))
    ]
    return float(np.mean([share.mean() for share in shares]))


def _above(
    log_probability: NDArray[np.float64], mine: int, its: int
) -> NDArray[np.float64]:
    gap = log_probability[:, mine] - log_probability[:, its]
    return (1 + np.sign(gap)) / 2


def mice_needed(right: Mapping[int, float]) -> float:
    """Return how many mice tell a pair apart in a share `ENOUGH`; inf if none do.

    ``right`` is the share that is told apart, by number of mice: it is the smallest of
    these numbers that is enough, and all larger ones are. Otherwise the largest is
    extrapolated, unless a smaller number told more. The log odds of independent mice of
    one class add up, so their mean grows with n, and their SD with its root: the normal
    quantile of the share of right answers is proportional to the root of n.

    Examples
    --------
    >>> mice_needed({1: 0.8, 4: 0.97})
    4
    >>> round(mice_needed({1: 0.6, 4: 0.7}), 1)
    39.4
    """
    short = [size for size, share in right.items() if share < ENOUGH]
    enough = [size for size in right if size > max(short, default=0)]
    if enough:
        return min(enough)
    largest = max(right)
    if right[largest] <= 0.5 or right[largest] < max(right.values()):
        return np.inf
    return float(largest * (norm.ppf(ENOUGH) / norm.ppf(right[largest])) ** 2)


def write_page(path: Path, found: Rivals, run: str) -> None:
    """Write the comparison as a page in Markdown."""
    render_to(path, "rivals.md.j2", found=found, run=run)

"""How often each method names what truly acts: the same rules for all.

Forced to choose, a method names the class with its highest score, and a tie of k
classes counts 1 / k: what a fair draw among them would get. Mice of every class weigh
the same, whatever their number. Intervals are from mice redrawn within their group;
cohorts are made of the redrawn mice, as they are no surer than the mice they share.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES, NONE
from minicolumn.inference.mechanism.answers import (
    AGREEMENT,
    CHOICES,
    PROBABILITY,
    Rule,
    chosen,
    shares_right,
)
from minicolumn.inference.mechanism.learned import CLAIMS, confusion
from minicolumn.learning.bootstrap import percentile_interval
from minicolumn.mice.groups import LEARNED_NULLS
from minicolumn.validation.findings import Recovered
from minicolumn.validation.judged import Said

CONFIDENCE = 0.95
CLAIMED = "claimed"
_SCORES = {AGREEMENT: "agreement", PROBABILITY: "log_probability"}
WAYS = (*CHOICES, CLAIMED)


def accuracy(said: Mapping[str, Said], way: str, rule: Rule) -> float:
    """Return how right answers are, from 0 to 1, as the mean over classes.

    ``said`` are answers about mice, or cohorts, by group of `LIKE_LEARNED`, and ``way``
    is one of `WAYS`.
    """
    of_each_class = [
        np.concatenate([_right(said[group], way, rule, truth) for group in groups])
        for truth, groups in enumerate(_groups(way).values())
    ]
    return float(np.mean([right.mean() for right in of_each_class]))


def recovered(
    said: Mapping[str, Said],
    redrawn: Callable[[], Mapping[str, Said]],
    rule: Rule,
    resamples: int,
) -> dict[str, Recovered]:
    """Return what each of `WAYS` came to.

    ``said`` is as in `accuracy`; ``redrawn`` returns the same of redrawn mice, others
    at each call, and is called ``resamples`` times.
    """
    draws = [
        {way: accuracy(again, way, rule) for way in WAYS}
        for again in (redrawn() for _ in range(resamples))
    ]
    return {
        way: _recovered(said, way, rule, np.array([draw[way] for draw in draws]))
        for way in WAYS
    }


def _groups(way: str) -> dict[str, tuple[str, ...]]:
    """Return the groups of fresh mice that are of each class of a way."""
    _, classes = CHOICES.get(way, (way, CLASSES))
    return {name: (name,) if name != NONE else LEARNED_NULLS for name in classes}


def _scores(said: Said, way: str) -> NDArray[np.float64]:
    method, classes = CHOICES[way]
    return getattr(said, _SCORES[method])[:, : len(classes)]


def _right(said: Said, way: str, rule: Rule, truth: int) -> NDArray[np.float64]:
    if way == CLAIMED:
        return np.array(said.claims(rule)) == CLASSES[truth]
    return shares_right(_scores(said, way), truth)


def _names(said: Said, way: str, rule: Rule) -> list[str]:
    return said.claims(rule) if way == CLAIMED else chosen(_scores(said, way), CLASSES)


def _recovered(
    said: Mapping[str, Said], way: str, rule: Rule, draws: NDArray[np.float64]
) -> Recovered:
    names = {
        truth: [one for group in groups for one in _names(said[group], way, rule)]
        for truth, groups in _groups(way).items()
    }
    right = accuracy(said, way, rule)
    claimed_other = [
        np.mean([one in CLASSES and one != truth for one in some])
        for truth, some in names.items()
    ]
    return Recovered(
        confusion=confusion(
            [truth for truth, some in names.items() for _ in some],
            [one for some in names.values() for one in some],
            CLAIMS,
        ),
        n=sum(map(len, names.values())),
        accuracy=right,
        wrong=float(np.mean(claimed_other)) if way == CLAIMED else 1 - right,
        interval=percentile_interval(draws, CONFIDENCE),
    )

"""How often each method names what truly acts: the same rules for all.

Forced to choose, a method names the class with its highest score, and a tie of k
classes counts 1 / k: what a fair draw among them would get. Mice of every class weigh
the same, whatever their number. Intervals are from mice redrawn within their group;
cohorts are made of the redrawn mice, as they are no surer than the mice they share.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.inference.mechanism.answers import Rule, chosen, shares_right
from minicolumn.inference.mechanism.learned import CLAIMS, confusion
from minicolumn.learning.bootstrap import percentile_interval
from minicolumn.mice.groups import LEARNED_NULLS
from minicolumn.validation.findings import Recovered
from minicolumn.validation.judged import Said

CONFIDENCE = 0.95
OF_FOUR, PUBLISHED_OF_FOUR = "most probable of four", "published method, of four"
CLAIMED = "claimed"
CHOICES = {
    PUBLISHED_OF_FOUR: ("agreement", CLASSES),
    OF_FOUR: ("log_probability", CLASSES),
    "published method, of three": ("agreement", MECHANISMS),
    "most probable of three": ("log_probability", MECHANISMS),
}
"""Scores of `Said` and classes of every forced choice, the hardest first."""

WAYS = (*CHOICES, CLAIMED)
GROUPS_OF = {name: (name,) for name in MECHANISMS} | {NONE: LEARNED_NULLS}
"""Groups of fresh mice that are of each class."""

LIKE_LEARNED = (*MECHANISMS, *LEARNED_NULLS)

Answers = dict[str, tuple[NDArray[np.float64], list[str]]]
"""By class: how right each answer is, from 0 to 1, and what it says."""


def answers(said: Mapping[str, Said], way: str, rule: Rule) -> Answers:
    """Return the answers of one of `WAYS` about all mice, or cohorts, of each class."""
    _, classes = CHOICES.get(way, (CLAIMED, CLASSES))
    found: Answers = {}
    for truth, name in enumerate(classes):
        groups = [_answers(said[one], way, rule, truth) for one in GROUPS_OF[name]]
        right, names = zip(*groups, strict=True)
        found[name] = np.concatenate(right), [one for some in names for one in some]
    return found


def _answers(
    said: Said, way: str, rule: Rule, truth: int
) -> tuple[NDArray[np.float64], list[str]]:
    if way == CLAIMED:
        claims = said.claims(rule)
        return np.array([one == CLASSES[truth] for one in claims], dtype=float), claims
    method, classes = CHOICES[way]
    scores = getattr(said, method)[:, : len(classes)]
    return shares_right(scores, truth), chosen(scores, classes)


def accuracy(found: Answers) -> float:
    """Return the mean over classes of how right answers about each are."""
    return float(np.mean([right.mean() for right, _ in found.values()]))


def recovered(
    said: Mapping[str, Said],
    redrawn: Callable[[], Mapping[str, Said]],
    rule: Rule,
    resamples: int,
) -> dict[str, Recovered]:
    """Return what each of `WAYS` came to.

    Parameters
    ----------
    said
        Answers about mice, or cohorts, by group of `LIKE_LEARNED`.
    redrawn
        Returns the same of redrawn mice, others at each call.
    rule
        When a class is claimed.
    resamples
        How many times mice are redrawn for the intervals.
    """
    draws = [
        {way: accuracy(answers(again, way, rule)) for way in WAYS}
        for again in (redrawn() for _ in range(resamples))
    ]
    return {
        way: _recovered(
            answers(said, way, rule), way, np.array([draw[way] for draw in draws])
        )
        for way in WAYS
    }


def _recovered(found: Answers, way: str, draws: NDArray[np.float64]) -> Recovered:
    names = [(truth, one) for truth, (_, names) in found.items() for one in names]
    named_other = [
        np.mean([one in CLASSES and one != truth for one in names])
        for truth, (_, names) in found.items()
    ]
    right = accuracy(found)
    return Recovered(
        confusion=confusion(*zip(*names, strict=True), CLAIMS),
        n=len(names),
        accuracy=right,
        wrong=float(np.mean(named_other)) if way == CLAIMED else 1 - right,
        interval=percentile_interval(draws, CONFIDENCE),
    )

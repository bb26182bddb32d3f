"""Both methods are judged by the same rule, and intervals are over mice."""

import numpy as np
import pytest
from scipy.special import log_softmax
from toy_mice import strata_like

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.inference.mechanism.answers import (
    CHOICES,
    OF_ALL,
    PUBLISHED_OF_ALL,
    UNDECIDED,
    Rule,
    chosen,
    shares_right,
)
from minicolumn.inference.mechanism.published import agreements
from minicolumn.inference.mechanism.strata import Pooling
from minicolumn.mice.groups import LIKE_LEARNED
from minicolumn.scoring.evidence import evidence
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.validation.judged import Judged, Said
from minicolumn.validation.recovery import accuracy, recovered

RULE = Rule(claim_above=0.9, false_alarm=0.01)
RNG = np.random.default_rng


def said(scores, acting="synaptic"):
    """The same scores by both methods, of mice that nothing else is said of."""
    scores = np.asarray(scores, dtype=float)
    typical = np.full((len(scores), 1 + len(CLASSES)), 0.5)
    return Said(np.full(len(scores), acting), scores, typical, scores)


def everyone(scores):
    return {group: said(scores) for group in LIKE_LEARNED}


def test_a_tie_of_k_is_worth_what_a_fair_draw_among_them_gets():
    scores = np.array([[3.0, 1, 2], [2, 2, 0], [1, 1, 1], [0, 5, 5]])
    assert chosen(scores, MECHANISMS) == [MECHANISMS[0], *[UNDECIDED] * 3]
    np.testing.assert_allclose(shares_right(scores, 0), [1, 1 / 2, 1 / 3, 0])
    rng = RNG(0)
    drawn = (scores + 0.5 * rng.random((20_000, 4, 3))).argmax(axis=-1) == 0
    np.testing.assert_allclose(shares_right(scores, 0), drawn.mean(axis=0), atol=0.02)


@pytest.mark.parametrize("way", CHOICES)
def test_who_knows_nothing_gets_what_guessing_gets(way):
    """Ties once counted as failures of the published method: 0, and not 1 in 4."""
    n = len(CHOICES[way][1])
    found = accuracy(everyone(np.zeros((8, 4))), way, RULE)
    assert found == pytest.approx(1 / n)


def test_the_same_scores_get_the_same_accuracy_by_either_method():
    scores = everyone(RNG(1).integers(0, 3, size=(50, 4)))
    one, other = (accuracy(scores, way, RULE) for way in (OF_ALL, PUBLISHED_OF_ALL))
    assert one == other


def test_every_class_weighs_the_same_whatever_its_number():
    right_about_the_first = everyone(np.tile([1.0, 0, 0, 0], (40, 1)))
    few = right_about_the_first | {MECHANISMS[0]: said([[1.0, 0, 0, 0]])}
    for one in (right_about_the_first, few):
        assert accuracy(one, OF_ALL, RULE) == 0.25


def test_a_mouse_without_a_change_agrees_with_no_direction():
    """Three mechanisms: one whose directions agree, its opposite, one without any."""
    features = np.zeros((2, 4 * len(ALL_NAMES) + 2))
    changes = slice(len(ALL_NAMES), len(ALL_NAMES) + len(STATISTIC_NAMES))
    features[0, changes] = 1.0
    n = len(STATISTIC_NAMES)
    directions = np.stack([np.ones(n), -np.ones(n), np.zeros(n)])
    np.testing.assert_array_equal(
        agreements(features, directions), [[n, -n, 0, 0], [0, 0, 0, 0]]
    )


def mice(rng, n=20):
    """Few mice of every group, each a little more like its own class than others."""
    found = {}
    for place, group in enumerate(LIKE_LEARNED):
        own = np.eye(len(CLASSES))[min(place, len(MECHANISMS))]
        scores = log_softmax(1.2 * own + rng.normal(size=(n, len(CLASSES))), axis=1)
        acting = np.full(n, CLASSES[min(place, len(MECHANISMS))])
        typical = np.full((n, 1 + len(CLASSES)), 0.5)
        found[group] = Judged(
            acting, scores, typical, scores, strata_like(scores), scores
        )
    return found


def test_intervals_of_cohorts_are_over_the_mice_that_they_share():
    """Were cohorts independent of each other, exact intervals would miss the truth."""
    rng = RNG(2)
    members = mice(rng)["synaptic"].cohorts(4, 100, 1)

    def cohorts(found, redraw=False):
        rows = (
            rng.integers(20, size=(len(found), 20)) if redraw else [np.arange(20)] * 6
        )
        return {
            group: one.together(row[members], Pooling(0.01, 0.0), 0.01)
            for (group, one), row in zip(found.items(), rows, strict=True)
        }

    expected = np.mean([accuracy(cohorts(mice(rng)), OF_ALL, RULE) for _ in range(100)])
    held = held_exact = 0
    for _ in range(15):
        found = mice(rng)
        one = recovered(cohorts(found), lambda f=found: cohorts(f, True), RULE, 40)
        low, high = one[OF_ALL].interval
        held += low <= expected <= high
        n = one[OF_ALL].n
        exact = evidence(round(n * one[OF_ALL].accuracy), n)
        held_exact += exact.clopper_pearson[0] <= expected <= exact.clopper_pearson[1]
    assert held >= 12
    assert held_exact < held

"""Scores over circuits: circuits are the sample, starts are not."""

import numpy as np
import pytest
from scipy import stats

from minicolumn.files.documents import read_document, write_document
from minicolumn.perturbation.over_circuits import PerturbationSummary, summarize
from minicolumn.perturbation.skill import scaled_skill, sign, skill
from minicolumn.perturbation.variants import LOSSES, SCORES


def rows(skills, student="bio", coupling="feedback", regime="evoked"):
    """One row per circuit and start: skills are (circuits, starts)."""
    return [
        dict.fromkeys((*SCORES, *LOSSES))
        | {"reference": f"{coupling}-{k}", "student": student, "start": start}
        | {"manipulation": "optogenetic", "skill": value, "regime": regime}
        for k, starts in enumerate(skills)
        for start, value in enumerate(starts)
    ]


def one(summary, student="bio"):
    return next(found for found in summary.scores if found.student == student)


def test_the_interval_is_that_of_circuits_whatever_the_starts():
    skills = np.array([[0.5, 0.7], [0.6, 0.8], [0.8, 0.9]])
    found = one(summarize(rows(skills), ()))
    means = skills.mean(axis=1)
    low, high = stats.t.interval(0.95, 2, means.mean(), stats.sem(means))
    assert (found.circuits, found.mean) == (3, pytest.approx(means.mean()))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.median == pytest.approx(0.7)


def test_many_starts_of_one_circuit_are_no_evidence():
    summary = summarize(rows([[0.5, 0.6, 0.7, 0.6]]), ())
    assert one(summary).low is one(summary).high is None
    assert summary.verdicts["feedback"]["evoked"]["bio"]["optogenetic"] == "one circuit"


@pytest.mark.parametrize(
    ("skills", "verdict"),
    [
        ([[0.5], [0.6], [0.7]], "better"),
        ([[-0.5], [0.6], [0.1]], "no better"),
        ([[-0.5], [-0.6], [-0.7]], "worse"),
    ],
)
def test_the_verdict_is_where_the_interval_lies(skills, verdict):
    summary = summarize(rows(skills), ())
    assert summary.verdicts == {
        "feedback": {"evoked": {"bio": {"optogenetic": verdict}}}
    }


def test_differences_are_within_circuits():
    """A constant lead is certain, however much circuits differ."""
    bio = np.array([[0.1], [0.5], [0.9]])
    both = rows(bio) + rows(bio - 0.3, "sigmoid") + rows(bio, coupling="one_area")
    found = one(summarize(both, ()), "bio minus sigmoid")
    assert (found.mean, found.low, found.high) == pytest.approx((0.3, 0.3, 0.3))


def test_the_summary_is_a_document(tmp_path):
    summary = summarize(rows([[0.5], [0.6]]), chosen([0.1, 0.2]))
    write_document(tmp_path / "summary.json", summary)
    assert read_document(tmp_path / "summary.json", PerturbationSummary) == summary


def test_scores_of_known_answers():
    true = np.array([3.0, -1.0, 2.0])
    assert (skill(true, true), skill(true, 0 * true)) == (1, 0)
    assert skill(true, -true) == pytest.approx(-3)
    assert scaled_skill(true, -7 * true) == pytest.approx(1)
    assert scaled_skill(true, 0 * true) is None
    assert sign(true, np.array([1.0, 1.0, 1.0])) == pytest.approx(5 / 6)
    assert skill(0 * true, true) is None


def chosen(effects, rule="gradient", direction="up"):
    """One row per circuit of neurons that a rule chose."""
    return [
        {"reference": f"feedback-{k}", "regime": "evoked", "student": "bio"}
        | {"start": 0, "choice": rule, "direction": direction, "effect": effect}
        | {"correlation": 0.5, "within_correlation": None}
        for k, effect in enumerate(effects)
    ]


def test_regimes_are_summarized_apart():
    skills = np.array([[0.5], [0.6], [0.7]])
    both = rows(skills) + rows(-skills, regime="spontaneous")
    verdicts = summarize(both, ()).verdicts["feedback"]
    assert verdicts["evoked"]["bio"]["optogenetic"] == "better"
    assert verdicts["spontaneous"]["bio"]["optogenetic"] == "worse"


def test_choices_are_summarized_over_circuits():
    effects = [0.1, 0.2, 0.6]
    found = {
        (one.what, one.score): one
        for one in summarize((), chosen(effects)).microperturbations
    }
    assert found["gradient up", "effect"].mean == pytest.approx(np.mean(effects))
    assert found["gradient up", "correlation"].circuits == 3
    assert ("gradient up", "within_correlation") not in found

"""The sentences at the top follow the numbers and never outrun them."""

import dataclasses
from types import SimpleNamespace

import pytest
from report_answers import answers, cohort, session

from minicolumn.inference.mechanism.answers import OUTSIDE, UNDECIDED
from minicolumn.inference.mechanism.sessions import ALL
from minicolumn.report.sections.headline import (
    answer,
    directions,
    inference_sentence,
    opening,
    recovery_sentence,
)
from minicolumn.report.sections.mechanism import recoveries
from minicolumn.scoring.verdict import Verdict


def test_the_found_mechanism_of_synthetic_mice_is_said_with_its_probability():
    sessions = [
        session(1, "synaptic", 0.99, "synaptic"),
        session(2, "combined", 0.6, UNDECIDED),
        session(3, "none", 0.98, "none"),
        session(4, "synaptic", 0.97, OUTSIDE),
    ]
    found = answers(
        sessions,
        [
            cohort("synaptic", "synaptic", 0.97, "synaptic", 2),
            cohort("combined", "none", 0.5, UNDECIDED, 1),
            cohort("depolarizing", "none", 0.999, "none", 1),
        ],
        {1: "synaptic", 2: "combined", 3: "depolarizing", 4: "synaptic"},
    )
    sentence = recovery_sentence(found)
    assert "synaptic (2 mice): synaptic with probability 0.97" in sentence
    assert (
        "combined (1 mouse): undecided (the class “none of the three” is the "
        "most probable, 0.50)" in sentence
    )
    assert "the class “none of the three” with probability above 0.99" in sentence
    assert "For 3 of 4 single mice, the true mechanism" in sentence
    assert "the published method gets 2" in sentence
    assert "claimed for 1, and a wrong one for 1" in sentence


def test_without_truth_nothing_is_recovered():
    assert recoveries(answers([session(1, "none", 0.9, UNDECIDED)], [], {})) == []
    assert "No synthetic mouse" in recovery_sentence(answers([], [], {}))


def test_a_session_left_out_of_a_cohort_is_said_and_both_answers_are_shown():
    one = cohort(ALL, "combined", 0.97, "combined", 15)
    whole = cohort(ALL, "combined", 0.97, OUTSIDE, 16)
    one = dataclasses.replace(one, left_out=(7,), with_all=whole)
    sentence = inference_sentence(
        answers([session(7, "none", 0.9, OUTSIDE)], [one], {})
    )
    assert "15 sessions together: combined with probability 0.97" in sentence
    assert "1 outside the simulated domain left out; all 16: outside the" in sentence


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("combined", "together: combined with probability above 0.99; alone"),
        (UNDECIDED, "together: undecided (combined is the most probable"),
        (OUTSIDE, "together: outside the simulated domain, so none is named"),
    ],
)
def test_recorded_sessions_are_answered_together(claim, said):
    sessions = [session(1, "none", 0.5, OUTSIDE), session(2, "none", 0.5, UNDECIDED)]
    cohorts = [cohort("all sessions", "combined", 0.999, claim, 2)]
    sentence = inference_sentence(answers(sessions, cohorts, {}))
    assert said in sentence
    assert "1 of 2 lie outside" in sentence
    assert "cannot show that acetylcholine is the cause" in sentence


def test_recordings_without_truth_are_inferred_together(make_results):
    assert "6 sessions together" in answer(
        make_results(
            source="s3",
            mechanism=answers(
                [], [cohort("all sessions", "none", 0.9, UNDECIDED, 6)], {}
            ),
        )
    )


def test_no_scored_session_answers_nothing(make_results):
    results = make_results()
    sessions = results.sessions.assign(outcome="too few running epochs")

    sentence = opening(dataclasses.replace(results, sessions=sessions))

    assert "no session was scored, so this run does not answer" in sentence
    assert "interval" not in sentence


def test_one_synthetic_mouse_is_not_many(make_results):
    assert opening(make_results(n_sessions=1)).startswith(
        "From 1 SYNTHETIC mouse, not animals (a recording made by"
    )


def test_the_opening_names_synthetic_mice_and_the_uncertainty(make_results):
    # Every second mouse is sure of its true mechanism, the others undecided.
    sentence = opening(make_results())

    assert sentence.startswith("From 6 SYNTHETIC mice, not animals")
    assert "claimed for 3 of 3 cohorts (a wrong one for 0)" in sentence
    assert "the most probable for 6 of 6 single mice (95 % interval 54" in sentence
    assert sentence.endswith("says nothing about the brain.")


@pytest.mark.parametrize(
    ("named", "p", "claim", "said"),
    [
        ("combined", 0.97, "combined", "the combined mechanism fits best (probability"),
        ("none", 0.999, "none", "the class “none of the three” fits best (probability"),
        ("synaptic", 0.6, UNDECIDED, "no mechanism is claimed; the synaptic mechanism "
         "is the most probable (0.60, less than the 0.95 that a claim requires)"),
        ("synaptic", 0.98, UNDECIDED, "(0.98, but they are unlike its simulated mice)"),
        ("synaptic", 0.98, OUTSIDE, "no mechanism can be named, because together they "
         "lie outside the simulated domain"),
    ],
)  # fmt: skip
def test_the_opening_holds_for_every_verdict(make_results, named, p, claim, said):
    found = answers([], [cohort("all sessions", named, p, claim, 6)], {})

    sentence = opening(make_results(source="s3", mechanism=found))

    assert sentence.startswith(
        "From 6 scored of 6 recorded sessions (units of VISp; 6 of "
    )
    assert said in sentence
    assert sentence.count(". ") == 0
    assert "SYNTHETIC" not in sentence


def test_the_opening_without_anything_to_compare_says_so(make_results):
    nothing = answers([], [], {})

    assert "no session could be compared with simulated mice" in opening(
        make_results(source="s3", mechanism=nothing)
    )


def score(verdict, training_set="synaptic", primary=True, accuracy=0.5):
    return SimpleNamespace(
        training_set=training_set,
        primary=primary,
        directions=SimpleNamespace(accuracy=accuracy),
        verdict=str(verdict),
    )


def test_strongest_verdict_is_the_one_that_is_counted():

    assert f"1 of {len(Verdict)} primary scores" in directions(
        [score(one) for one in Verdict]
    )


def test_exploratory_scores_and_the_control_are_reported_apart():
    sentence = directions(
        [
            score(Verdict.CHANCE),
            score(Verdict.CONSISTENT, primary=False),
            score(Verdict.CONSISTENT, "ach_shuffled", primary=False),
        ]
    )

    assert "0 of 1 primary score " in sentence
    assert "1 of 1 other score did" in sentence
    assert "1 of 1 score of the ACh-shuffled control did" in sentence


def test_nothing_scored_is_said():
    unscored = score(Verdict.NOT_SCORED, accuracy=None)

    assert directions([unscored]) == "No direction could be scored."

"""The sentences at the top follow the numbers and never outrun them."""

import dataclasses
from types import SimpleNamespace

import pytest
from report_answers import answers, cohort, session

from minicolumn.inference.mechanism.answers import OUTSIDE, UNDECIDED
from minicolumn.report.sections.headline import cards, data, directions, opening
from minicolumn.report.wording import DASH
from minicolumn.scoring.verdict import Verdict


def test_no_scored_session_answers_nothing(make_results):
    results = make_results()
    sessions = results.sessions.assign(outcome="too few running epochs")

    unscored = dataclasses.replace(results, sessions=sessions)
    sentence = opening(unscored)

    assert "no session was scored, so this run does not answer" in sentence
    assert "interval" not in sentence
    assert cards(unscored) == []


def test_one_synthetic_mouse_is_not_many(make_results):
    one = make_results(n_sessions=1)
    assert opening(one).startswith("From 1 SYNTHETIC mouse: ")
    assert data(one).startswith("1 SYNTHETIC mouse, not animals: a recording made by")


def test_the_opening_names_synthetic_mice_and_the_uncertainty(make_results):
    # Every second mouse is sure of its true mechanism, the others undecided.
    sentence = opening(make_results())

    assert sentence.startswith("From 6 SYNTHETIC mice: ")
    assert "claimed for 3 of 3 cohorts (a wrong one for 0)" in sentence
    assert "the most probable for 6 of 6 single mice (95 % interval 54" in sentence
    assert sentence.endswith("says nothing about the brain.")


@pytest.mark.parametrize(
    ("named", "p", "claim", "said"),
    [
        ("combined", 0.97, "combined", "the combined mechanism fits best (probability"),
        ("none", 0.999, "none", "the class “none of the three” (no rise of "
         "acetylcholine above 1.4-fold) fits best (probability"),
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

    assert sentence.startswith("From 6 scored sessions: ")
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


def test_exploratory_scores_and_the_control_are_not_counted_as_primary():
    sentence = directions(
        [
            score(Verdict.CHANCE),
            score(Verdict.CONSISTENT, primary=False),
            score(Verdict.CONSISTENT, "ach_shuffled", primary=False),
        ]
    )

    assert "0 of 1 primary score " in sentence


def test_nothing_scored_is_said():
    unscored = score(Verdict.NOT_SCORED, accuracy=None)

    assert directions([unscored]) == "No direction could be scored."


def test_each_number_of_the_answer_has_its_n_and_what_to_compare_it_with(results):
    cohorts, mice, scores, domain = cards(results)

    assert cohorts.value == "3 of 3"
    assert cohorts.beside == "a wrong one for 0; 6 mice in all"
    assert mice.value == "6 of 6"
    assert f"interval 54{DASH}100 %; guessing 25.0 %; published method 2" in mice.beside
    assert scores.value.endswith(" of 9")
    assert "ACh-shuffled control" in scores.beside
    assert domain.value.endswith(" of 6")


@pytest.mark.parametrize(("claim", "value"), [("none", "0.90"), (OUTSIDE, DASH)])
def test_a_probability_that_means_nothing_is_no_number_of_the_answer(
    make_results, claim, value
):
    sessions = [session(i, "none", 0.9, UNDECIDED) for i in range(6)]
    found = answers(sessions, [cohort("all sessions", "none", 0.9, claim, 6)], {})
    first, alone, *_ = cards(make_results(source="s3", mechanism=found))
    assert (first.value, alone.value) == (value, "6 of 6")
    assert "guessing 25.0 %" in alone.beside

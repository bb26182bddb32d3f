"""The sentences at the top follow the numbers and never outrun them."""

import dataclasses

import pytest

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.inference.mechanism.answers import OUTSIDE, UNDECIDED
from minicolumn.report.headline import (
    answer,
    directions,
    findings,
    inference_sentence,
    opening,
    recovery_sentence,
)
from minicolumn.report.recovery import recoveries
from minicolumn.scoring.verdict import Verdict


def session(id_, named, p, claim, published="synaptic"):
    probability = dict.fromkeys(CLASSES, (1 - p) / 3) | {named: p}
    return {
        "session_id": id_, "probability": probability, "claim": claim,
        "published": published,
    }  # fmt: skip


def cohort(name, named, p, claim, n=4):
    probability = dict.fromkeys(CLASSES, (1 - p) / 3) | {named: p}
    return {"name": name, "n": n, "probability": probability, "claim": claim}


def answers(sessions, cohorts, truth):
    return {"sessions": sessions, "cohorts": cohorts, "truth": truth}


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
        {"1": "synaptic", "2": "combined", "3": "depolarizing", "4": "synaptic"},
    )
    sentence = recovery_sentence(found)
    assert "synaptic (2 mice): synaptic with probability 0.97" in sentence
    assert (
        "combined (1 mouse): undecided (none of the three mechanisms has most "
        "probability, 0.50)" in sentence
    )
    assert "none of the three mechanisms with probability above 0.99" in sentence
    assert "Of 4 mice alone, 3 have their true mechanism" in sentence
    assert "the published method 2" in sentence
    assert "claimed for 1, and a wrong one for 1" in sentence


def test_ways_count_right_wrong_and_abstaining_mice():
    sessions = [
        session(1, "synaptic", 0.99, "synaptic", "combined"),
        session(2, "synaptic", 0.99, OUTSIDE, UNDECIDED),
        session(3, "combined", 0.99, "combined", "depolarizing"),
    ]
    truth = {"1": "synaptic", "2": "synaptic", "3": "depolarizing"}
    ways = {one.way: one for one in recoveries(answers(sessions, [], truth))}
    counts = {way: (one.right, one.wrong, one.n) for way, one in ways.items()}
    assert counts == {
        "most probable": (2, 1, 3), "claimed": (1, 1, 3), "published method": (1, 1, 3),
    }  # fmt: skip
    assert ways["claimed"].confusion["synaptic"][OUTSIDE] == 1


def test_without_truth_nothing_is_recovered():
    assert recoveries(answers([session(1, "none", 0.9, UNDECIDED)], [], {})) == []
    assert "No synthetic mouse" in recovery_sentence(answers([], [], {}))


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("combined", "together: combined with probability above 0.99; alone"),
        (UNDECIDED, "together: undecided (combined has most probability"),
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
        ("none", 0.999, "none", "none of the three mechanisms fits best (probability"),
        ("synaptic", 0.6, UNDECIDED, "no mechanism is claimed; the synaptic mechanism "
         "has most probability (0.60, less than the 0.95 that a claim asks)"),
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


def cell(verdict, training_set="synaptic", primary=True):
    return {
        "training_set": training_set,
        "primary": primary,
        "directions": {"accuracy": 0.5},
        "verdict": str(verdict),
    }


def test_strongest_verdict_is_the_one_that_is_counted():
    cells = [cell(one) for one in Verdict]

    assert f"1 of {len(Verdict)} primary scores" in directions(cells)


def test_exploratory_scores_and_the_baseline_are_reported_apart():
    sentence = directions(
        [
            cell(Verdict.CHANCE),
            cell(Verdict.CONSISTENT, primary=False),
            cell(Verdict.CONSISTENT, "ach_shuffled", primary=False),
        ]
    )

    assert "0 of 1 primary score " in sentence
    assert "of 1 other score, 1 did" in sentence
    assert "knows nothing of ACh, 1 of 1 did" in sentence


def test_nothing_scored_is_said():
    unscored = {**cell(Verdict.NOT_SCORED), "directions": {"accuracy": None}}

    assert directions([unscored]) == "No direction could be scored."


def test_verdicts_add_up_to_all_scores():
    cells = [
        cell(one, name, primary=name == "synaptic")
        for one in Verdict
        for name in (*MECHANISMS, "ach_shuffled")
    ]

    rows = findings(cells)

    assert sum(row["primary"] for row in rows) == len(Verdict)
    assert sum(row["others"] for row in rows) == 2 * len(Verdict)
    assert sum(row["ach_shuffled"] for row in rows) == len(Verdict)
    assert [row["finding"] for row in rows] == [one.label for one in Verdict]

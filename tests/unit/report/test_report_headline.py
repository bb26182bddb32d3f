"""The sentences at the top follow the numbers and never outrun them."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.mechanisms import MECHANISMS
from minicolumn.report.headline import (
    answer,
    basis,
    directions,
    findings,
    nearest_sentence,
    recovery_sentence,
)
from minicolumn.report.recovery import Nearest, nearest, recoveries
from minicolumn.transfer.mechanism import UNDECIDED
from minicolumn.transfer.verdict import Verdict


def confusion(right, n=12):
    """Return counts of one architecture: ``right`` of ``n`` mice, all of one kind."""
    empty = {true: dict.fromkeys((*MECHANISMS, UNDECIDED), 0) for true in MECHANISMS}
    empty["synaptic"] |= {"synaptic": right, "combined": n - right}
    return empty


@pytest.mark.parametrize("right", [2, 4, 6])
def test_recovery_at_chance_is_not_called_success(right):
    sentence = recovery_sentence(recoveries({"mlp": confusion(right)}))

    assert f"{right} of 12 (MLP)" in sentence
    assert "not distinguishable from guessing" in sentence
    assert "does not show" in sentence
    assert "more often" not in sentence


def test_recovery_far_above_chance_is_called_that():
    sentence = recovery_sentence(recoveries({"mlp": confusion(12)}))

    assert "more often than guesses explain (smallest corrected p < 0.0001" in sentence
    assert "does not show" not in sentence


def test_recovery_by_one_architecture_only_is_qualified():
    found = recoveries({"mlp": confusion(4), "transformer": confusion(12)})

    assert "with Transformer only, so the answer depends" in recovery_sentence(found)


def test_recovery_below_chance_is_said():
    sentence = recovery_sentence(recoveries({"mlp": confusion(0, 30)}))

    assert "less often than guesses explain with MLP" in sentence


def test_p_values_are_corrected_for_every_architecture_shown():
    one = recoveries({"mlp": confusion(8)})[0]
    three = recoveries(
        {name: confusion(8) for name in ("mlp", "transformer", "xgboost")}
    )

    assert one.p == one.p_holm
    assert all(r.p_holm == pytest.approx(3 * one.p) for r in three)
    assert one.better_than_guessing
    assert not any(r.better_than_guessing for r in three)


@given(right=st.integers(0, 40), n=st.integers(1, 40))
def test_success_is_claimed_only_if_the_interval_lies_above_one_third(right, n):
    one = recoveries({"mlp": confusion(min(right, n), n)})[0]

    if one.better_than_guessing:
        assert one.right / one.n > 1 / 3
        assert one.p < 0.05
    assert not (one.better_than_guessing and one.worse_than_guessing)
    assert one.interval[0] <= one.right / one.n <= one.interval[1]


def test_undecided_mouse_counts_as_not_right():
    table = confusion(3, 3)
    table["combined"][UNDECIDED] = 2

    one = recoveries({"mlp": table})[0]

    assert (one.right, one.n) == (3, 5)


def test_architecture_without_mice_is_passed_over():
    assert recoveries({"mlp": confusion(0, 0)}) == []
    assert "No synthetic mouse could be compared" in recovery_sentence([])


def found(mechanism, nearest_distance, no_change, architecture="mlp"):
    return {
        "session_id": 1,
        "architecture": architecture,
        "n_statistics": 11,
        "distance": dict.fromkeys(MECHANISMS, 9.0) | {mechanism: nearest_distance},
        "distance_no_change": no_change,
        "mechanism": mechanism,
    }


def test_nearest_counts_sessions_that_no_change_predicts_as_well():
    one = nearest([found("synaptic", 1.0, 1.0), found("combined", 1.0, 2.0)])[0]

    assert one.counts == {
        "synaptic": 1, "depolarizing": 0, "combined": 1, UNDECIDED: 0,
    }  # fmt: skip
    assert one.n_no_better == 1


def test_session_without_distances_is_undecided_and_not_compared():
    nothing = {
        **found("synaptic", 1.0, None), "distance": {}, "mechanism": UNDECIDED,
    }  # fmt: skip

    one = nearest([nothing])[0]

    assert (one.n, one.counts[UNDECIDED], one.n_no_better) == (1, 1, 0)


def test_nearest_mechanism_of_recordings_is_no_probability():
    counts = {"synaptic": 9, "depolarizing": 4, "combined": 2, UNDECIDED: 1}

    sentence = nearest_sentence([Nearest("mlp", 16, counts, 7)])

    assert (
        "MLP: synaptic 9, depolarizing 4, combined 2 and undecided 1 of 16" in sentence
    )
    assert "no change at all\u201d for 7 of 16 (MLP)" in sentence
    assert "is no probability" in sentence
    assert "explains" not in sentence


def test_recordings_without_truth_get_the_nearest_mechanism(make_results):
    assert "Sessions by nearest mechanism" in answer(make_results(source="s3"))


def test_no_scored_session_answers_nothing(make_results):
    results = make_results()
    sessions = results.sessions.assign(outcome="too few running epochs")

    refused = dataclasses.replace(results, sessions=sessions)

    assert answer(refused).startswith("No session was scored")
    assert "12" not in answer(refused)


def test_one_recording_is_not_many(make_results):
    assert "1 recording, made by" in basis(make_results(n_sessions=1))


def cell(verdict, training_set="synaptic", primary=True):
    return {
        "training_set": training_set,
        "primary": primary,
        "score": {"accuracy": 0.5},
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
            cell(Verdict.CONSISTENT, "baseline", primary=False),
        ]
    )

    assert "0 of 1 primary score " in sentence
    assert "of 1 other score, 1 did" in sentence
    assert "knows nothing of ACh, 1 of 1 did" in sentence


def test_nothing_scored_is_said():
    unscored = {**cell(Verdict.NOT_SCORED), "score": {"accuracy": None}}

    assert directions([unscored]) == "No direction could be scored."


def test_verdicts_add_up_to_all_scores():
    cells = [
        cell(one, name, primary=name == "synaptic")
        for one in Verdict
        for name in (*MECHANISMS, "baseline")
    ]

    rows = findings(cells)

    assert sum(row["primary"] for row in rows) == len(Verdict)
    assert sum(row["others"] for row in rows) == 2 * len(Verdict)
    assert sum(row["baseline"] for row in rows) == len(Verdict)
    assert [row["finding"] for row in rows] == [one.label for one in Verdict]

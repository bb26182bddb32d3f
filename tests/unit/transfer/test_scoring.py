import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.transfer.scoring import (
    as_json,
    corrected,
    score_cell,
    score_transfer,
)

UP, DOWN = 1.0, -1.0
sessions = st.lists(
    st.tuples(
        st.sampled_from([1.0, -1.0, 0.5, -0.2, 0.0, 1e-12, np.nan]),
        st.sampled_from([1.0, -1.0, 0.3, 0.0, np.nan]),
    ),
    max_size=30,
)


def cell(predicted, observed):
    one = score_cell("synaptic", "mlp", "fano", np.array(predicted), np.array(observed))
    return corrected([one])[0]


def test_twelve_of_sixteen():
    one = cell([UP, DOWN] * 8, [UP, DOWN] * 6 + [DOWN, UP] * 2)
    assert (one.n, one.matches, one.n_ties, one.accuracy) == (16, 12, 0, 0.75)
    assert one.best_constant == 0.5
    assert one.skill == 0.25
    assert one.n_signs == 2
    assert one.decided is not None
    np.testing.assert_allclose(one.decided.clopper_pearson, (0.476, 0.927), atol=5e-4)
    np.testing.assert_allclose(one.decided.wilson, (0.505, 0.898), atol=5e-4)
    assert one.decided.p == pytest.approx(0.077, abs=5e-4)


@given(
    st.lists(st.sampled_from([UP, DOWN, 0.0]), min_size=1), st.sampled_from([UP, DOWN])
)
def test_a_constant_prediction_has_one_sign_and_no_skill(observed, direction):
    one = cell([direction] * len(observed), observed)
    assert one.n_signs == 1
    assert one.skill is not None
    assert one.skill <= 0
    assert one.verdict.startswith(("Not distinguishable from a constant", "Not scored"))


@given(st.lists(st.sampled_from([UP, DOWN]), min_size=1))
def test_the_better_constant_has_a_skill_of_exactly_zero(observed):
    assert max(cell([d] * len(observed), observed).skill for d in (UP, DOWN)) == 0


def test_every_prediction_up_in_a_whole_table_has_no_skill(changes):
    """16 sessions x 11 statistics, all predicted +1."""
    rng = np.random.default_rng(0)
    table = changes(
        [
            (session, "combined", name, UP, float(rng.choice([UP, DOWN])))
            for session in range(16)
            for name in STATISTIC_NAMES
        ]
    )
    cells = score_transfer(table)
    assert [one.statistic for one in cells] == list(STATISTIC_NAMES)
    assert {one.n_signs for one in cells} == {1}
    assert max(one.skill for one in cells if one.skill is not None) <= 0
    assert all("constant guess" in one.verdict for one in cells)


@given(sessions)
def test_turning_all_predictions_round_mirrors_the_matches(pairs):
    predicted, observed = np.array(pairs, dtype=float).reshape(-1, 2).T
    one, other = cell(predicted, observed), cell(-predicted, observed)
    assert one.matches + other.matches == one.n
    assert (one.n, one.n_ties, one.n_signs) == (other.n, other.n_ties, other.n_signs)


@given(sessions, st.floats(1e-6, 1e6))
def test_only_the_direction_of_the_observed_change_counts(pairs, factor):
    predicted, observed = np.array(pairs, dtype=float).reshape(-1, 2).T
    assert cell(predicted, observed * factor) == cell(predicted, observed)


@pytest.mark.parametrize(
    ("predicted", "observed"), [(0.0, UP), (9e-10, UP), (-9e-10, DOWN), (UP, 0.0)]
)
def test_a_tie_counts_half_and_leaves_the_test(predicted, observed):
    one = cell([UP, UP, predicted], [UP, DOWN, observed])
    assert (one.n, one.matches, one.n_ties) == (3, 1.5, 1)
    assert one.decided is not None
    assert (one.decided.k, one.decided.n) == (1, 2)


def test_a_predicted_change_of_1e_9_is_a_direction():
    assert cell([1e-9], [UP]).matches == 1


def test_an_unchanged_session_helps_the_constant_as_much_as_the_model():
    one = cell([UP, UP], [UP, 0.0])
    assert one.accuracy == one.best_constant == 0.75


def test_missing_sessions_are_not_counted():
    one = cell([UP, np.nan, UP], [UP, UP, np.nan])
    assert (one.n, one.matches) == (1, 1)


def test_no_session_at_all_is_null_everywhere():
    one = cell([np.nan], [UP])
    assert (one.n, one.accuracy, one.skill, one.decided, one.p_holm) == (0, *[None] * 4)
    assert one.verdict.startswith("Not scored")
    assert json.loads(json.dumps(as_json([one]), allow_nan=False))[0]["skill"] is None


def test_nothing_but_ties_is_not_scored():
    one = cell([0.0, 0.0], [UP, DOWN])
    assert (one.accuracy, one.decided, one.p_holm, one.n_signs) == (0.5, None, None, 0)
    assert one.verdict == "Not scored: none of 2 sessions has a direction to compare."


def test_correction_counts_every_cell_with_a_p_value():
    right = [UP, DOWN] * 8
    alone = cell(right, right)
    good = score_cell("synaptic", "mlp", "fano", np.array(right), np.array(right))
    blank = score_cell("synaptic", "mlp", "lv", np.array([np.nan]), np.array([UP]))
    together = corrected([good, good, blank, good])
    assert alone.p_holm is not None
    assert [one.p_holm for one in together] == [
        pytest.approx(3 * alone.p_holm),
        pytest.approx(3 * alone.p_holm),
        None,
        pytest.approx(3 * alone.p_holm),
    ]
    assert "over 3 tests" in together[0].verdict


def test_models_and_statistics_are_scored_apart(changes):
    rows = [
        (session, training_set, name, UP if training_set == "synaptic" else DOWN, UP)
        for session in range(4)
        for training_set in ("synaptic", "depolarizing")
        for name in ("lv", "mean_rate")
    ]
    cells = score_transfer(changes(rows))
    found = {(one.training_set, one.statistic): one.matches for one in cells}
    assert found == {
        ("depolarizing", "mean_rate"): 0,
        ("depolarizing", "lv"): 0,
        ("synaptic", "mean_rate"): 4,
        ("synaptic", "lv"): 4,
    }

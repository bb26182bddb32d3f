import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import balanced_accuracy_score, matthews_corrcoef

from minicolumn.scoring.directions import score_directions
from minicolumn.scoring.resampling import Resampling

UP, DOWN = 1.0, -1.0
FEW = Resampling(seed=1, n_resamples=200)
sessions = st.lists(
    st.tuples(
        st.sampled_from([1.0, -1.0, 0.5, -0.2, 0.0, 1e-12, np.nan]),
        st.sampled_from([1.0, -1.0, 0.3, 0.0, np.nan]),
    ),
    max_size=30,
)
decided = st.lists(
    st.tuples(st.sampled_from([UP, DOWN]), st.sampled_from([UP, DOWN])), min_size=1
)


def score(predicted, observed):
    return score_directions(np.array(predicted), np.array(observed), FEW)


def test_twelve_of_sixteen():
    one = score([UP, DOWN] * 8, [UP, DOWN] * 6 + [DOWN, UP] * 2)
    assert (one.n, one.matches, one.n_ties, one.accuracy) == (16, 12, 0, 0.75)
    assert one.share_up == one.best_constant == 0.5
    assert one.skill == 0.25
    assert one.n_signs == 2
    assert one.evidence is not None
    np.testing.assert_allclose(one.evidence.clopper_pearson, (0.476, 0.927), atol=5e-4)
    np.testing.assert_allclose(one.evidence.wilson, (0.505, 0.898), atol=5e-4)
    assert one.evidence.p == pytest.approx(0.077, abs=5e-4)


@given(decided)
def test_balanced_accuracy_and_mcc_are_those_of_sklearn(pairs):
    predicted, observed = np.array(pairs).T
    one = score(predicted, observed)
    if len(set(observed)) == 2:
        assert one.balanced_accuracy == pytest.approx(
            balanced_accuracy_score(observed, predicted)
        )
    else:
        assert one.balanced_accuracy is None
    if len(set(observed)) == len(set(predicted)) == 2:
        assert one.mcc == pytest.approx(matthews_corrcoef(observed, predicted))
    else:
        assert one.mcc is None


@given(
    st.lists(st.sampled_from([UP, DOWN, 0.0]), min_size=2), st.sampled_from([UP, DOWN])
)
def test_a_constant_prediction_has_one_sign_and_no_skill(observed, direction):
    one = score([direction] * len(observed), observed)
    assert one.n_signs == 1
    assert one.skill <= 0
    assert one.skill_interval[1] <= 0
    assert one.mcc is None


@given(st.lists(st.sampled_from([UP, DOWN]), min_size=1))
def test_the_better_constant_has_a_skill_of_exactly_zero(observed):
    assert max(score([d] * len(observed), observed).skill for d in (UP, DOWN)) == 0


@given(sessions)
def test_turning_all_predictions_round_mirrors_the_matches(pairs):
    predicted, observed = np.array(pairs, dtype=float).reshape(-1, 2).T
    one, other = score(predicted, observed), score(-predicted, observed)
    assert one.matches + other.matches == one.n
    assert (one.n, one.n_ties, one.n_signs) == (other.n, other.n_ties, other.n_signs)
    assert one.best_constant == other.best_constant


@given(sessions, st.floats(1e-6, 1e6))
def test_only_the_direction_of_the_observed_change_counts(pairs, factor):
    predicted, observed = np.array(pairs, dtype=float).reshape(-1, 2).T
    assert score(predicted, observed * factor) == score(predicted, observed)


@pytest.mark.parametrize(
    ("predicted", "observed"), [(0.0, UP), (9e-10, UP), (-9e-10, DOWN), (UP, 0.0)]
)
def test_a_tie_counts_half_and_leaves_the_test(predicted, observed):
    one = score([UP, UP, predicted], [UP, DOWN, observed])
    assert (one.n, one.matches, one.n_ties) == (3, 1.5, 1)
    assert (one.evidence.k, one.evidence.n) == (1, 2)


def test_a_predicted_change_of_1e_9_is_a_direction():
    assert score([1e-9], [UP]).matches == 1


def test_an_unchanged_session_helps_the_constant_as_much_as_the_model():
    one = score([UP, UP], [UP, 0.0])
    assert one.accuracy == one.best_constant == 0.75


def test_missing_sessions_are_not_counted():
    one = score([UP, np.nan, UP], [UP, UP, np.nan])
    assert (one.n, one.matches) == (1, 1)


def test_no_session_at_all_is_undefined_and_never_zero():
    one = score([np.nan], [UP])
    assert (one.n, one.n_signs) == (0, 0)
    undefined = (
        one.accuracy, one.evidence, one.share_up, one.best_constant, one.skill,
        one.skill_interval, one.balanced_accuracy, one.mcc,
    )  # fmt: skip
    assert undefined == (None,) * 8


def test_a_cohort_of_one_has_a_count_but_no_interval_of_skill():
    one = score([UP], [UP])
    assert (one.n, one.matches, one.skill_interval) == (1, 1.0, None)


def test_the_skill_interval_widens_as_sessions_get_fewer():
    def width(n):
        low, high = score(
            [UP, DOWN] * n, ([UP, DOWN] * 3 + [DOWN, UP]) * (n // 4)
        ).skill_interval
        return high - low  # fmt: skip

    assert width(4) > width(16) > width(64)
    assert width(64) < 0.35

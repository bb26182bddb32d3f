import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sklearn import metrics

from minicolumn.files.documents import as_json
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.scores import deviations, score, score_statistic

CIRCUIT = np.repeat(np.arange(5), 4)
LEVEL = np.tile([0.0, 0.2, 0.5, 1.0], 5)


def test_agrees_with_scikit_learn_and_scipy():
    rng = np.random.default_rng(0)
    target = rng.normal(size=20)
    predicted = target + rng.normal(size=20).round(1)
    one = score_statistic(predicted, target, CIRCUIT, LEVEL)
    assert one.n_rows == 20
    assert one.r2 == pytest.approx(metrics.r2_score(target, predicted))
    assert one.mae == pytest.approx(metrics.mean_absolute_error(target, predicted))
    assert one.spearman == pytest.approx(stats.spearmanr(predicted, target).statistic)


@given(arrays(float, 20, elements=st.floats(-1e6, 1e6)))
def test_predicting_the_truth_is_perfect(target):
    one = score_statistic(target, target, CIRCUIT, LEVEL)
    assert one.mae == 0
    assert one.r2 in (1, None)
    assert one.r2_within in (1, None)
    assert one.spearman is None or one.spearman == pytest.approx(1)


def test_a_score_at_a_level_is_that_of_its_rows_alone():
    rng = np.random.default_rng(1)
    target = rng.normal(size=20)
    predicted = target + rng.normal(size=20)
    target[LEVEL == 0.2] = np.nan
    by_level = score_statistic(predicted, target, CIRCUIT, LEVEL).by_level
    assert [one.level for one in by_level] == [0.0, 0.2, 0.5, 1.0]
    assert (by_level[1].n_rows, by_level[1].r2) == (0, None)
    last = LEVEL == 1.0
    assert by_level[3].r2 == pytest.approx(
        metrics.r2_score(target[last], predicted[last])
    )
    assert by_level[3].spearman == pytest.approx(
        stats.spearmanr(predicted[last], target[last]).statistic
    )


def test_deviations_pass_over_what_is_missing():
    values = np.array([[1.0, np.nan], [3.0, 5.0], [10.0, 7.0]])
    np.testing.assert_array_equal(
        deviations(values, np.array([4, 4, 9])), [[-1, np.nan], [1, 0], [0, 0]]
    )


def test_the_mean_explains_nothing():
    target = np.arange(20.0)
    one = score_statistic(np.full(20, target.mean()), target, CIRCUIT, LEVEL)
    assert one.r2 == pytest.approx(0)
    assert one.spearman is None


def test_circuit_means_explain_nothing_within_circuits():
    target = CIRCUIT * 100.0 + np.tile([0.0, 1.0, 2.0, 3.0], 5)
    means = CIRCUIT * 100.0 + 1.5
    one = score_statistic(means, target, CIRCUIT, LEVEL)
    assert one.r2 is not None
    assert one.r2 > 0.99
    assert one.r2_within == pytest.approx(0)
    offset = score_statistic(target + CIRCUIT**2, target, CIRCUIT, LEVEL)
    assert offset.r2_within == pytest.approx(1)


def test_rows_missing_on_either_side_are_passed_over():
    target, predicted = np.arange(20.0), np.arange(20.0)
    target[0], predicted[1] = np.nan, np.nan
    one = score_statistic(predicted, target, CIRCUIT, LEVEL)
    assert (one.n_rows, one.r2) == (18, 1)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9])
def test_a_constant_target_has_no_r2(constant):
    predicted = np.arange(20.0)
    one = score_statistic(predicted, np.full(20, constant), CIRCUIT, LEVEL)
    assert (one.r2, one.spearman, one.r2_within) == (None, None, None)
    assert one.mae is not None


def test_undefined_scores_are_null_in_json(toy):
    nothing = np.full_like(toy.test.targets, np.nan)
    assert {name: as_json(s) for name, s in score(nothing, toy.test).items()} == {
        name: {
            "n_rows": 0,
            "r2": None,
            "mae": None,
            "spearman": None,
            "r2_within": None,
            "by_level": [
                {"n_rows": 0, "r2": None, "mae": None, "spearman": None, "level": level}
                for level in np.unique(toy.test.inputs[:, -1])
            ],
        }
        for name in STATISTIC_NAMES
    }

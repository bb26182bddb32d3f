import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from minicolumn.scoring.magnitude import magnitude, slope, spearman, weighted
from minicolumn.scoring.resampling import Resampling

FEW = Resampling(seed=1, n_resamples=1000, n_permutations=1000)
columns = arrays(float, (2, 12), elements=st.integers(-4, 4).map(float))


@given(columns)
def test_spearman_is_scipys_with_ties(pair):
    x, y = pair
    with np.errstate(invalid="ignore", divide="ignore"):
        ours = spearman(x, y)
    if len(set(x)) > 1 and len(set(y)) > 1:
        assert ours == pytest.approx(stats.spearmanr(x, y).statistic)
    else:
        assert np.isnan(ours)


@given(columns)
def test_slope_is_scipys(pair):
    x, y = pair
    with np.errstate(invalid="ignore", divide="ignore"):
        ours = slope(x, y)
    if len(set(x)) > 1:
        assert ours == pytest.approx(stats.linregress(x, y).slope)
    else:
        assert np.isnan(ours)


def test_a_constant_prediction_has_no_slope_whatever_its_rounding():
    constant = 0.1 + np.zeros(3)
    constant[1] += 1e-17
    with np.errstate(invalid="ignore", divide="ignore"):
        assert np.isnan(slope(constant, np.arange(3.0)))


def test_large_changes_weigh_more():
    assert weighted(np.array([1.0, 1.0]), np.array([9.0, -1.0])) == pytest.approx(0.9)
    assert weighted(np.array([0.0, 1.0]), np.array([1.0, 1.0])) == pytest.approx(0.75)


@given(columns)
def test_turning_predictions_round_mirrors_the_weighted_score(pair):
    predicted, observed = pair
    if np.abs(observed).sum():
        both = weighted(predicted, observed) + weighted(-predicted, observed)
        assert both == pytest.approx(1.0)


def test_right_sizes_have_slope_one_and_full_rank_correlation():
    rng = np.random.default_rng(0)
    change = rng.normal(size=16)
    found = magnitude(change, change + 0.01 * rng.normal(size=16), FEW)
    assert found.slope.value == pytest.approx(1.0, abs=0.02)
    low, high = found.slope.interval
    assert low < 1.0 < high
    assert found.spearman.value > 0.95
    assert found.spearman.p == pytest.approx(1 / 1001)
    assert found.weighted.value > 0.95


def test_one_session_that_carries_the_slope_is_shown_by_leaving_it_out():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 16))
    x[0] = y[0] = 30.0
    low, high = magnitude(x, y, FEW).slope.without_one
    assert low < 0.5 < 0.9 < high


def test_missing_sessions_are_left_out():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 16))
    padded = [np.concatenate([v, [np.nan, 1.0]]) for v in (x, y)]
    padded[1][-1], padded[0][-2] = np.nan, 5.0
    padded[1][-2] = np.nan
    assert magnitude(*padded, FEW) == magnitude(x, y, FEW)


@pytest.mark.parametrize(
    ("predicted", "observed"),
    [([], []), ([1.0], [1.0]), ([1.0] * 9, np.arange(9.0)), ([np.nan], [1.0])],
)
def test_what_is_undefined_is_none_and_never_zero(predicted, observed):
    found = magnitude(np.array(predicted), np.array(observed), FEW)
    assert found.slope.value is None
    assert found.spearman.value is None
    assert found.spearman.p is None

import numpy as np
import pytest
from scipy import stats

from minicolumn.arrays import mean_of_defined
from minicolumn.prediction.push_forward import median_change, push_forward
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
RNG = np.random.default_rng


def spread(values):
    return np.repeat(np.asarray(values, dtype=float)[:, None], N, axis=1)


def test_normal_changes_give_a_normal_prediction():
    changes = spread(RNG(0).normal(0.5, 1.0, 40_000))
    found = push_forward(changes, median_change, None, RNG(1))
    expected = stats.norm(0.5, 1.0)
    np.testing.assert_allclose(found.p_up, expected.sf(0.0), atol=0.01)
    np.testing.assert_allclose(found.predicted, 0.5, atol=0.02)
    np.testing.assert_allclose(found.low, expected.ppf(0.05), atol=0.03)
    np.testing.assert_allclose(found.high, expected.ppf(0.95), atol=0.03)


def test_residuals_widen_the_change():
    """Two independent normals add their variances."""
    changes = spread(RNG(0).normal(0.5, 1.0, 40_000))
    residuals = RNG(1).normal(0.0, 1.0, (40_000, N))
    found = push_forward(changes, median_change, residuals, RNG(2))
    expected = stats.norm(0.5, np.sqrt(2.0))
    np.testing.assert_allclose(found.p_up, expected.sf(0.0), atol=0.01)
    np.testing.assert_allclose(found.high, expected.ppf(0.95), atol=0.05)


def test_residuals_move_no_direction():
    """Not even if they had a center of their own."""
    changes = spread(RNG(0).normal(0.5, 1.0, 400))
    alone = push_forward(changes, median_change, None, RNG(2))
    found = push_forward(changes, median_change, np.full((9, N), -100.0), RNG(2))
    np.testing.assert_array_equal(found.predicted, alone.predicted)


def test_no_change_is_no_direction():
    found = push_forward(np.zeros((100, N)), median_change, None, RNG(0))
    np.testing.assert_array_equal(found.p_up, 0.5)
    np.testing.assert_array_equal(found.predicted, 0.0)


@pytest.mark.parametrize("center", [mean_of_defined, median_change])
def test_what_no_circuit_defines_has_no_distribution(center):
    draws = np.ones((10, N))
    draws[:, 3] = np.nan
    found = push_forward(draws, center, None, RNG(0))
    for values in (found.p_up, found.predicted, found.low, found.high):
        assert np.isnan(values[3])
        np.testing.assert_array_equal(np.delete(values, 3), 1.0)


@pytest.mark.parametrize("center", [mean_of_defined, median_change])
def test_circuits_that_do_not_define_a_change_are_never_counted_as_zero(center):
    draws = np.full((9, N), 5.0)
    draws[:4, 2] = np.nan
    found = push_forward(draws, center, None, RNG(0))
    for values in (found.predicted, found.low, found.high):
        np.testing.assert_array_equal(values, 5.0)
    np.testing.assert_array_equal(found.p_up, 1.0)


def test_without_circuits_nothing_is_predicted():
    found = push_forward(np.empty((0, N)), mean_of_defined, None, RNG(0))
    assert np.isnan([found.predicted, found.p_up, found.low, found.high]).all()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_p_up_is_a_probability_of_direction(share):
    draws = spread(np.where(np.arange(1000) < 1000 * share, 1.0, -1.0))
    found = push_forward(draws, mean_of_defined, None, RNG(0))
    np.testing.assert_allclose(found.p_up, share)

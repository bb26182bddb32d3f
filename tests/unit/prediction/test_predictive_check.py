import numpy as np
import pytest
from scipy import stats

from minicolumn.prediction.predictive_check import PredictiveCheck
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)


def checked(predicted, observed, se=0.0, seed=0):
    return PredictiveCheck.of(
        predicted, observed, np.full(N, se), np.random.default_rng(seed)
    )


@pytest.fixture(scope="module")
def reference_set():
    """Changes with a spread of 2, those of the first two statistics correlated."""
    z = np.random.default_rng(1).standard_normal((20_000, N))
    z[:, 1] = 0.95 * z[:, 0] + np.sqrt(1 - 0.95**2) * z[:, 1]
    return 2.0 * z


def test_p_is_that_of_a_normal_whose_variances_add(reference_set):
    observed = np.linspace(-5, 5, N)
    found = checked(reference_set, observed, se=1.5)
    expected = 2 * stats.norm(0, np.hypot(2.0, 1.5)).sf(np.abs(observed))
    np.testing.assert_allclose(found.p, expected, atol=0.02)


def test_p_whole_is_that_of_chi_square(reference_set):
    observed = np.full(N, 2.0)
    covariance = 4.0 * np.eye(N)
    covariance[0, 1] = covariance[1, 0] = 4.0 * 0.95
    distance = observed @ np.linalg.inv(covariance) @ observed
    found = checked(reference_set, observed)
    assert found.p_whole == pytest.approx(stats.chi2(N).sf(distance), abs=0.03)
    assert found.n_statistics == N


def test_the_whole_sees_what_no_statistic_shows_alone(reference_set):
    """Two statistics that always move together, observed apart."""
    observed = np.zeros(N)
    observed[:2] = 2.5, -2.5
    found = checked(reference_set, observed)
    assert found.p.min() > 0.15
    assert found.p_whole is not None
    assert found.p_whole < 0.001


def test_p_of_changes_from_the_prediction_itself_is_uniform(reference_set):
    rng = np.random.default_rng(3)
    own = reference_set[:300] + 1.0 * rng.standard_normal((300, N))
    found = [
        checked(reference_set[300:2300], row, se=1.0, seed=i)
        for i, row in enumerate(own)
    ]
    whole = [one.p_whole for one in found]
    assert stats.kstest(whole, "uniform").pvalue > 0.01
    single = np.array([one.p[4] for one in found])
    assert stats.kstest(single, "uniform").pvalue > 0.01


def test_what_is_undefined_is_not_compared(reference_set):
    predicted, observed = reference_set[:500].copy(), np.zeros(N)
    predicted[:, 2] = np.nan
    observed[5] = np.nan
    found = checked(predicted, observed)
    assert np.isnan(found.p[[2, 5]]).all()
    assert np.isfinite(np.delete(found.p, [2, 5])).all()
    assert found.n_statistics == N - 2


def test_with_nothing_to_compare_there_is_no_p(reference_set):
    found = checked(reference_set[:100], np.full(N, np.nan))
    assert found.p_whole is None
    assert np.isnan(found.p).all()


def test_an_emulator_without_any_spread_is_no_obstacle():
    found = checked(np.zeros((100, N)), np.ones(N))
    np.testing.assert_allclose(found.p, 2 / 101)

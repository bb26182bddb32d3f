import numpy as np
import pytest
from scipy import stats

from minicolumn.inference.domain import Domain


@pytest.fixture(scope="module")
def clouds():
    """Two classes in five dimensions, one of them stretched, and fresh mice of both."""
    rng = np.random.default_rng(0)
    stretch = np.diag([1.0, 1.0, 5.0, 1.0, 0.1])

    def draw(n):
        return np.concatenate(
            [rng.normal(size=(n, 5)), 4 + rng.normal(size=(n, 5)) @ stretch]
        )

    classes = np.repeat([0, 1], 800)
    fold = np.arange(1600) % 5
    return Domain.of(draw(800), classes, fold), draw(800)


def test_fresh_mice_of_a_class_have_uniform_p_values(clouds):
    domain, fresh = clouds
    p = domain.p_values(fresh)
    # Both the ranked and the ranking mice are samples.
    limit = 1.63 * np.sqrt(2 / 800)
    assert stats.kstest(p[:800, 0], "uniform").statistic < limit
    assert stats.kstest(p[800:, 1], "uniform").statistic < limit


def test_more_features_than_mice_raise_no_alarm():
    """Axes that fit every mouse exactly must not make all others strangers."""
    rng = np.random.default_rng(1)
    classes, fold = np.zeros(40, dtype=int), np.arange(40) % 5
    domain = Domain.of(rng.normal(size=(40, 60)), classes, fold)
    p = domain.p_values(rng.normal(size=(400, 60)))
    assert (p < 0.1).mean() < 0.2


def test_mice_of_another_class_are_unlike(clouds):
    domain, fresh = clouds
    p = domain.p_values(fresh)
    assert np.median(p[:800, 1]) < 0.01
    assert np.median(p[800:, 0]) < 0.01


def test_p_values_are_never_zero_and_fall_with_distance(clouds):
    domain, _ = clouds
    far = np.outer([0.0, 3.0, 5.0, 1e6], np.ones(5))
    p = domain.p_values(far)[:, 0]
    assert (np.diff(p) <= 0).all()
    assert p[-1] == pytest.approx(1 / 801)


def test_a_missing_feature_is_no_reason_to_be_unlike(clouds):
    domain, _ = clouds
    p = domain.p_values(np.array([[np.nan, 0.0, 0.0, 0.0, 0.0]]))
    assert p[0, 0] > 0.5

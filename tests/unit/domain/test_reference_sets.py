import numpy as np
import pytest
from scipy import stats

from minicolumn.domain.reference_sets import Domain, by_class
from minicolumn.inference.mechanism.answers import fisher


@pytest.fixture(scope="module")
def reference_sets():
    """Two classes alike at rest (three columns), whose changes differ, and fresh mice.

    The changes of one are stretched.
    """
    rng = np.random.default_rng(0)
    stretch = np.diag([1.0, 5.0, 0.1])

    def draw(n):
        rest, change = rng.normal(size=(2, 2 * n, 3))
        change[n:] = 4 + change[n:] @ stretch
        return np.column_stack([rest, change])

    classes = np.repeat([0, 1], 800)
    fold = np.arange(1600) % 5
    return Domain.of(draw(800), classes, fold), draw(800)


def test_fresh_mice_of_a_class_have_uniform_p_values(reference_sets):
    domain, fresh = reference_sets
    p = domain.p_values(fresh)
    # Both the ranked and the ranking mice are samples.
    limit = 1.63 * np.sqrt(2 / 800)
    assert stats.kstest(p[:, 0], "uniform").statistic < limit
    assert stats.kstest(p[:800, 1], "uniform").statistic < limit
    assert stats.kstest(p[800:, 2], "uniform").statistic < limit


def test_more_features_than_mice_raise_no_alarm():
    """Axes that fit every mouse exactly must not make all others strangers."""
    rng = np.random.default_rng(1)
    classes, fold = np.zeros(40, dtype=int), np.arange(40) % 5
    domain = Domain.of(rng.normal(size=(40, 60)), classes, fold)
    p = by_class(domain.p_values(rng.normal(size=(400, 60))))
    assert (p < 0.1).mean() < 0.2


def test_mice_of_another_class_are_unlike(reference_sets):
    domain, fresh = reference_sets
    p = by_class(domain.p_values(fresh))
    assert np.median(p[:800, 1]) < 0.02
    assert np.median(p[800:, 0]) < 0.02


def test_mice_raise_a_false_alarm_no_more_often_than_its_level(reference_sets):
    domain, fresh = reference_sets
    p = domain.p_values(fresh)
    rng = np.random.default_rng(2)
    cohorts = rng.integers(800, size=(2000, 16))
    for level in (0.01, 0.05, 0.2):
        assert (by_class(p)[:800, 0] < level).mean() < level + 0.02
        assert (by_class(fisher(p[cohorts]))[:, 0] < level).mean() < level + 0.03


def test_a_stranger_at_rest_is_unlike_every_class_whatever_its_change(reference_sets):
    domain, fresh = reference_sets
    stranger = fresh[800:].copy()
    stranger[:, :3] += 8.0
    assert by_class(domain.p_values(stranger)).max() < 0.01


def test_p_values_are_never_zero_and_fall_with_distance(reference_sets):
    domain, _ = reference_sets
    far = np.outer([0.0, 3.0, 5.0, 1e6], np.ones(6))
    rest, first, _ = domain.p_values(far).T
    for p, n in ((rest, 1600), (first, 800)):
        assert (np.diff(p) <= 0).all()
        assert p[-1] == pytest.approx(1 / (n + 1))


def test_a_missing_feature_is_no_reason_to_be_unlike(reference_sets):
    domain, _ = reference_sets
    p = domain.p_values(np.array([[np.nan, 0.0, 0.0, 0.0, np.nan, 0.0]]))
    assert p[0, :2].min() > 0.5


def test_a_stranger_between_crowds_is_unlike():
    """Though nearer to mice than sparse mice are to each other."""
    rng = np.random.default_rng(3)
    ball = rng.normal(size=(600, 3))
    shell = ball / np.linalg.norm(ball, axis=1, keepdims=True)
    sparse = rng.normal([10.0, 0.0, 0.0], 4.0, size=(600, 3))
    rest = np.concatenate([shell, sparse])
    mice = np.column_stack([rest, rng.normal(size=(1200, 3))])
    domain = Domain.of(mice, np.zeros(1200, dtype=int), np.arange(1200) % 5)
    places = np.zeros((2, 6))
    places[1, 0] = 10.0
    between, among_sparse = domain.p_values(places)[:, 0]
    assert between < 0.02
    assert among_sparse > 0.2

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from minicolumn.domain.typicality import (
    AtLength,
    Domain,
    by_class,
    fisher,
    is_inside,
    left_out,
    places,
    typicality_of,
)
from minicolumn.files.tables import TYPICALITIES
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES, DESCRIBED_NAMES


@pytest.fixture(scope="module")
def learned():
    """The domain of two classes alike at rest, whose changes differ, and fresh mice.

    Rest and change have three columns each; the changes of one class are stretched.
    """
    rng = np.random.default_rng(0)
    stretch = np.diag([1.0, 5.0, 0.1])

    def draw(n):
        rest, change = rng.normal(size=(2, 2 * n, 3))
        change[n:] = 4 + change[n:] @ stretch
        return np.column_stack([rest, change])

    return AtLength.of(draw(800), np.repeat([0, 1], 800)), draw(800)


def test_fresh_mice_of_a_class_have_uniform_p_values(learned):
    domain, fresh = learned
    p = domain.p_values(fresh)
    # Both the ranked and the ranking mice are samples.
    limit = 1.63 * np.sqrt(2 / 800)
    assert stats.kstest(p[:, 0], "uniform").statistic < limit
    assert stats.kstest(p[:800, 1], "uniform").statistic < limit
    assert stats.kstest(p[800:, 2], "uniform").statistic < limit


def test_more_features_than_mice_raise_no_alarm():
    """Axes that fit every mouse exactly must not make all others outliers."""
    rng = np.random.default_rng(1)
    domain = AtLength.of(rng.normal(size=(40, 60)), np.zeros(40, dtype=int))
    p = by_class(domain.p_values(rng.normal(size=(400, 60))))
    assert (p < 0.1).mean() < 0.2


def test_mice_of_another_class_are_unlike(learned):
    domain, fresh = learned
    p = by_class(domain.p_values(fresh))
    assert np.median(p[:800, 1]) < 0.02
    assert np.median(p[800:, 0]) < 0.02


def test_mice_raise_a_false_alarm_no_more_often_than_its_level(learned):
    domain, fresh = learned
    p = domain.p_values(fresh)
    rng = np.random.default_rng(2)
    cohorts = rng.integers(800, size=(2000, 16))
    for level in (0.01, 0.05, 0.2):
        assert (by_class(p)[:800, 0] < level).mean() < level + 0.02
        assert (by_class(fisher(p[cohorts]))[:, 0] < level).mean() < level + 0.03
        outside = [one is False for one in is_inside(p, level)]
        assert np.mean(outside) < level + 0.02


def test_an_unusual_rest_is_unlike_every_class_whatever_the_change(learned):
    domain, fresh = learned
    unusual = fresh[800:].copy()
    unusual[:, :3] += 8.0
    p = domain.p_values(unusual)
    assert by_class(p).max() < 0.01
    assert set(is_inside(p, 0.01)) == {False}


def test_p_values_are_never_zero_and_fall_with_distance(learned):
    domain, _ = learned
    far = np.outer([0.0, 3.0, 5.0, 1e6], np.ones(6))
    rest, first, _ = domain.p_values(far).T
    for p, n in ((rest, 1600), (first, 800)):
        assert (np.diff(p) <= 0).all()
        assert p[-1] == pytest.approx(1 / (n + 1))


def test_a_session_may_lack_what_some_mice_lack_and_nothing_else():
    rng = np.random.default_rng(4)
    mice = rng.normal(size=(400, 6))
    mice[::10, [0, 4]] = np.nan
    domain = AtLength.of(mice, np.zeros(400, dtype=int))
    some_lack, none_lacks = np.zeros((2, 1, 6))
    some_lack[0, [0, 4]] = none_lacks[0, 1] = np.nan
    assert domain.p_values(some_lack).min() > 0.5
    assert np.isnan(domain.p_values(none_lacks)).all()
    assert is_inside(domain.p_values(none_lacks), 0.01) == [None]


def test_a_place_between_crowds_is_unlike_them():
    """Though nearer to mice than sparse mice are to each other."""
    rng = np.random.default_rng(3)
    ball = rng.normal(size=(600, 3))
    shell = ball / np.linalg.norm(ball, axis=1, keepdims=True)
    sparse = rng.normal([10.0, 0.0, 0.0], 4.0, size=(600, 3))
    rest = np.concatenate([shell, sparse])
    mice = np.column_stack([rest, rng.normal(size=(1200, 3))])
    domain = AtLength.of(mice, np.zeros(1200, dtype=int))
    two = np.zeros((2, 6))
    two[1, 0] = 10.0
    between, among_sparse = domain.p_values(two)[:, 0]
    assert between < 0.02
    assert among_sparse > 0.2


def test_places_are_means_at_rest_and_changes_of_what_is_described():
    n, described = len(ALL_NAMES), len(DESCRIBED_NAMES)
    rest = np.arange(n, dtype=float)
    sessions = [Session(1, np.tile(rest, (2, 1)), np.tile(rest + 0.5, (3, 1)))]
    found = places(feature_table(sessions))
    np.testing.assert_allclose(found[0, :described], rest[:described])
    np.testing.assert_allclose(found[0, described:], 0.5)
    assert places(feature_table([])).shape == (0, 2 * described)


def test_fishers_method_is_scipys():
    p = np.random.default_rng(0).random((5, 3))
    expected = [stats.combine_pvalues(column).pvalue for column in p.T]
    np.testing.assert_allclose(fisher(p), expected)


N = len(ALL_NAMES)
MIXING = np.random.default_rng(5).normal(size=(N, N)) / np.sqrt(N)


def mice(seed, n, n_epochs):
    """Mice whose epochs differ from each other as much as mice do."""
    rng = np.random.default_rng(seed)
    center, epochs = rng.normal(size=(n, 1, 1, N)), (n, 2, n_epochs, N)
    both = (center + rng.normal(size=epochs)) @ MIXING
    return [Session(i, *one) for i, one in enumerate(both)]


@pytest.fixture(scope="module")
def of_eight():
    """The domain of mice of eight epochs, all of one class."""
    return Domain(mice(0, 400, 8), np.zeros(400, dtype=int))


@pytest.mark.parametrize("n_epochs", [3, 8, 32])
def test_mice_are_typical_whatever_their_number_of_epochs(of_eight, n_epochs):
    """Few epochs must not look unusual for their noise, and many not too central."""
    p = of_eight.p_values(mice(1, 400, n_epochs))
    limit = 1.63 * np.sqrt(2 / 400)
    assert stats.kstest(p[:, 0], "uniform").statistic < limit
    assert stats.kstest(p[:, 1], "uniform").statistic < limit
    outside = [one is False for one in is_inside(p, 0.05)]
    assert np.sum(outside) <= stats.binom.ppf(0.99, 400, 0.05)


def test_mice_of_other_lengths_would_look_out_of_place_or_too_central(of_eight):
    learned = AtLength.of(places(feature_table(of_eight.mice)), of_eight.classes)
    few, many = (
        is_inside(learned.p_values(places(feature_table(mice(1, 400, n)))), 0.05)
        for n in (3, 32)
    )
    assert np.mean(np.equal(few, False)) == pytest.approx(0.55, abs=0.02)
    assert np.mean(np.equal(many, False)) == pytest.approx(0.005, abs=0.005)


def test_sessions_of_all_lengths_are_judged_in_their_order(of_eight):
    some = [mice(seed, 1, n)[0] for seed, n in enumerate((3, 32, 8, 1, 3))]
    p = of_eight.p_values(some)
    for place in range(5):
        np.testing.assert_array_equal(p[place], of_eight.p_values([some[place]])[0])
    assert of_eight.p_values([]).shape == (0, 2)


def test_a_session_without_an_epoch_of_a_state_is_not_judged(of_eight):
    (one,) = mice(0, 1, 4)
    never_ran = Session(1, one.stationary, one.running[:0])
    p = of_eight.p_values([never_ran, one])
    assert np.isnan(p).any(axis=1).tolist() == [True, False]
    assert is_inside(p, 0.01)[0] is None


def cohorts(n_cohorts, n, power=1):
    """Sessions of one cohort a row: alike in all classes, less typical by the power."""
    p = np.random.default_rng(n).random((n_cohorts, n, 5)) ** power
    p[..., 2:] = p[..., [1]]
    return p


def outside(p, false_alarm=0.01, leave_out=True):
    kept = ~left_out(p, false_alarm)[..., None] if leave_out else True
    return by_class(fisher(p, kept)).max(axis=-1) < false_alarm


def test_one_session_outside_is_no_veto_against_fifteen_inside():
    p = np.full((1, 16, 5), 0.25)
    p[0, 3] = 1 / 6001  # as far out as a reference set of 6,000 mice can tell
    assert left_out(p, 0.01)[0].nonzero()[0].tolist() == [3]
    assert outside(p, leave_out=False).all()
    assert not outside(p).any()


def test_nobody_is_left_out_of_a_cohort_that_is_outside_as_a_whole():
    p = np.full((1, 16, 5), 0.25)
    p[0, :4] = 1 / 6001
    assert not left_out(p, 0.01).any()
    assert outside(p).all()
    assert not left_out(p[:, :1], 0.01).any()  # of one session, none would be left


@pytest.mark.parametrize("n", [1, 4, 16])
def test_leaving_out_raises_no_false_alarm(n):
    null = cohorts(20_000, n)
    assert outside(null).mean() <= 0.01
    # The price: unusual cohorts of few sessions are found out less often.
    unusual = cohorts(5000, n, power=3)
    assert outside(unusual).mean() >= 0.5 * outside(unusual, leave_out=False).mean()


def test_typicality_of_sessions_comes_in_their_order():
    rows = [
        {"session_id": one, **dict.fromkeys(TYPICALITIES, None if one == 2 else one)}
        for one in (1, 2, 3)
    ]
    found = typicality_of(pa.Table.from_pylist(rows), [3, 1, 2])
    assert found.shape == (3, len(TYPICALITIES))
    np.testing.assert_array_equal(found[:, 0], [3, 1, np.nan])
    assert typicality_of(pa.Table.from_pylist(rows), []).shape == (0, 5)

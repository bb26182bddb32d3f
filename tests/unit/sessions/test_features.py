import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from minicolumn.sessions.features import N_MEANS, features, with_fewer_epochs
from minicolumn.sessions.session import Session, sessions_of
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.statistics.scales import scaled

S = len(ALL_NAMES)


@pytest.fixture
def mouse():
    rng = np.random.default_rng(0)
    return Session(3, rng.normal(size=(5, S)), rng.normal(1.0, 2.0, size=(7, S)))


def test_features_are_means_changes_and_their_standard_errors(mouse):
    found = features(mouse)
    rest, run = mouse.stationary, mouse.running
    np.testing.assert_allclose(found[:S], rest.mean(axis=0))
    np.testing.assert_allclose(found[S:N_MEANS], run.mean(axis=0) - rest.mean(axis=0))
    error = np.hypot(stats.sem(rest, axis=0), stats.sem(run, axis=0))
    np.testing.assert_allclose(found[N_MEANS : N_MEANS + S], error)
    in_errors = found[S:N_MEANS] / error
    np.testing.assert_allclose(np.sinh(found[N_MEANS + S : -2]), in_errors)
    np.testing.assert_allclose(found[-2:], np.log([5, 7]))


def test_order_of_epochs_says_nothing(mouse):
    shuffled = Session(3, mouse.stationary[::-1], mouse.running[[3, 1, 0, 2, 6, 5, 4]])
    np.testing.assert_allclose(features(shuffled), features(mouse))


def test_missing_epochs_are_left_out_and_missing_statistics_stay_missing(mouse):
    rest = mouse.stationary.copy()
    rest[:2, 0] = np.nan
    rest[:4, 1] = np.nan
    rest[:, 2] = np.nan
    found = features(Session(3, rest, mouse.running))
    assert found[0] == pytest.approx(rest[2:, 0].mean())
    assert found[1] == rest[4, 1]
    assert np.isnan(found[[2, S + 2, N_MEANS + 1, N_MEANS + 2]]).all()
    assert np.isfinite(found[[S, S + 1, N_MEANS]]).all()


def test_a_statistic_without_a_logarithm_is_missing_and_not_zero():
    values = np.full(len(STATISTIC_NAMES), np.e)
    values[STATISTIC_NAMES.index("mean_rate")] = 0.0
    values[STATISTIC_NAMES.index("pairwise_corr")] = -0.09
    found = dict(zip(STATISTIC_NAMES, scaled(values, STATISTIC_NAMES), strict=True))
    assert np.isnan(found["mean_rate"])
    assert found["pairwise_corr"] == pytest.approx(-0.3)
    assert found["fano"] == pytest.approx(1.0)
    assert found["spectral_power"] == np.e


def test_windows_are_those_of_their_session_and_state():
    table = pa.table(
        {
            "session_id": [7, 5, 7, 5, 7],
            "state": ["running", "running", "stationary", "stationary", "running"],
            **{name: [1.0, 2.0, 3.0, 4.0, None] for name in ALL_NAMES},
        }
    )
    five, seven = (one.scaled() for one in sessions_of(table))
    assert (five.identity, seven.identity) == (5, 7)
    power = STATISTIC_NAMES.index("spectral_power")
    assert five.stationary[:, power].tolist() == [4.0]
    assert seven.running[0, power] == 1.0
    assert np.isnan(seven.running[1]).all()


def test_fewer_epochs_are_some_of_the_mouses_own(mouse):
    rng = np.random.default_rng(1)
    sizes = set()
    for _ in range(60):
        (some,) = with_fewer_epochs([mouse], rng, 3)
        sizes.add((len(some.stationary), len(some.running)))
        assert {*map(tuple, some.running)} <= {*map(tuple, mouse.running)}
    assert {n for n, _ in sizes} == {3, 4, 5}
    assert {n for _, n in sizes} == {3, 4, 5, 6, 7}


def test_a_session_with_few_epochs_keeps_all():
    few = Session(0, np.ones((2, S)), np.ones((1, S)))
    (same,) = with_fewer_epochs([few], np.random.default_rng(0), 3)
    assert (len(same.stationary), len(same.running)) == (2, 1)

import numpy as np
import pytest
from scipy import stats

from minicolumn.scoring.resampling import Resampling, leave_one_out, session_interval

REDRAW = Resampling(seed=1, n_resamples=4000)


def mean(x, axis=-1):
    return x.mean(axis=axis)


@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_the_interval_is_scipys(method):
    x = np.random.default_rng(0).exponential(size=20)
    expected = stats.bootstrap(
        (x,), np.mean, n_resamples=4000, method=method, rng=REDRAW.rng()
    ).confidence_interval
    assert session_interval(mean, (x,), REDRAW, method) == pytest.approx(
        tuple(expected)
    )


def test_the_same_seed_gives_the_same_interval():
    x = np.random.default_rng(0).normal(size=16)
    assert session_interval(mean, (x,), REDRAW) == session_interval(mean, (x,), REDRAW)
    other = Resampling(seed=2, n_resamples=4000)
    assert session_interval(mean, (x,), REDRAW) != session_interval(mean, (x,), other)


def test_the_interval_covers_the_truth_nearly_as_often_as_it_says():
    rng = np.random.default_rng(0)
    few = Resampling(seed=1, n_resamples=1000)
    covered = 0
    for _ in range(300):
        low, high = session_interval(mean, (rng.normal(size=30),), few)
        covered += low <= 0 <= high
    assert covered / 300 > 0.90


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0]])
def test_no_interval_without_sessions_that_differ(values):
    assert session_interval(mean, (np.array(values),), REDRAW) is None


def test_leaving_each_session_out_in_turn():
    x = np.array([0.0, 0.0, 0.0, 9.0])
    assert leave_one_out(mean, (x,)) == (0.0, 3.0)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_to_leave_one_out(n):
    assert leave_one_out(mean, (np.arange(float(n)),)) is None

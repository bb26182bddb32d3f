import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from minicolumn.surrogates.ceiling import Ceiling, noise_ceiling, within_circuits


def world(n_circuits, n_levels, n_trials, signal_sd, noise_sd, seed=0):
    rng = np.random.default_rng(seed)
    signal = signal_sd * rng.normal(size=(n_circuits, n_levels, 1))
    return signal + noise_sd * rng.normal(size=(n_circuits, n_levels, n_trials))


@given(
    signal_sd=st.floats(0.2, 5),
    n_circuits=st.integers(3, 12),
    n_trials=st.integers(2, 5),
    seed=st.integers(0, 100),
)
def test_it_is_the_intraclass_correlation(signal_sd, n_circuits, n_trials, seed):
    """ICC(1) = (F - 1) / (F + k - 1), F of a one-way analysis of variance."""
    values = world(n_circuits, 1, n_trials, signal_sd, 1.0, seed) + 1e3
    f = stats.f_oneway(*values[:, 0]).statistic
    expected = np.clip((f - 1) / (f + n_trials - 1), 0, 1)
    found = noise_ceiling(values, seed=1, resamples=5)
    assert found.share == pytest.approx(expected, abs=1e-9)
    assert found.n_circuits == n_circuits


@pytest.mark.parametrize(
    ("signal_sd", "noise_sd"), [(3.0, 1.0), (1.0, 1.0), (0.5, 2.0)]
)
def test_it_finds_the_share_of_variance_that_is_signal(signal_sd, noise_sd):
    values = world(400, 5, 4, signal_sd, noise_sd)
    truth = signal_sd**2 / (signal_sd**2 + noise_sd**2)
    found = noise_ceiling(values, seed=1, resamples=500)
    assert found.share == pytest.approx(truth, abs=0.03)
    assert found.interval is not None
    assert found.interval[0] < truth < found.interval[1]


def test_the_interval_holds_the_truth_as_often_as_it_says():
    held = 0
    for seed in range(150):
        found = noise_ceiling(world(60, 1, 4, 1.0, 1.0, seed), seed, resamples=300)
        assert found.interval is not None
        held += found.interval[0] <= 0.5 <= found.interval[1]
    assert held >= stats.binom.ppf(1e-4, 150, 0.9)  # the bootstrap is a little short


def test_trials_that_do_not_define_a_statistic_are_no_noise():
    values = world(300, 2, 5, 2.0, 1.0)
    rng = np.random.default_rng(1)
    values[rng.random(values.shape) < 0.3] = np.nan
    found = noise_ceiling(values, seed=1, resamples=5)
    assert found.share == pytest.approx(0.8, abs=0.04)


def test_unequal_groups_follow_the_formula():
    """Two groups of 2 and 3 by hand: MSB 29.4, MSW 7/6, typical size 2.4."""
    values = np.array([[[0.0, 1.0, np.nan]], [[4.0, 5.0, 7.0]]])
    grand = 17 / 5
    msb = 2 * (0.5 - grand) ** 2 + 3 * (16 / 3 - grand) ** 2
    msw = (0.5 + (16 / 9 + 1 / 9 + 25 / 9)) / 3
    between = (msb - msw) / (5 - 13 / 5)
    found = noise_ceiling(values, seed=1, resamples=5)
    assert found.share == pytest.approx(between / (between + msw))


def test_levels_without_noise_of_their_own():
    """Noise shared by all levels of a trial is none within circuits."""
    rng = np.random.default_rng(2)
    slope = rng.normal(size=(50, 1, 1)) * np.linspace(-1, 1, 5)[:, None]
    shared = 10 * rng.normal(size=(50, 1, 4))
    values = slope + shared
    assert noise_ceiling(values, seed=1, resamples=5).share < 0.1
    within = noise_ceiling(within_circuits(values), seed=1, resamples=5)
    assert within.share == pytest.approx(1)


def test_undefined_and_noiseless_and_constant():
    assert noise_ceiling(np.full((5, 2, 3), np.nan), 1, 5) == Ceiling(0, None, None)
    one_trial = world(5, 2, 1, 1.0, 0.0)
    assert noise_ceiling(one_trial, 1, 5) == Ceiling(0, None, None)
    assert noise_ceiling(np.ones((5, 2, 3)), 1, 5).share is None
    assert noise_ceiling(world(5, 2, 3, 1.0, 0.0), 1, 5).share == pytest.approx(1)


def test_few_circuits_have_no_interval_and_so_no_fraction():
    few, enough = (noise_ceiling(world(n, 3, 3, 3.0, 1.0), 1, 20) for n in (4, 5))
    assert few.share is not None
    assert few.interval is None
    assert few.fraction(0.5) is None
    assert enough.interval is not None


def test_a_fraction_of_nothing_is_undefined():
    assert Ceiling(9, 0.8, (0.7, 0.9)).fraction(0.4) == pytest.approx(0.5)
    assert Ceiling(9, 0.1, (0.0, 0.3)).fraction(0.4) is None
    assert Ceiling(9, None, None).fraction(0.4) is None
    assert Ceiling(9, 0.8, (0.7, 0.9)).fraction(None) is None

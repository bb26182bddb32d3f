import itertools

import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.statistics.counts import (
    fano,
    fast_corr,
    pairwise_corr,
    synchrony_index,
)
from minicolumn.statistics.trains import SpikeTrains


def with_counts(counts, width_s=0.1):
    """Return trains whose units fire ``counts`` (n_units, n_bins) times per bin."""
    counts = np.asarray(counts)
    n_units, n_bins = counts.shape
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    middle_s = (cells % n_bins + 0.5) * width_s
    return SpikeTrains(cells // n_bins, middle_s, n_units, n_bins * width_s)


def everyone(trains):
    return np.ones((1, trains.n_units), dtype=bool)


def of_all(statistic, trains):
    return float(statistic(trains, everyone(trains))[0])


def test_fano_is_variance_over_mean_averaged_over_units_that_fire():
    trains = with_counts([[1, 3, 0, 0], [2, 2, 2, 2], [0, 0, 0, 0]])
    assert of_all(fano, trains) == pytest.approx((np.var([1, 3, 0, 0], ddof=1) + 0) / 2)


count_matrices = st.integers(2, 5).flatmap(
    lambda n_units: st.lists(
        st.lists(st.integers(0, 3), min_size=n_units, max_size=n_units),
        min_size=2,
        max_size=12,
    ).map(lambda rows: np.array(rows).T)
)


@given(count_matrices)
def test_pairwise_corr_is_the_mean_over_the_pairs_that_have_one(counts):
    trains = with_counts(counts)
    expected = [
        np.corrcoef(a, b)[0, 1]
        for a, b in itertools.combinations(counts, 2)
        if np.ptp(a) and np.ptp(b)
    ]
    if expected:
        found = of_all(pairwise_corr, trains)
        assert found == pytest.approx(np.mean(expected), abs=1e-9)
    else:
        assert np.isnan(of_all(pairwise_corr, trains))


@given(count_matrices)
def test_synchrony_index_is_golombs_chi(counts):
    trains = with_counts(counts, width_s=0.01)
    variance = np.mean([np.var(unit) for unit in counts])
    found = of_all(synchrony_index, trains)
    if variance:
        expected = np.sqrt(np.var(counts.mean(axis=0)) / variance)
        assert found == pytest.approx(expected, abs=1e-9)
    else:
        assert np.isnan(found)


def test_identical_trains_are_perfectly_synchronous():
    time_s = np.sort(np.random.default_rng(1).uniform(0, 10, 50))
    trains = SpikeTrains(np.repeat([0, 1], 50), np.tile(time_s, 2), 2, 10.0)
    assert of_all(pairwise_corr, trains) == pytest.approx(1)
    assert of_all(synchrony_index, trains) == pytest.approx(1)


def test_rounding_never_carries_them_beyond_one():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        counts = np.tile(rng.poisson(0.7, 97), (rng.integers(2, 30), 1))
        assert of_all(pairwise_corr, with_counts(counts)) <= 1
        assert of_all(synchrony_index, with_counts(counts, 0.01)) <= 1


def test_units_that_alternate_cancel():
    trains = with_counts([[1, 0] * 10, [0, 1] * 10])
    assert of_all(pairwise_corr, trains) == pytest.approx(-1)
    trains = with_counts([[1, 0] * 10, [0, 1] * 10], width_s=0.01)
    assert of_all(synchrony_index, trains) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("n_units", [10, 25, 100])
def test_chi_of_independent_units_falls_with_their_number(n_units):
    rng = np.random.default_rng(n_units)
    counts = rng.poisson(0.05, (20, n_units, 1000))
    chi = [of_all(synchrony_index, with_counts(draw, 0.01)) for draw in counts]
    assert np.mean(chi) == pytest.approx(1 / np.sqrt(n_units), rel=0.02)


def test_a_silent_member_keeps_its_place_in_chi():
    counts = np.array([[1, 0, 2, 0], [0, 1, 1, 0], [0, 0, 0, 0]])
    trains = with_counts(counts, 0.01)
    expected = np.sqrt(np.var(counts.mean(axis=0)) / np.var(counts, axis=1).mean())
    assert of_all(synchrony_index, trains) == pytest.approx(expected)


def test_subsets_are_described_one_by_one():
    counts = np.random.default_rng(4).poisson(1.0, (6, 40))
    trains = with_counts(counts)
    members = np.random.default_rng(5).random((9, 6)) < 0.6
    for statistic in (fano, pairwise_corr, synchrony_index):
        alone = [
            of_all(statistic, trains.subset(np.flatnonzero(subset)))
            for subset in members
        ]
        found = statistic(trains, members)
        assert found == pytest.approx(alone, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("statistic", [pairwise_corr, synchrony_index])
def test_one_unit_has_no_partner(statistic):
    assert np.isnan(of_all(statistic, with_counts([[1, 2, 0, 1]])))


@pytest.mark.parametrize("statistic", [fano, pairwise_corr, synchrony_index])
@pytest.mark.parametrize("duration_s", [0.005, 0.012])
def test_fewer_than_two_bins_tell_nothing(statistic, duration_s):
    trains = SpikeTrains(np.array([0, 1]), np.array([0.001, 0.004]), 2, duration_s)
    assert np.isnan(of_all(statistic, trains))


def mean_correlation(counts):
    pairs = itertools.combinations(counts, 2)
    return np.mean([np.corrcoef(a, b)[0, 1] for a, b in pairs])


def test_fast_corr_is_what_a_jitter_by_whole_bins_removes():
    """Its expectation over jitters, against jitters drawn at random."""
    rng = np.random.default_rng(2)
    shared = rng.poisson(0.5, 60) * (rng.random(60) < 0.4)
    counts = rng.poisson(0.4, (3, 60)) + shared
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    unit, bins = cells // 60, cells % 60
    jittered = []
    for _ in range(1500):
        moved = np.zeros_like(counts)
        np.add.at(moved, (unit, (bins + rng.integers(-2, 3, bins.size)) % 60), 1)
        # In units of the counts' own spread: the jitter is to change covariances only.
        deviations = moved - moved.mean(axis=1, keepdims=True)
        z = deviations / counts.std(axis=1, keepdims=True)
        jittered.append(
            np.mean([(a * b).mean() for a, b in itertools.combinations(z, 2)])
        )
    expected = mean_correlation(counts) - np.mean(jittered)
    found = of_all(fast_corr, with_counts(counts, width_s=0.01))
    assert found == pytest.approx(expected, abs=4 * np.std(jittered) / np.sqrt(1500))
    assert found > 0.2


def test_coincident_spikes_are_fast_and_slow_changes_of_rate_are_not():
    rng = np.random.default_rng(3)
    n_bins = 40_000
    shared = rng.poisson(0.05, n_bins)
    coincident = with_counts(rng.poisson(0.05, (4, n_bins)) + shared, 0.01)
    # Half of each unit's spikes are shared; a jittered pair meets in one bin of five.
    assert of_all(fast_corr, coincident) == pytest.approx(0.5 * 0.8, abs=0.02)
    gain = np.repeat(rng.gamma(2.0, 0.5, n_bins // 100), 100)  # changes once a second
    slow = with_counts(rng.poisson(0.1 * gain, (4, n_bins)), 0.01)
    assert mean_correlation(slow.binned_counts(0.01)) > 0.03
    assert of_all(fast_corr, slow) == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("n_bins", [1, 4])
def test_a_window_shorter_than_the_jitter_has_no_fast_corr(n_bins):
    assert np.isnan(of_all(fast_corr, with_counts(np.eye(2, n_bins, dtype=int), 0.01)))

"""The statistics against elephant, which implements the same formulas by itself.

Elephant has mean rate, intervals, CV, LV, Fano factor, correlation and Welch spectra.
It has no burst fraction, no Golomb chi and no relative power: those are held to their
definitions in tests/unit/statistics.
"""

import elephant.conversion
import elephant.spectral
import elephant.spike_train_correlation
import elephant.statistics
import neo
import numpy as np
import pytest
import quantities as pq

from minicolumn.statistics.counts import fano, pairwise_corr
from minicolumn.statistics.intervals import cv_isi, interspike_intervals, lv
from minicolumn.statistics.names import raw_name
from minicolumn.statistics.rate_matched import RateMatch, describe_rate_matched, thinned
from minicolumn.statistics.rates import mean_rate, rate_cv
from minicolumn.statistics.spectrum import FREQUENCY_HZ, relative_spectrum
from minicolumn.statistics.trains import SpikeTrains

DURATION_S = 10.0

# Raised inside elephant and neo, not by what is tested here.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The 'copy' argument in Quantity is deprecated"),
    pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning"),
]


def poisson_units(rng):
    return [rng.uniform(0, DURATION_S, rng.poisson(60)) for _ in range(8)]


def bursting_units(rng):
    return [
        np.concatenate(
            [start + np.arange(5) * 0.003 for start in rng.uniform(0, 9.9, 9)]
        )
        for _ in range(5)
    ]


def regular_and_coincident_units(rng):
    shared = np.arange(95) * 0.1 + 0.013
    return [shared, shared, shared + 0.05, rng.uniform(0, DURATION_S, 40)]


def units_on_the_grid(rng):
    return [
        rng.choice(10_000, size=rng.integers(12, 900), replace=False) / 1000
        for _ in range(6)
    ]


def units_on_edges_of_bins(rng):
    edges = np.arange(100) * 0.1
    return [edges, edges[50:], rng.choice(edges, 20, replace=False)]


def silent_and_nearly_silent_units(rng):
    return [
        np.array([]),
        np.array([3.7]),
        np.array([0.0, 9.999]),
        np.array([1.0, 1.4, 9.0]),
        rng.uniform(0, DURATION_S, 30),
    ]


def units_that_fire_in_one_bin(rng):
    return [5.0 + rng.uniform(0, 0.004, 12), np.linspace(2.31, 2.39, 40)]


def duplicated_spikes(rng):
    times = rng.choice(10_000, 60, replace=False) / 1000
    return [np.repeat(times, 1 + (np.arange(60) % 7 == 0)), times]


def clocks(rng):
    return [np.arange(n) * DURATION_S / n for n in (7, 40, 250)]


def units_of_unequal_rates(rng):
    return [rng.uniform(0, DURATION_S, n) for n in (3, 12, 50, 300, 1500, 4000)]


@pytest.fixture(
    params=[
        poisson_units,
        bursting_units,
        regular_and_coincident_units,
        units_on_the_grid,
        units_on_edges_of_bins,
        silent_and_nearly_silent_units,
        units_that_fire_in_one_bin,
        duplicated_spikes,
        clocks,
        units_of_unequal_rates,
    ],
    ids=lambda make: make.__name__,
)
def units(request):
    return [np.sort(times) for times in request.param(np.random.default_rng(11))]


@pytest.fixture
def trains(units):
    unit = np.repeat(np.arange(len(units)), [times.size for times in units])
    return SpikeTrains(unit, np.concatenate(units), len(units), DURATION_S)


@pytest.fixture
def each_unit(units):
    return np.eye(len(units), dtype=bool)


@pytest.fixture
def neo_trains(units):
    return [neo.SpikeTrain(times * pq.s, t_stop=DURATION_S * pq.s) for times in units]


def test_intervals_are_elephants(trains, neo_trains):
    unit, isi_s = interspike_intervals(trains)
    for number, train in enumerate(neo_trains):
        expected = elephant.statistics.isi(train).rescale(pq.s).magnitude
        assert isi_s[unit == number] == pytest.approx(expected)


def by_intervals(neo_trains, statistic):
    """Return elephant's value where there are two intervals to compare, else NaN."""
    intervals = [elephant.statistics.isi(train) for train in neo_trains]
    return np.array([statistic(i) if len(i) > 1 else np.nan for i in intervals])


def test_cv_is_elephants(trains, neo_trains, each_unit):
    expected = by_intervals(neo_trains, elephant.statistics.cv)
    found = cv_isi(trains, each_unit)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_lv_is_elephants(trains, neo_trains, each_unit):
    expected = by_intervals(neo_trains, elephant.statistics.lv)
    assert lv(trains, each_unit) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_rates_are_elephants(trains, neo_trains, each_unit):
    rates = [elephant.statistics.mean_firing_rate(train) for train in neo_trains]
    expected_hz = np.array([rate.rescale(pq.Hz).item() for rate in rates])
    assert mean_rate(trains, each_unit) == pytest.approx(expected_hz)
    everyone = np.ones((1, trains.n_units), dtype=bool)
    assert mean_rate(trains, everyone) == pytest.approx(expected_hz.mean())
    expected_cv = elephant.statistics.cv(expected_hz)
    assert rate_cv(trains, everyone) == pytest.approx(expected_cv)


def test_fano_is_elephants_over_successive_trials(trains, units, each_unit):
    """Elephant's is over trials with ddof 0: a trial is a bin, and ours has ddof 1."""
    n_bins = 100
    expected = []
    for times in units:
        # Spikes well inside their bin, so that cutting rounds none across an edge.
        bins = (times / 0.1 + 1e-8).astype(int)
        trials = [
            neo.SpikeTrain(np.full((bins == i).sum(), 0.05) * pq.s, t_stop=0.1 * pq.s)
            for i in range(n_bins)
        ]
        expected.append(elephant.statistics.fanofactor(trials) * n_bins / (n_bins - 1))
    assert fano(trains, each_unit) == pytest.approx(np.array(expected), nan_ok=True)


def binned(neo_trains, width_s):
    return elephant.conversion.BinnedSpikeTrain(
        neo_trains, bin_size=width_s * pq.s, t_start=0 * pq.s, t_stop=DURATION_S * pq.s
    )


@pytest.mark.parametrize("width_s", [0.005, 0.01, 0.1])
def test_binned_counts_are_elephants(trains, neo_trains, width_s):
    expected = binned(neo_trains, width_s).to_array()
    assert np.array_equal(trains.binned_counts(width_s), expected)


# A silent unit, or one whose count never changes: NaN on both sides; elephant warns.
@pytest.mark.filterwarnings("ignore:Detected empty spike trains:UserWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered in divide:RuntimeWarning")
def test_correlation_is_elephants(trains, neo_trains):
    expected = elephant.spike_train_correlation.correlation_coefficient(
        binned(neo_trains, 0.1)
    )
    first, second = np.triu_indices(trains.n_units, k=1)
    pairs = np.zeros((first.size, trains.n_units), dtype=bool)
    pairs[np.arange(first.size), first] = True
    pairs[np.arange(first.size), second] = True
    assert pairwise_corr(trains, pairs) == pytest.approx(
        expected[first, second], abs=1e-9, nan_ok=True
    )


def test_spectrum_is_elephants(trains, neo_trains):
    counts = binned(neo_trains, 0.005).to_array().sum(axis=0)
    rate = neo.AnalogSignal(
        counts / (trains.n_units * 0.005) * pq.Hz, sampling_rate=200 * pq.Hz
    )
    frequency, density = elephant.spectral.welch_psd(
        rate, frequency_resolution=1 * pq.Hz, overlap=0.5, window="hann"
    )
    mean_rate_hz = trains.unit.size / trains.n_units / DURATION_S
    expected = density.magnitude[0] / (2 * mean_rate_hz / trains.n_units)
    everyone = np.ones((1, trains.n_units), dtype=bool)
    found = relative_spectrum(trains, everyone)
    assert pytest.approx(frequency.rescale(pq.Hz).magnitude) == FREQUENCY_HZ
    assert found[0] == pytest.approx(expected, abs=1e-12)


def test_matched_statistics_are_elephants_of_the_thinned_trains(trains, each_unit):
    """The same formulas once more, on what thinning and the 1 ms grid leave."""
    kept = np.linspace(0.4, 1.0, trains.n_units)
    match = RateMatch({"here": kept}, np.full(trains.n_units, np.inf))
    left = thinned(trains, kept, np.random.default_rng(3)).rounded_to_ms()
    neo_left = [
        neo.SpikeTrain(left.time_s[left.unit == i] * pq.s, t_stop=DURATION_S * pq.s)
        for i in range(left.n_units)
    ]
    for name, statistic in (
        ("cv_isi_matched", elephant.statistics.cv),
        ("lv_matched", elephant.statistics.lv),
    ):
        expected = by_intervals(neo_left, statistic)
        for i, members in enumerate(each_unit):
            rngs = [np.random.default_rng(3)]
            found = describe_rate_matched(
                [trains], match, ["here"], members[None], 1, rngs
            )
            assert found[name][0] == pytest.approx(
                expected[i], abs=1e-9, nan_ok=True
            ), raw_name(name)

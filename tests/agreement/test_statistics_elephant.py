"""The statistics against elephant, which implements the same formulas by itself."""

import elephant.conversion
import elephant.spectral
import elephant.spike_train_correlation
import elephant.statistics
import neo
import numpy as np
import pytest
import quantities as pq

from minicolumn.statistics.counts import pairwise_corr
from minicolumn.statistics.intervals import cv_isi, interspike_intervals, lv
from minicolumn.statistics.spectrum import relative_spectrum
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


@pytest.fixture(
    params=[
        poisson_units,
        bursting_units,
        regular_and_coincident_units,
        units_on_the_grid,
        units_on_edges_of_bins,
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


def test_cv_is_elephants(trains, neo_trains, each_unit):
    expected = [
        elephant.statistics.cv(elephant.statistics.isi(train)) for train in neo_trains
    ]
    assert cv_isi(trains, each_unit) == pytest.approx(np.array(expected), abs=1e-12)


def test_lv_is_elephants(trains, neo_trains, each_unit):
    expected = [
        elephant.statistics.lv(elephant.statistics.isi(train)) for train in neo_trains
    ]
    assert lv(trains, each_unit) == pytest.approx(np.array(expected), abs=1e-12)


def binned(neo_trains, width_s):
    return elephant.conversion.BinnedSpikeTrain(
        neo_trains, bin_size=width_s * pq.s, t_start=0 * pq.s, t_stop=DURATION_S * pq.s
    )


@pytest.mark.parametrize("width_s", [0.005, 0.01, 0.1])
def test_binned_counts_are_elephants(trains, neo_trains, width_s):
    expected = binned(neo_trains, width_s).to_array()
    assert np.array_equal(trains.binned_counts(width_s), expected)


# A unit whose count never changes: NaN on both sides, but elephant's warns.
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
    assert found.frequency_hz == pytest.approx(frequency.rescale(pq.Hz).magnitude)
    assert found.power[0] == pytest.approx(expected, abs=1e-12)

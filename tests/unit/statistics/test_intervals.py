import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.statistics.intervals import (
    burst_fraction,
    cv_isi,
    interspike_intervals,
    lv,
)
from minicolumn.statistics.trains import SpikeTrains


def one_unit(intervals_s):
    time_s = np.cumsum([0.0, *intervals_s])
    return SpikeTrains(np.zeros(time_s.size, dtype=int), time_s, 1, time_s[-1] + 0.1)


def of_one(statistic, trains):
    return float(statistic(trains, np.ones((1, 1), dtype=bool))[0])


def test_intervals_do_not_span_units():
    trains = SpikeTrains(np.array([0, 0, 1, 1]), np.array([0.1, 0.3, 0.6, 0.7]), 3, 1.0)
    unit, isi_s = interspike_intervals(trains)
    assert unit.tolist() == [0, 1]
    assert isi_s == pytest.approx([0.2, 0.1])


@given(st.floats(0.002, 0.5), st.integers(3, 60))
def test_a_clock_is_perfectly_regular(period_s, n_intervals):
    trains = one_unit([period_s] * n_intervals)
    assert of_one(cv_isi, trains) == pytest.approx(0, abs=1e-9)
    assert of_one(lv, trains) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 4.0])
def test_gamma_intervals_have_their_known_irregularity(shape):
    intervals_s = np.random.default_rng(3).gamma(shape, 0.1, 40_000)
    trains = one_unit(intervals_s)
    assert of_one(cv_isi, trains) == pytest.approx(1 / np.sqrt(shape), rel=0.02)
    # Shinomoto et al. 2003: Lv = 3 / (2 kappa + 1) for gamma intervals.
    assert of_one(lv, trains) == pytest.approx(3 / (2 * shape + 1), rel=0.02)


def test_lv_sees_only_neighbors_where_cv_sees_a_slow_change():
    intervals_s = np.geomspace(0.02, 0.5, 200)
    trains = one_unit(intervals_s)
    assert of_one(cv_isi, trains) > 0.5
    assert of_one(lv, trains) < 0.001


def test_units_count_equally_whatever_their_rate():
    regular, alternating = [0.1] * 80, [0.1, 0.3] * 5
    both = np.concatenate([np.cumsum([0.0, *regular]), np.cumsum([0.0, *alternating])])
    trains = SpikeTrains(np.repeat([0, 1], [81, 11]), both, 2, 10.0)
    members = np.array([[1, 1], [1, 0], [0, 1]], dtype=bool)
    cv, local = 0.1 / 0.2, 3 * 0.5**2
    assert cv_isi(trains, members) == pytest.approx([cv / 2, 0, cv], abs=1e-9)
    assert lv(trains, members) == pytest.approx([local / 2, 0, local], abs=1e-9)


def test_intervals_are_pooled_for_bursts():
    time_s = np.array([0.0, 0.005, 0.010, 0.015, 0.1, 0.3])
    trains = SpikeTrains(np.array([0, 0, 0, 0, 1, 1]), time_s, 3, 1.0)
    members = np.array([[1, 1, 1], [0, 1, 0], [0, 0, 1]], dtype=bool)
    expected = [3 / 4, 0.0, np.nan]
    assert burst_fraction(trains, members) == pytest.approx(expected, nan_ok=True)


@given(st.integers(0, 9_000))
def test_ten_milliseconds_are_no_burst_wherever_they_fall(start_ms):
    time_s = (start_ms + np.array([0, 10, 19])) / 1000
    trains = SpikeTrains(np.zeros(3, dtype=int), time_s, 1, 10.0)
    assert of_one(burst_fraction, trains) == 0.5


@pytest.mark.parametrize("n_spikes", [0, 1, 2])
def test_too_few_intervals_have_no_irregularity(n_spikes):
    time_s = np.arange(n_spikes) / 10
    trains = SpikeTrains(np.zeros(n_spikes, dtype=int), time_s, 1, 1.0)
    assert np.isnan(of_one(cv_isi, trains))
    assert np.isnan(of_one(lv, trains))
    assert np.isnan(of_one(burst_fraction, trains)) == (n_spikes < 2)


def test_simultaneous_spikes_of_a_unit_have_no_irregularity():
    trains = one_unit([0.0, 0.0, 0.0])
    assert np.isnan(of_one(cv_isi, trains))
    assert np.isnan(of_one(lv, trains))
    assert of_one(burst_fraction, trains) == 1.0


@pytest.mark.parametrize(
    ("rate_hz", "cv", "variation"), [(10.0, 0.985, 0.947), (40.0, 0.943, 0.83)]
)
def test_the_dead_time_of_the_grid_is_2_ms_and_lowers_both(rate_hz, cv, variation):
    intervals_s = np.random.default_rng(5).exponential(1 / rate_hz, 200_000)
    trains = one_unit(intervals_s).rounded_to_ms()
    assert interspike_intervals(trains)[1].min() == pytest.approx(0.002)
    assert of_one(cv_isi, trains) == pytest.approx(cv, abs=0.006)
    assert of_one(lv, trains) == pytest.approx(variation, abs=0.006)

import numpy as np
import pytest

from minicolumn.statistics.rates import mean_rate, rate_cv
from minicolumn.statistics.trains import SpikeTrains

# Units 0, 1 and 2 fire 1, 3 and 0 times in 2 s.
TRAINS = SpikeTrains(np.array([0, 1, 1, 1]), np.array([0.1, 0.1, 0.5, 1.9]), 3, 2.0)
MEMBERS = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)


def test_silent_units_count_in_the_mean_rate():
    expected = [4 / 6, 1.0, 0.0, np.nan]
    assert mean_rate(TRAINS, MEMBERS) == pytest.approx(expected, nan_ok=True)


def test_rate_cv_is_the_spread_over_all_units():
    three = np.std([0.5, 1.5, 0.0]) / np.mean([0.5, 1.5, 0.0])
    expected = [three, 0.5, np.nan, np.nan]
    assert rate_cv(TRAINS, MEMBERS) == pytest.approx(expected, nan_ok=True)


def test_equal_rates_have_no_spread():
    time_s = np.tile([0.1, 0.5, 0.7], 7)
    trains = SpikeTrains(np.repeat(np.arange(7), 3), time_s, 7, 0.9)
    assert rate_cv(trains, np.ones((1, 7), dtype=bool)) == pytest.approx(
        [0.0], abs=1e-12
    )


def test_one_unit_and_silent_units_have_no_spread_to_speak_of():
    silent = SpikeTrains(np.array([]), np.array([]), 2, 1.0)
    members = np.array([[1, 1], [1, 0]], dtype=bool)
    assert np.isnan(rate_cv(silent, members)).all()
    assert mean_rate(silent, members).tolist() == [0.0, 0.0]

"""`peak_freq` against SciPy: a fitted background, its peaks, an exact quantile."""

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.signal import find_peaks
from scipy.stats import chi2

from minicolumn.statistics.aperiodic import aperiodic_background
from minicolumn.statistics.spectrum import FREQUENCY_HZ, n_segments, peak_of

DURATION_S = 10.0
BAND = slice(2, 81)


def spectrum(seed):
    """Return a Lorentzian over shot noise, in half of cases with an oscillation."""
    rng = np.random.default_rng(seed)
    height, knee_hz = rng.uniform(0, 20), rng.uniform(1, 30)
    power = 1 + height / (1 + (FREQUENCY_HZ / knee_hz) ** 2)
    if seed % 2:
        bump = np.exp(-((FREQUENCY_HZ - rng.integers(5, 75)) ** 2) / 2)
        power *= 1 + rng.uniform(0.5, 6) * bump
    freedom = 2 * n_segments(DURATION_S)
    return power * chi2.rvs(freedom, size=power.size, random_state=rng) / freedom


def fitted_background(power):
    """Return SciPy's robust fit of logarithms, from several starts."""
    frequency_hz = FREQUENCY_HZ[BAND]

    def log_curve(values):
        log_height, log_knee, exponent = values
        return np.log1p(
            np.exp(log_height) / (1 + (frequency_hz / np.exp(log_knee)) ** exponent)
        )

    fits = [
        least_squares(
            lambda values: log_curve(values) - np.log(power[BAND]),
            (np.log(2.0), np.log(knee_hz), 2.0),
            bounds=([-5, np.log(0.5), 1], [9, np.log(45), 3]),
            loss="soft_l1",
            f_scale=0.05,
        )
        for knee_hz in (1.0, 5.0, 20.0)
    ]
    return np.exp(log_curve(min(fits, key=lambda fit: fit.cost).x))


def peak_by_scipy(power):
    """Return the peak and how far it is above the height that noise has."""
    above = power[BAND] / fitted_background(power)
    places, _ = find_peaks(power[BAND])
    best = places[above[places].argmax()]
    freedom = 2 * n_segments(DURATION_S)
    limit = chi2.isf(0.01 / above.size, freedom) / freedom
    return FREQUENCY_HZ[BAND][best], above[best] / limit


@pytest.mark.parametrize("seed", range(8))
def test_the_background_is_scipys(seed):
    power = spectrum(seed)
    ours = aperiodic_background(FREQUENCY_HZ[BAND], power[BAND])
    apart = np.abs(np.log(ours / fitted_background(power)))
    # The noise of one frequency is 0.23.
    assert np.median(apart) < 0.1
    assert apart.max() < 0.4


def test_the_peak_is_scipys():
    """But for those that are within a tenth of the limit."""
    compared = 0
    for seed in range(60):
        power = spectrum(seed)
        hz, times = peak_by_scipy(power)
        if abs(times - 1) > 0.1:
            expected = hz if times > 1 else np.nan
            found = peak_of(power, DURATION_S)
            np.testing.assert_equal(found, expected, err_msg=f"{seed} {times}")
            compared += times > 1
    assert compared >= 15

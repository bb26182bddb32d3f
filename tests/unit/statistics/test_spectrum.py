import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from scipy.signal import lfilter
from scipy.signal.windows import hann

from minicolumn.statistics import spectrum as module
from minicolumn.statistics.describe import describe_matched, draw_members
from minicolumn.statistics.spectrum import (
    FREQUENCY_HZ,
    low_gamma_ratio,
    n_segments,
    peak_freq,
    peak_of,
    relative_spectrum,
    spectral_power,
)
from minicolumn.statistics.trains import SpikeTrains, stacked

STATISTICS = (spectral_power, low_gamma_ratio)


def rhythmic(frequency_hz, depth, seed, n_units=50, rate_hz=5.0, duration_s=10.0):
    """Return Poisson units whose common rate swings at ``frequency_hz``."""
    rng = np.random.default_rng(seed)
    n_spikes = rng.poisson(n_units * rate_hz * (1 + depth) * duration_s)
    time_s = rng.uniform(0, duration_s, n_spikes)
    drive = 1 + depth * np.cos(2 * np.pi * frequency_hz * time_s)
    time_s = time_s[rng.random(n_spikes) * (1 + depth) < drive]
    unit = rng.integers(0, n_units, time_s.size)
    return SpikeTrains(unit, time_s, n_units, duration_s)


def spectrum_of(trains):
    return relative_spectrum(trains, np.ones((1, trains.n_units), dtype=bool))


def of_all(statistic, trains):
    return float(statistic(trains, np.ones((1, trains.n_units), dtype=bool))[0])


def peak_hz(trains):
    return peak_of(spectrum_of(trains)[0], trains.duration_s)


def naive_relative_power(trains):
    """Welch's estimate segment by segment, from its textbook definition."""
    edges_s = np.arange(round(200 * trains.duration_s) + 1) / 200
    counts = np.histogram(trains.time_s, edges_s)[0]
    rate_hz = counts / (trains.n_units * 0.005)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(200) / 200)
    densities = []
    for start in range(0, rate_hz.size - 199, 100):
        segment = rate_hz[start : start + 200]
        transform = np.fft.rfft((segment - segment.mean()) * window)
        density = np.abs(transform) ** 2 / (200 * (window**2).sum())
        density[1:-1] *= 2
        densities.append(density)
    mean_rate = trains.time_s.size / trains.n_units / trains.duration_s
    power = np.mean(densities, axis=0) / (2 * mean_rate / trains.n_units)
    return power, len(densities)


@pytest.mark.parametrize("duration_s", [1.0, 2.5, 10.0])
def test_the_spectrum_follows_its_definition(duration_s):
    trains = rhythmic(20, 0.5, seed=1, duration_s=duration_s)
    power, segments = naive_relative_power(trains)
    assert spectrum_of(trains)[0] == pytest.approx(power)
    assert FREQUENCY_HZ.tolist() == list(range(101))
    assert n_segments(duration_s) == segments
    mean_power = np.log10(power[1:81].mean())
    assert of_all(spectral_power, trains) == pytest.approx(mean_power)
    assert of_all(low_gamma_ratio, trains) == pytest.approx(
        np.log10(power[1:11].mean() / power[30:81].mean())
    )


def test_the_window_is_scipys_to_the_last_bit():
    np.testing.assert_array_equal(module._HANN, hann(200, sym=False))


def test_statistics_share_one_spectrum_and_never_anothers(monkeypatch):
    """Of the same trains and members; a changed array is another."""
    made = []

    def counted(trains, members):
        made.append(members.copy())
        return relative_spectrum(trains, members)

    monkeypatch.setattr(module, "relative_spectrum", counted)
    first, second = (rhythmic(20, 0.8, seed) for seed in (8, 9))
    members = np.ones((2, 50), dtype=bool)
    for statistic in (peak_freq, *STATISTICS):
        statistic(first, members)
    assert len(made) == 1
    members[1, :25] = False
    changed = spectral_power(first, members)
    other = spectral_power(second, members)
    assert len(made) == 3
    assert changed[0] != changed[1]
    assert (changed != other).all()


@pytest.mark.parametrize("frequency_hz", [3, 8, 20, 40, 79])
def test_an_oscillation_is_found_at_its_frequency(frequency_hz):
    for seed in range(5):
        assert peak_hz(rhythmic(frequency_hz, 0.8, seed)) == frequency_hz


@pytest.mark.parametrize("frequency_hz", [0.5, 2, 80, 90])
def test_an_oscillation_at_the_edge_of_the_band_or_beyond_is_no_peak(frequency_hz):
    for seed in range(5):
        assert np.isnan(peak_hz(rhythmic(frequency_hz, 0.6, seed)))


def test_independent_units_seldom_have_a_peak():
    peaks = [peak_hz(rhythmic(0, 0, seed)) for seed in range(400)]
    assert np.isnan(peaks).mean() >= 0.98


@given(
    height=st.floats(-0.9, 1000),
    knee_hz=st.floats(0.1, 60),
    exponent=st.floats(0.5, 3.5),
    duration_s=st.sampled_from([2.0, 10.0, 60.0]),
)
def test_a_lorentzian_and_a_power_law_have_no_peak(
    height, knee_hz, exponent, duration_s
):
    power = falling(height, knee_hz, exponent)
    assert np.isnan(peak_of(power, duration_s))
    assert np.isnan(peak_of(power[::-1], duration_s))  # rising, like regular units


@settings(deadline=None)
@given(
    height=st.floats(-0.5, 100),
    knee_hz=st.floats(0.1, 60),
    exponent=st.floats(1.0, 3.0),
    center_hz=st.integers(5, 75),
    width_hz=st.floats(0.5, 3),
    times=st.floats(3.5, 100),
)
def test_a_band_limited_oscillation_gives_its_frequency_on_any_background(
    height, knee_hz, exponent, center_hz, width_hz, times
):
    """Of every height, but not where the background itself is steeper.

    On a slope, the highest point of a bump moves by about exponent x width^2 / center.
    """
    assume(exponent * width_hz**2 < 0.5 * center_hz)
    background = falling(height, knee_hz, exponent)
    bump = np.exp(-((FREQUENCY_HZ - center_hz) ** 2) / (2 * width_hz**2))
    found = peak_of(background * (1 + times * bump), duration_s=10.0)
    assert found == pytest.approx(center_hz, abs=1)


def falling(height, knee_hz, exponent):
    """Return shot noise and a Lorentzian, or beyond the knee a power law."""
    return 1 + height / (1 + (FREQUENCY_HZ / knee_hz) ** exponent)


@pytest.mark.parametrize("correlation_s", [0.02, 0.1, 0.5])
def test_units_that_follow_slow_noise_have_no_peak(correlation_s):
    """Their spectrum is a Lorentzian, highest where the band begins."""
    peaks, highest_hz = [], []
    for seed in range(60):
        trains = following_slow_noise(correlation_s, 10.0, seed)
        members = draw_members(np.ones(60, bool), 25, 20, np.random.default_rng(seed))
        power = peak_freq(trains, members).mean(axis=0)
        peaks.append(peak_of(power, trains.duration_s))
        highest_hz.append(2 + power[2:81].argmax())
    assert np.median(highest_hz) <= 5
    assert np.isnan(peaks).mean() >= 0.95


def following_slow_noise(correlation_s, duration_s, seed, n_units=60):
    """Return Poisson units at about 5 Hz whose rate follows one Ornstein-Uhlenbeck."""
    rng = np.random.default_rng(seed)
    kept = np.exp(-0.001 / correlation_s)
    noise = rng.standard_normal(round(1000 * duration_s))
    noise[1:] *= np.sqrt(1 - kept**2)
    latent = lfilter([1], [1, -kept], noise)
    counts = rng.poisson(0.005 * np.exp(0.8 * latent - 0.32), (n_units, latent.size))
    unit, ms = np.nonzero(counts)
    return SpikeTrains(unit, (ms + rng.random(ms.size)) / 1000, n_units, duration_s)


def test_the_peak_is_that_of_the_mean_spectrum():
    """Two groups, each with a rhythm of its own: a mean of peaks lies between."""
    slow = rhythmic(8, 0.8, seed=1, n_units=15)
    fast = rhythmic(40, 0.9, seed=2, n_units=15)
    both = SpikeTrains(
        np.concatenate([slow.unit, fast.unit + 15]),
        np.concatenate([slow.time_s, fast.time_s]),
        30,
        slow.duration_s,
    )
    members = np.repeat(np.eye(2, dtype=bool), 15, axis=1)
    each = [peak_hz(both.subset(np.flatnonzero(subset))) for subset in members]
    assert each == [8, 40]
    found = describe_matched(both, members)["peak_freq"]
    assert found in each
    assert found == peak_of(peak_freq(both, members).mean(axis=0), both.duration_s)
    stack = describe_matched(stacked([both, slow_only(both)]), members)["peak_freq"]
    assert stack[0] == found
    assert stack[1] == 8


def slow_only(trains):
    return trains.where(trains.unit < 15)


@pytest.mark.parametrize(("n_units", "rate_hz"), [(10, 5.0), (50, 1.0), (100, 10.0)])
def test_independent_units_have_relative_power_one(n_units, rate_hz):
    power = [
        spectrum_of(rhythmic(0, 0, seed, n_units, rate_hz))[0, 1:81].mean()
        for seed in range(20)
    ]
    assert np.mean(power) == pytest.approx(1, abs=0.02)


@given(st.integers(0, 100), st.integers(1, 40))
def test_silent_units_leave_the_relative_spectrum_as_it_is(seed, n_silent):
    trains = rhythmic(10, 0.5, seed, n_units=5, duration_s=2.0)
    padded = SpikeTrains(trains.unit, trains.time_s, 5 + n_silent, 2.0)
    assert spectrum_of(padded) == pytest.approx(spectrum_of(trains))


def test_a_slow_rhythm_raises_the_ratio_and_a_fast_one_lowers_it():
    none, slow, fast = (
        of_all(low_gamma_ratio, rhythmic(f, 0.8, seed=3)) for f in (0, 5, 50)
    )
    assert fast < none - 0.1 < slow - 0.2


def test_subsets_are_described_one_by_one():
    trains = rhythmic(20, 0.5, seed=6, n_units=8)
    members = np.random.default_rng(7).random((6, 8)) < 0.5
    found = relative_spectrum(trains, members)
    for power, subset in zip(found, members, strict=True):
        alone = spectrum_of(trains.subset(np.flatnonzero(subset)))
        assert power == pytest.approx(alone[0], nan_ok=True)


@pytest.mark.parametrize("duration_s", [0.004, 0.1, 0.99])
def test_a_window_below_one_second_has_no_spectrum(duration_s):
    trains = SpikeTrains(np.zeros(3, dtype=int), np.arange(3) / 1000, 1, duration_s)
    assert np.isnan(peak_hz(trains))
    assert all(np.isnan(of_all(statistic, trains)) for statistic in STATISTICS)


def test_one_second_is_one_segment():
    trains = SpikeTrains(np.zeros(3, dtype=int), np.array([0.1, 0.4, 0.45]), 1, 1.0)
    assert n_segments(trains.duration_s) == 1
    assert np.isfinite(of_all(spectral_power, trains))


@pytest.mark.parametrize("time_s", [[], [1.45], np.arange(300) * 0.005 + 0.001])
def test_without_power_there_is_no_logarithm(time_s):
    # Silent; silent but for the remainder after the last segment; perfectly steady.
    trains = SpikeTrains(np.zeros(len(time_s), dtype=int), time_s, 1, 1.5 - 1e-3)
    assert np.isnan(peak_hz(trains))
    assert all(np.isnan(of_all(statistic, trains)) for statistic in STATISTICS)

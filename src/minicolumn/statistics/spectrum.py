"""The spectrum of the population rate, relative to independent Poisson units."""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minicolumn.registry import of_mean, statistic
from minicolumn.statistics.aperiodic import aperiodic_background
from minicolumn.statistics.missing import log10, ratio
from minicolumn.statistics.rates import mean_rate
from minicolumn.statistics.trains import (
    EDGE_TOLERANCE,
    BoolArray,
    FloatArray,
    SpikeTrains,
    whole_counts,
)

RATE_BIN_S = 0.005
SEGMENT_S = 1.0
_BINS_PER_SEGMENT = round(SEGMENT_S / RATE_BIN_S)
# To the last bit that of `scipy.signal.windows.hann`, which takes a second to import.
_HANN = 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, _BINS_PER_SEGMENT + 1)[:-1])
_ROUNDING = 1e-20
_HANN_SPECTRUM = np.fft.rfft(_HANN)[:2]

PEAK_BAND_HZ = (2.0, 80.0)
POWER_BAND_HZ = (1.0, 80.0)
LOW_BAND_HZ = (1.0, 10.0)
GAMMA_BAND_HZ = (30.0, 80.0)

# One per whole Hz, because segments last 1 s.
FREQUENCY_HZ = np.arange(_BINS_PER_SEGMENT // 2 + 1) / SEGMENT_S

FALSE_PEAKS = 0.01
"""The share of spectra without oscillation in which noise may make a peak."""


def relative_spectrum(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return R(f), the spectrum of each subset's rate per unit over its shot noise.

    Shape (..., n_subsets, n_frequencies), at `FREQUENCY_HZ`.

    Welch's estimate P(f) of the rate in 5 ms bins: Hann window, 1 s segments, half
    overlapping, mean removed, one-sided density. A rate that is the mean of n
    independent Poisson units of ``mean_rate`` has ``P(f) = 2 mean_rate / n``, so R does
    not depend on rate or n unless units vary together. Undefined for a window shorter
    than one segment and for members without spikes.
    """
    # Sums of whole numbers are exact in single precision.
    summed = members.astype(np.float32) @ whole_counts(trains, RATE_BIN_S)
    if summed.shape[-1] < _BINS_PER_SEGMENT:
        return np.full((*summed.shape[:-1], FREQUENCY_HZ.size), np.nan)
    # The density of the rate is that of the sum over (n bin)^2.
    total_hz = mean_rate(trains, members) * members.sum(axis=-1)
    shot_noise = 2 * total_hz * RATE_BIN_S**2
    power = ratio(_density(summed.astype(float)), shot_noise[..., None])
    # A perfectly steady rate has none; what rounding leaves depends on the processor.
    power[power < _ROUNDING] = 0.0
    return power


def n_segments(duration_s: float) -> int:
    """Return the number of Welch segments in a window.

    R of independent Poisson units scatters by one over its square root.
    """
    return int(2 * duration_s / SEGMENT_S + EDGE_TOLERANCE) - 1


def within(band_hz: tuple[float, float]) -> BoolArray:
    """Return which frequencies lie in the closed band, shape (n_frequencies,)."""
    low_hz, high_hz = band_hz
    return (low_hz <= FREQUENCY_HZ) & (high_hz >= FREQUENCY_HZ)


_PEAK_BAND = within(PEAK_BAND_HZ)


def _density(signal: FloatArray) -> FloatArray:
    """Return Welch's one-sided density of each row, (..., n_frequencies).

    `scipy.signal.welch` gives the same (tested), but loops over segments in Python,
    which took most of the time for windows this short.
    """
    if signal.ndim > 2:  # window by window: segments stay in the cache of a core
        return np.stack([_density(window) for window in signal])
    segments = sliding_window_view(signal, _BINS_PER_SEGMENT, axis=-1)
    segments = segments[..., :: _BINS_PER_SEGMENT // 2, :]
    spectra = np.fft.rfft(segments * _HANN, axis=-1)
    # The window of a mean has two frequencies: here it is taken off.
    spectra[..., :2] -= segments.mean(axis=-1, keepdims=True) * _HANN_SPECTRUM
    parts = spectra.view(float)  # real and imaginary parts alternate
    squares = np.einsum("...sf,...sf->...f", parts, parts) / parts.shape[-2]
    squares = squares[..., ::2] + squares[..., 1::2]
    # One-sided: all frequencies but 0 and the highest count twice.
    squares[..., 1:-1] *= 2
    return squares * RATE_BIN_S / np.square(_HANN).sum()


def _shared_spectrum(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return `relative_spectrum`, computed once for all statistics of a window."""
    return _last_spectrum(trains, members.shape, members.tobytes())


@lru_cache(maxsize=1)
def _last_spectrum(
    trains: SpikeTrains, shape: tuple[int, ...], members: bytes
) -> FloatArray:
    # Trains are equal only to themselves, and never change.
    power = relative_spectrum(trains, np.frombuffer(members, bool).reshape(shape))
    power.setflags(write=False)
    return power


def _mean_power(
    trains: SpikeTrains, members: BoolArray, band_hz: tuple[float, float]
) -> FloatArray:
    """Return the mean of R over the band, shape (..., n_subsets)."""
    return _shared_spectrum(trains, members)[..., within(band_hz)].mean(axis=-1)


def peak_of(power: FloatArray, duration_s: float) -> float:
    """Return the frequency in Hz of the peak of a spectrum R, (n_frequencies,).

    A peak is a local maximum between 2 and 80 Hz, neither of them included, that noise
    on `aperiodic_background` would exceed in `FALSE_PEAKS` of spectra; of several, the
    highest above the background. NaN without one: one of 79 noisy values is always the
    highest, and a spectrum that falls is highest at the edge of the band.
    """
    frequency_hz, power = FREQUENCY_HZ[_PEAK_BAND], power[_PEAK_BAND]
    above = power / aperiodic_background(frequency_hz, power)
    if np.isnan(above).any():
        return np.nan
    is_maximum = (power[1:-1] > power[:-2]) & (power[1:-1] > power[2:])
    inner = np.where(is_maximum, above[1:-1], 0.0)
    is_peak = inner.max() > _noise_reaches(above, n_segments(duration_s))
    return float(frequency_hz[1 + inner.argmax()]) if is_peak else np.nan


def _noise_reaches(above: FloatArray, n_segments: int) -> float:
    """Return the height above the background that noise has at most.

    Power is a chi-squared variable over its 2k degrees of freedom: two per segment, or
    fewer where the scatter of all frequencies shows that segments do not count alike.
    Its quantile is that of Wilson and Hilferty (1931), PNAS 17:684.
    """
    scatter2 = (np.median(np.abs(np.log(above))) / 0.6745) ** 2
    variance = max(1 / n_segments, scatter2 / (1 + scatter2 / 2)) / 9
    z = NormalDist().inv_cdf(1 - FALSE_PEAKS / above.size)
    return float((1 - variance + z * np.sqrt(variance)) ** 3)


@statistic(
    "peak_freq",
    unit="Hz",
    scale="log",
    domain=PEAK_BAND_HZ,
    units="all",
    description="frequency of an oscillation: a spectral peak, 2-80 Hz",
)
@of_mean(peak_of)
def peak_freq(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return R(f) of each subset; `peak_of` their mean is the statistic.

    Subsets differ in noise, so a mean of their peaks would lie where none is.
    """
    return _shared_spectrum(trains, members)


@statistic(
    "spectral_power",
    unit="log10",
    units="all",
    description="population power 1-80 Hz over shot noise",
)
def spectral_power(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return log10 of the mean of R over 1-80 Hz; NaN where R is undefined or 0."""
    return log10(_mean_power(trains, members, POWER_BAND_HZ))


@statistic(
    "low_gamma_ratio",
    unit="log10",
    units="all",
    description="power at 1-10 Hz over power at 30-80 Hz",
)
def low_gamma_ratio(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return log10 of mean R over 1-10 Hz by mean R over 30-80 Hz.

    NaN where R is undefined or 0.
    """
    low = _mean_power(trains, members, LOW_BAND_HZ)
    return log10(ratio(low, _mean_power(trains, members, GAMMA_BAND_HZ)))

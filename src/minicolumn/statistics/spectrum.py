"""The spectrum of the population rate, relative to independent Poisson units."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minicolumn.registry import statistic
from minicolumn.statistics.missing import log10, ratio
from minicolumn.statistics.rates import mean_rate
from minicolumn.statistics.trains import (
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
_HANN_SPECTRUM = np.fft.rfft(_HANN)[:2]

PEAK_BAND_HZ = (2.0, 80.0)
POWER_BAND_HZ = (1.0, 80.0)
LOW_BAND_HZ = (1.0, 10.0)
GAMMA_BAND_HZ = (30.0, 80.0)

# In standard errors above shot noise. Independent Poisson units have such a peak in
# 6.4 % of windows of 2 s, 0.6 % of 10 s and 0.2 % of 30 s (8,000 windows each).
PEAK_FACTOR = 5.0


@dataclass(frozen=True, eq=False)
class RelativeSpectrum:
    """Power of the population rate over the shot noise of independent Poisson units.

    Parameters
    ----------
    frequency_hz
        Shape (n_frequencies,).
    power
        R(f), 1 for independent Poisson units, shape (..., n_subsets, n_frequencies);
        NaN where undefined.
    standard_error
        What R scatters by at one frequency for independent Poisson units:
        ``1 / sqrt(number of Welch segments)``; NaN without a segment.
    """

    frequency_hz: FloatArray
    power: FloatArray
    standard_error: float

    def within(self, band_hz: tuple[float, float]) -> BoolArray:
        """Return which frequencies lie in the closed band, shape (n_frequencies,)."""
        low_hz, high_hz = band_hz
        return (self.frequency_hz >= low_hz) & (self.frequency_hz <= high_hz)

    def mean_power(self, band_hz: tuple[float, float]) -> FloatArray:
        """Return the mean of R over the band, shape (..., n_subsets)."""
        return self.power[..., self.within(band_hz)].mean(axis=-1)


def relative_spectrum(trains: SpikeTrains, members: BoolArray) -> RelativeSpectrum:
    """Return the spectrum of each subset's rate per unit, over its shot noise.

    Welch's estimate P(f) of the rate in 5 ms bins: Hann window, 1 s segments, half
    overlapping, mean removed, one-sided density. A rate that is the mean of n
    independent Poisson units of ``mean_rate`` has ``P(f) = 2 mean_rate / n``, so R does
    not depend on rate or n unless units vary together. Undefined for a window shorter
    than one segment and for members without spikes.
    """
    # One frequency per whole Hz, because segments last 1 s.
    frequency_hz = np.arange(_BINS_PER_SEGMENT // 2 + 1) / SEGMENT_S
    # Sums of whole numbers are exact in single precision.
    summed = members.astype(np.float32) @ whole_counts(trains, RATE_BIN_S)
    n_segments = 2 * summed.shape[-1] // _BINS_PER_SEGMENT - 1
    if n_segments < 1:
        undefined = np.full((*summed.shape[:-1], frequency_hz.size), np.nan)
        return RelativeSpectrum(frequency_hz, undefined, np.nan)
    # The density of the rate is that of the sum over (n bin)^2.
    total_hz = mean_rate(trains, members) * members.sum(axis=-1)
    shot_noise = 2 * total_hz * RATE_BIN_S**2
    power = ratio(_density(summed.astype(float)), shot_noise[..., None])
    return RelativeSpectrum(frequency_hz, power, float(1 / np.sqrt(n_segments)))


def _density(signal: FloatArray) -> FloatArray:
    """Return Welch's one-sided density of each row, (..., n_frequencies).

    `scipy.signal.welch` gives the same (tested), but loops over segments in Python,
    which took most of the time for windows this short.
    """
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


def _shared_spectrum(trains: SpikeTrains, members: BoolArray) -> RelativeSpectrum:
    """Return `relative_spectrum`, computed once for all statistics of a window."""
    return _last_spectrum(trains, members.shape, members.tobytes())


@lru_cache(maxsize=1)
def _last_spectrum(
    trains: SpikeTrains, shape: tuple[int, ...], members: bytes
) -> RelativeSpectrum:
    # Trains are equal only to themselves, and never change.
    return relative_spectrum(trains, np.frombuffer(members, bool).reshape(shape))


@statistic(
    "peak_freq",
    unit="Hz",
    scale="log",
    domain=PEAK_BAND_HZ,
    units="all",
    description="frequency of a significant spectral peak, 2-80 Hz",
)
def peak_freq(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return the frequency in Hz where R is highest between 2 and 80 Hz.

    NaN unless that peak is `PEAK_FACTOR` standard errors above shot noise: one of 79
    noisy values is always the highest, which is not an oscillation.
    """
    spectrum = _shared_spectrum(trains, members)
    band = spectrum.within(PEAK_BAND_HZ)
    power = spectrum.power[..., band]
    is_peak = power.max(axis=-1) > 1 + PEAK_FACTOR * spectrum.standard_error
    highest_hz = spectrum.frequency_hz[band][power.argmax(axis=-1)]
    return np.where(is_peak, highest_hz, np.nan)


@statistic(
    "spectral_power",
    unit="log10",
    units="all",
    description="population power 1-80 Hz over shot noise",
)
def spectral_power(trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return log10 of the mean of R over 1-80 Hz; NaN where R is undefined or 0."""
    return log10(_shared_spectrum(trains, members).mean_power(POWER_BAND_HZ))


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
    spectrum = _shared_spectrum(trains, members)
    low = spectrum.mean_power(LOW_BAND_HZ)
    return log10(ratio(low, spectrum.mean_power(GAMMA_BAND_HZ)))

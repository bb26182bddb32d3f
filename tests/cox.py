"""Doubly stochastic (Cox) spike trains whose correlations are known in closed form."""

import numpy as np

from minicolumn.statistics.trains import SpikeTrains

BIN_S = 0.1


def cox_trains(rng, rates_hz, relative_sd, duration_s=10.0):
    """Return Poisson units that share one gain, drawn again for each 100 ms.

    The gain is log-normal with mean 1 and the SD given, whatever the rates: changing
    rates leaves the coordination of the units as it is.
    """
    n_bins = round(duration_s / BIN_S)
    sigma = np.sqrt(np.log1p(relative_sd**2))
    gain = rng.lognormal(-(sigma**2) / 2, sigma, n_bins)
    counts = rng.poisson(np.asarray(rates_hz)[:, None] * BIN_S * gain)
    unit, bins = np.nonzero(counts)
    repeats = counts[unit, bins]
    unit, bins = np.repeat(unit, repeats), np.repeat(bins, repeats)
    time_s = (bins + rng.random(unit.size)) * BIN_S
    return SpikeTrains(unit, time_s, len(rates_hz), duration_s)


def cox_correlation(rates_hz, relative_sd):
    """Return the mean correlation of 100 ms counts over pairs."""
    mean = np.asarray(rates_hz) * BIN_S
    share = np.sqrt(mean / (1 + mean * relative_sd**2)) * relative_sd
    pairs = share[:, None] * share
    return pairs[np.triu_indices(len(mean), k=1)].mean()


def cox_fano(rates_hz, relative_sd):
    """Return the mean Fano factor of 100 ms counts."""
    return 1 + np.mean(rates_hz) * BIN_S * relative_sd**2

"""The statistics as smooth functions of spikes, for derivatives.

Each is that of the same name in `rates`, `intervals`, `counts` or `spectrum`, of spikes
that are 0.0 or 1.0 in each millisecond; a test holds the two together. With respect to
one spike they are linear or smooth: their derivative says what one more spike would do.
A frequency of a peak is not (`peak_freq`), and statistics of users have none.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from minicolumn.statistics.counts import COUNT_BIN_S, SYNCHRONY_BIN_S
from minicolumn.statistics.describe import MIN_SPIKES
from minicolumn.statistics.smooth_intervals import interval_sums
from minicolumn.statistics.spectrum import (
    GAMMA_BAND_HZ,
    LOW_BAND_HZ,
    POWER_BAND_HZ,
    RATE_BIN_S,
    SEGMENT_S,
)
from minicolumn.statistics.trains import MS_PER_S


class Defined(NamedTuple):
    """Values, and where they are defined; elsewhere they mean nothing."""

    values: Array
    defined: Array


class _Window(NamedTuple):
    """What statistics are made of.

    Attributes
    ----------
    spikes
        On the grid of `SpikeTrains.rounded_to_ms`, (ms, C, N).
    members, active
        All units of each subset, and those with enough spikes, (C, S, N).
    """

    spikes: Array
    members: Array
    active: Array

    @property
    def duration_s(self) -> float:
        return len(self.spikes) / MS_PER_S

    @property
    def rate_hz(self) -> Array:
        return self.spikes.sum(axis=0) / self.duration_s

    @property
    def own(self) -> Array:
        """What a spike adds to its own square, (ms, C, N): 0, with a derivative.

        Squares of counts are linear in each spike, as 0 and 1 are their own squares.
        """
        return self.spikes - self.spikes**2

    def own_variance(self, n_bins: int) -> Array:
        """Return the same in the variance of counts in ``n_bins``, (C, N)."""
        return self.own.sum(axis=0) * (1 / n_bins - 1 / n_bins**2)


def _binned(spikes: Array, width_s: float) -> Array:
    """Return counts in whole bins, (bins, C, N)."""
    width = round(width_s * MS_PER_S)
    n = len(spikes) // width
    shape = n, width, *spikes.shape[1:]
    return spikes[: n * width].reshape(shape).sum(axis=1)


def smooth_statistics(spikes: Array, members: Array) -> Defined:
    """Return the statistics of one window of each circuit, (C, `SMOOTH_NAMES`).

    Parameters
    ----------
    spikes
        0.0 or 1.0 in each millisecond, (ms, C, N), as a simulation leaves them.
    members
        Who belongs to which subset, bool (C, S, N).
    """
    spikes = _rounded(spikes)
    enough = lax.stop_gradient(spikes).sum(axis=0) >= MIN_SPIKES
    active = members & enough[:, None]
    window = _Window(spikes, *(x.astype(spikes.dtype) for x in (members, active)))
    found = {name: _mean_if_mostly_defined(one) for name, one in _each(window).items()}
    columns = (jnp.stack(one, axis=-1) for one in zip(*found.values(), strict=True))
    return Defined(*columns)


def _each(window: _Window) -> dict[str, Defined]:
    """Return each statistic of each subset, (C, S)."""
    return {
        name: value
        for group in (_rates, _intervals, _counts, _spectrum)
        for name, value in group(window).items()
    }


def _rounded(spikes: Array) -> Array:
    """Move spikes from the middle of their bin to the next millisecond.

    The last one has no next: its spikes join those before them, of other units.
    """
    last = spikes[-2:].sum(axis=0, keepdims=True)
    return jnp.concatenate([jnp.zeros_like(last), spikes[:-2], last])


def _rates(window: _Window) -> dict[str, Defined]:
    members, rate_hz = window.members, window.rate_hz
    mean_hz = _mean(rate_hz, members)
    squares = (rate_hz[:, None] - mean_hz.values[..., None]) ** 2
    variance = _ratio((members * squares).sum(axis=-1), members.sum(axis=-1))
    return {
        "mean_rate": mean_hz,
        "rate_cv": _ratio(_root(variance.values), mean_hz.values),
    }


def _intervals(window: _Window) -> dict[str, Defined]:
    active, sums = window.active, interval_sums(window.spikes)
    mean = _ratio(sums.total, sums.n).values
    variance = _ratio(sums.squares, sums.n).values - mean**2
    cv, local = _ratio(_root(variance), mean), _ratio(sums.terms, sums.pairs)
    return {
        "cv_isi": _mean(cv.values, active * (sums.n > 1.5)[:, None]),
        "lv": _mean(local.values, active * local.defined[:, None]),
        "burst_fraction": _ratio(_sum(sums.short, active), _sum(sums.n, active)),
    }


def _counts(window: _Window) -> dict[str, Defined]:
    active = window.active
    counts = _binned(window.spikes, COUNT_BIN_S)
    n_bins = len(counts)
    mean = counts.mean(axis=0)
    variance = counts.var(axis=0) + window.own_variance(n_bins)
    factor = _ratio(variance * (n_bins / (n_bins - 1)), mean)
    pairs = active * (variance > 0)[:, None]
    n = pairs.sum(axis=-1)
    standardized = (counts - mean) * _ratio(1.0, _root(variance)).values
    together = (jnp.einsum("csn,tcn->tcs", pairs, standardized) ** 2).mean(axis=0)
    alone = _sum((standardized**2).mean(axis=0), pairs)
    corr = _ratio(together - alone, n * (n - 1))
    return {
        "fano": _mean(factor.values, active * factor.defined[:, None]),
        "pairwise_corr": corr._replace(values=jnp.clip(corr.values, -1.0, 1.0)),
        "synchrony_index": _synchrony(window),
    }


def _synchrony(window: _Window) -> Defined:
    active, counts = window.active, _binned(window.spikes, SYNCHRONY_BIN_S)
    n, own = active.sum(axis=-1), window.own_variance(len(counts))
    together = jnp.einsum("csn,tcn->tcs", active, counts).var(axis=0)
    together += _sum(own, active)
    alone = _ratio(_sum(counts.var(axis=0) + own, active), n)
    chi2 = _ratio(together / jnp.maximum(n, 1) ** 2, alone.values)
    values = jnp.minimum(_root(chi2.values), 1.0)
    return Defined(values, chi2.defined & (n > 1.5))


def _spectrum(window: _Window) -> dict[str, Defined]:
    """Return what Welch's spectrum of the summed rate says, over its shot noise."""
    segments = _segments(window.spikes, window.members)
    n = segments.shape[-1]
    hann = jnp.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n), jnp.float32)
    centered = segments - segments.mean(axis=-1, keepdims=True)
    spectra = jnp.fft.rfft(centered * hann, axis=-1)
    squares = (spectra.real**2 + spectra.imag**2).mean(axis=-2)
    own = (_segments(window.own, window.members) * hann**2).sum(axis=-1)
    squares += own.mean(axis=-1, keepdims=True)
    density = 2 * squares * RATE_BIN_S / (hann**2).sum()
    total_hz = _sum(window.rate_hz, window.members)
    relative = _ratio(density, (2 * total_hz * RATE_BIN_S**2)[..., None])
    low, gamma, power = (
        _log10(_band(relative, band))
        for band in (LOW_BAND_HZ, GAMMA_BAND_HZ, POWER_BAND_HZ)
    )
    ratio = Defined(low.values - gamma.values, low.defined & gamma.defined)
    return {"spectral_power": power, "low_gamma_ratio": ratio}


def _segments(spikes: Array, members: Array) -> Array:
    """Return summed counts of members in each Welch segment, (C, S, segments, bins)."""
    summed = jnp.einsum("csn,tcn->cst", members, _binned(spikes, RATE_BIN_S))
    n = round(SEGMENT_S / RATE_BIN_S)
    starts = range(0, summed.shape[-1] - n + 1, n // 2)
    return jnp.stack([summed[..., i : i + n] for i in starts], axis=-2)


def _band(relative: Defined, band_hz: tuple[float, float]) -> Defined:
    low, high = (round(edge * SEGMENT_S) for edge in band_hz)
    values = relative.values[..., low : high + 1].mean(axis=-1)
    return Defined(values, relative.defined[..., 0])


def _sum(values: Array, members: Array) -> Array:
    """Return the sum of values (C, N) over each subset, (C, S)."""
    return jnp.einsum("csn,cn->cs", members, values)


def _mean(values: Array, members: Array) -> Defined:
    return _ratio(_sum(values, members), members.sum(axis=-1))


def _mean_if_mostly_defined(one: Defined) -> Defined:
    """Return the mean over subsets, as `describe.mean_if_mostly_defined`."""
    n = one.defined.sum(axis=-1)
    mean = _ratio(jnp.where(one.defined, one.values, 0.0).sum(axis=-1), n)
    return Defined(mean.values, mean.defined & (2 * n >= one.defined.shape[-1]))


def _ratio(numerator: Array | float, denominator: Array) -> Defined:
    return _where_positive(denominator, lambda x: numerator / x)


def _root(values: Array) -> Array:
    return _where_positive(values, jnp.sqrt).values


def _log10(one: Defined) -> Defined:
    found = _where_positive(one.values, jnp.log10)
    return found._replace(defined=found.defined & one.defined)


def _where_positive(values: Array, function: Callable[[Array], Array]) -> Defined:
    """Return a function of values above 0, and 0 elsewhere; derivatives stay finite."""
    defined = values > 0
    result = function(jnp.where(defined, values, 1.0))
    return Defined(jnp.where(defined, result, 0.0), defined & jnp.isfinite(result))


SMOOTH_NAMES = (
    *("mean_rate", "rate_cv"),
    *("cv_isi", "lv", "burst_fraction"),
    *("fano", "pairwise_corr", "synchrony_index"),
    *("spectral_power", "low_gamma_ratio"),
)
"""In the order of the columns of `smooth_statistics`."""

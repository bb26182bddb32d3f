"""The aperiodic background of a spectrum, above which an oscillation is a peak."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from minicolumn.statistics.trains import FloatArray

# Steps are finer than the noise of spectra of a minute.
_KNEES_HZ = np.geomspace(0.5, 45.3, 14)
_EXPONENTS = np.array([1.0, 2.0, 3.0])
_HEIGHTS = np.concatenate(
    [np.linspace(-0.95, 0.0, 20), np.geomspace(0.05, 1e4, 60)]
)  # below 0 where units are more regular than Poisson


def aperiodic_background(frequency_hz: FloatArray, power: FloatArray) -> FloatArray:
    """Return the background of a spectrum relative to shot noise, (n_frequencies,).

    As in specparam (Donoghue et al. 2020, Nat Neurosci 23:1655) it falls with frequency
    beyond a knee, and oscillations must not lift it. Here it ends in shot noise, which
    is 1: ``1 + height / (1 + (f / knee)^exponent)``. Of many such curves, that with the
    least mean absolute difference of logarithms is returned. A median is little moved
    by peaks, so none need be removed first, and a table has no local minima.

    NaN if the power is not above 0 everywhere.
    """
    if not (power > 0).all():
        return np.full(power.shape, np.nan)
    curves = _log_curves(tuple(frequency_hz.tolist()))
    apart = curves - np.log(power).astype(np.float32)[:, None]
    nearest = np.abs(apart, out=apart).sum(axis=0).argmin()
    return np.exp(curves[:, nearest].astype(np.float64))


@lru_cache(maxsize=1)
def _log_curves(frequency_hz: tuple[float, ...]) -> NDArray[np.float32]:
    """Return the logarithm of every curve, (n_frequencies, n_curves)."""
    knee_hz, exponent = _KNEES_HZ[:, None, None], _EXPONENTS[:, None]
    falling = 1 / (1 + (np.array(frequency_hz) / knee_hz) ** exponent)
    curves = 1 + _HEIGHTS[:, None, None, None] * falling
    logs = np.log(curves).reshape(-1, len(frequency_hz)).astype(np.float32)
    return np.ascontiguousarray(logs.T)

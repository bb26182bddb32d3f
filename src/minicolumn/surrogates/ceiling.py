"""The noise ceiling: what no surrogate of the parameters can explain.

Another background gives the same circuit other statistics. A surrogate that knew every
expected value would reach an R2 of (variance between circuits) / (variance between +
variance of the noise).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.keys import Stream, generator
from minicolumn.learning.bootstrap import RESAMPLES, bootstrap, percentile_interval

Array = NDArray[np.float64]
CONFIDENCE = 0.95
LEAST_CIRCUITS = 5  # resampling fewer says nothing


@dataclass(frozen=True)
class Ceiling:
    """Share of the variance of single simulations that is not noise.

    Attributes
    ----------
    n_circuits
        Circuits with at least two trials that define the statistic.
    share, interval
        The estimate, between 0 and 1, and its interval at 95 % by bootstrap over at
        least `LEAST_CIRCUITS`; None where undefined.
    """

    n_circuits: int
    share: float | None
    interval: tuple[float, float] | None

    def fraction(self, r2: float | None) -> float | None:
        """Return ``r2`` as a fraction of the ceiling.

        None where the ceiling is not distinguishable from 0: a ratio would only
        amplify chance.
        """
        if r2 is None or not self.share or not self.interval or self.interval[0] <= 0:
            return None
        return r2 / self.share


def noise_ceiling(values: Array, seed: int, resamples: int = RESAMPLES) -> Ceiling:
    """Return the share of variance between groups, by one-way analysis of variance.

    A group is one circuit at one level; its members are trials. The estimate is the
    intraclass correlation ICC(1) of Shrout & Fleiss (1979, Psychol Bull 86:420), for
    groups of unequal size where trials do not define the statistic; groups with fewer
    than two such trials are passed over. The bootstrap draws whole circuits.
    ``values`` are those of one statistic, (circuits, levels, trials), NaN where
    undefined.
    """
    sums = _sums_of_circuits(values)
    used = sums[:, _GROUPS] > 0
    n_circuits = int(used.sum())
    (share,) = _intraclass(sums[used].sum(axis=0)[None]).tolist()
    if n_circuits < 2 or not np.isfinite(share):
        return Ceiling(n_circuits, None, None)
    if n_circuits < LEAST_CIRCUITS:
        return Ceiling(n_circuits, share, None)
    rng = generator(seed, Stream.SURROGATE_BOOTSTRAP, n_circuits)
    draws = bootstrap(sums[used], _intraclass, rng, resamples)
    return Ceiling(n_circuits, share, percentile_interval(draws, CONFIDENCE))


def within_circuits(values: Array) -> Array:
    """Return deviations from each circuit's mean over levels, trial by trial."""
    defined = np.isfinite(values)
    n = defined.sum(axis=1, keepdims=True)
    total = np.where(defined, values, 0.0).sum(axis=1, keepdims=True)
    return values - total / np.maximum(n, 1)


_GROUPS, _N, _N_SQUARED, _SUM, _SUM_OF_SQUARES, _WITHIN = range(6)


def _sums_of_circuits(values: Array) -> Array:
    """Return what each circuit adds to the sums of `_intraclass`, (circuits, 6)."""
    centered = values - np.nanmean(values) if np.isfinite(values).any() else values
    defined = np.isfinite(centered)
    n = defined.sum(axis=2)
    n = np.where(n >= 2, n, 0)
    total = np.where(defined, centered, 0.0).sum(axis=2) * (n > 0)
    mean = total / np.maximum(n, 1)
    deviation = np.where(defined & (n > 0)[..., None], centered - mean[..., None], 0.0)
    groups = [
        n > 0, n, n**2, n * mean, n * mean**2, np.square(deviation).sum(axis=2)
    ]  # fmt: skip
    return np.column_stack([one.sum(axis=1, dtype=float) for one in groups])


def _intraclass(sums: Array) -> Array:
    """Return ICC(1) of total sums (n, 6), clipped to 0..1; NaN without variation."""
    groups, n, n_squared, total, squares, within = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        between_ms = (squares - total**2 / n) / (groups - 1)
        within_ms = within / (n - groups)
        typical_n = (n - n_squared / n) / (groups - 1)
        between = (between_ms - within_ms) / typical_n
        return np.clip(between / (between + within_ms), 0, 1)

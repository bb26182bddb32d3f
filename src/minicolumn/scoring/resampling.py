"""Intervals from redrawing sessions."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.keys import Stream, generator
from minicolumn.scoring.evidence import CONFIDENCE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Resampling:
    """How often to redraw, and from which seed.

    Every interval and every null starts from the seed alone, so that none depends on
    what else was computed.
    """

    seed: int
    n_resamples: int = 10_000
    n_permutations: int = 10_000

    def rng(self) -> np.random.Generator:
        """Return a generator at its beginning."""
        return generator(self.seed, Stream.RESAMPLING)


def session_interval(
    statistic: Callable[..., Floats],
    columns: tuple[Floats, ...],
    resampling: Resampling,
    method: Literal["BCa", "percentile"] = "BCa",
) -> tuple[float, float] | None:
    """Return the 95 % bootstrap interval of a statistic over sessions.

    None where it is undefined: fewer than two sessions, or sessions so alike that the
    statistic is undefined or the same in redrawn cohorts.

    Parameters
    ----------
    statistic
        Takes the columns and ``axis``; must be vectorized.
    columns
        Values that belong to the same sessions, (sessions,) each.
    resampling
        How often and from which seed.
    method
        ``BCa`` (bias-corrected and accelerated, Efron 1987) for smooth statistics,
        ``percentile`` for counts, whose jumps defeat it.
    """
    if len(columns[0]) < 2:
        return None
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            columns,
            statistic,
            paired=True,
            vectorized=True,
            n_resamples=resampling.n_resamples,
            confidence_level=CONFIDENCE,
            method=method,
            rng=resampling.rng(),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return (low, high) if np.isfinite(low + high) else None


def leave_one_out(
    statistic: Callable[..., Floats], columns: tuple[Floats, ...]
) -> tuple[float, float] | None:
    """Return the range of a statistic as each session in turn is left out.

    None with fewer than three sessions, or where leaving one out makes it undefined.
    """
    n = len(columns[0])
    if n < 3:
        return None
    others = np.array([np.delete(np.arange(n), i) for i in range(n)])
    with np.errstate(invalid="ignore", divide="ignore"):
        values = statistic(*(column[others] for column in columns), axis=-1)
    low, high = float(np.min(values)), float(np.max(values))
    return (low, high) if np.isfinite(low + high) else None

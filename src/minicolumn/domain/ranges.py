"""Recorded epochs beside the simulated range of each statistic by itself."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from minicolumn.statistics.names import STATISTIC_NAMES

PERCENTILES = (0.5, 5, 50, 95, 99.5)


@dataclass(frozen=True)
class Margin:
    """One statistic in one state, simulated and recorded.

    Attributes
    ----------
    statistic, state
        Which.
    n_simulated
        Simulations at the level of that state that define the statistic.
    simulated
        Its `PERCENTILES` over them; None without any.
    n_epochs, n_defined
        Recorded epochs, and those that define the statistic.
    n_outside
        Defined epochs below the first or above the last percentile; None if there is no
        such range.
    session_medians
        Median over the defined epochs of each session, in order of session.
    spread
        5th, 50th and 95th percentile over defined epochs; None without any.
    """

    statistic: str
    state: str
    n_simulated: int
    simulated: tuple[float, ...] | None
    n_epochs: int
    n_defined: int
    n_outside: int | None
    session_medians: tuple[float, ...]
    spread: tuple[float, ...] | None

    @classmethod
    def of(
        cls, statistic: str, state: str, simulated: pd.DataFrame, epochs: pd.DataFrame
    ) -> "Margin":
        """Compare epochs of one state with simulations at its ACh level."""
        range_of = simulated[statistic].to_numpy(float)
        values = epochs[statistic].to_numpy(float)
        defined = np.isfinite(values)
        quantiles = _percentiles(range_of, PERCENTILES)
        outside = None
        if quantiles is not None:
            low, high = quantiles[0], quantiles[-1]
            outside = int(((values < low) | (values > high)).sum())
        session_id = epochs["session_id"].to_numpy()[defined]
        medians = [
            float(np.median(values[defined][session_id == session]))
            for session in np.unique(session_id)
        ]
        return cls(
            statistic,
            state,
            int(np.isfinite(range_of).sum()),
            quantiles,
            len(values),
            int(defined.sum()),
            outside,
            tuple(medians),
            _percentiles(values, (5, 50, 95)),
        )


def statistics_outside(margins: list[Margin], windows: pd.DataFrame) -> list[list[str]]:
    """Return the statistics of each window that lie outside their simulated range."""
    outside: list[list[str]] = [[] for _ in range(len(windows))]
    for margin in margins:
        if margin.simulated is None:
            continue
        values = windows[margin.statistic].to_numpy(float)
        low, high = margin.simulated[0], margin.simulated[-1]
        for row in np.flatnonzero((values < low) | (values > high)):
            outside[row].append(margin.statistic)
    return outside


def margins_of(
    state: str, simulated: pd.DataFrame, epochs: pd.DataFrame
) -> list[Margin]:
    """Return the margin of every statistic in one state."""
    return [Margin.of(name, state, simulated, epochs) for name in STATISTIC_NAMES]


def _percentiles(
    values: NDArray[np.float64], percentiles: tuple[float, ...]
) -> tuple[float, ...] | None:
    defined = values[np.isfinite(values)]
    if not defined.size:
        return None
    return tuple(float(q) for q in np.percentile(defined, percentiles))

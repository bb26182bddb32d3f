"""Whether recordings lie where the simulations are: the domain gap."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from minicolumn.report.results import where
from minicolumn.statistics.names import STATISTIC_NAMES

STATES = ("stationary", "running")
PERCENTILES = (1, 5, 50, 95, 99)


@dataclass(frozen=True)
class StateGap:
    """Recorded epochs of one state against the simulated range of one statistic.

    Attributes
    ----------
    n_epochs, n_defined
        Epochs, and those that define the statistic.
    n_outside
        Defined epochs below the 1st or above the 99th simulated percentile; None if
        there is no such range.
    session_medians
        Median over the defined epochs of each session, in order of session.
    spread
        5th, 50th and 95th percentile over defined epochs; None without any.
    """

    n_epochs: int
    n_defined: int
    n_outside: int | None
    session_medians: tuple[float, ...]
    spread: tuple[float, float, float] | None

    @property
    def fraction_outside(self) -> float | None:
        """Share of defined epochs that lie outside; None where undefined."""
        if self.n_outside is None or self.n_defined == 0:
            return None
        return self.n_outside / self.n_defined


@dataclass(frozen=True)
class Gap:
    """One statistic, simulated and recorded.

    Attributes
    ----------
    statistic
        Its name.
    n_simulated
        Simulations that define it.
    simulated
        Its `PERCENTILES` over them; None without any.
    states
        Recorded epochs by state.
    """

    statistic: str
    n_simulated: int
    simulated: tuple[float, ...] | None
    states: dict[str, StateGap]


def domain_gaps(simulated: pd.DataFrame, recorded: pd.DataFrame) -> list[Gap]:
    """Return the gap of every statistic.

    Parameters
    ----------
    simulated
        Table of the kind `tables.SIMULATED_STATISTICS`: all mechanisms and ACh levels
        together make the simulated range.
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`.
    """
    return [
        _gap(name, simulated[name].to_numpy(dtype=float), recorded)
        for name in STATISTIC_NAMES
    ]


def _gap(statistic: str, simulated: NDArray[np.float64], recorded: pd.DataFrame) -> Gap:
    defined = simulated[np.isfinite(simulated)]
    quantiles = None
    if len(defined):
        quantiles = tuple(float(q) for q in np.percentile(defined, PERCENTILES))
    states = {
        state: _state_gap(where(recorded, state=state), statistic, quantiles)
        for state in STATES
    }
    return Gap(statistic, len(defined), quantiles, states)


def _state_gap(
    epochs: pd.DataFrame, statistic: str, simulated: tuple[float, ...] | None
) -> StateGap:
    defined = epochs.dropna(subset=[statistic])
    values = defined[statistic].to_numpy(dtype=float)
    outside = spread = None
    if simulated is not None:
        outside = int(((values < simulated[0]) | (values > simulated[-1])).sum())
    if len(values):
        low, middle, high = (float(q) for q in np.percentile(values, (5, 50, 95)))
        spread = low, middle, high
    medians = defined.groupby("session_id")[statistic].median()
    return StateGap(
        len(epochs), len(values), outside, tuple(medians.astype(float)), spread
    )

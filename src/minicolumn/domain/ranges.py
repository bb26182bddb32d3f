"""Recorded epochs and the simulated range of each statistic by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.sessions.session import Session
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
        cls,
        statistic: str,
        state: str,
        simulated: NDArray[np.float64],
        epochs: Sequence[NDArray[np.float64]],
    ) -> Self:
        """Compare a statistic of each session's epochs with simulations, (n,) each."""
        values = np.concatenate([np.empty(0), *epochs])
        defined = [one[np.isfinite(one)] for one in epochs]
        quantiles = _percentiles(simulated, PERCENTILES)
        return cls(
            statistic,
            state,
            int(np.isfinite(simulated).sum()),
            quantiles,
            len(values),
            int(np.isfinite(values).sum()),
            None if quantiles is None else int(_out_of(quantiles, values).sum()),
            tuple(float(np.median(one)) for one in defined if one.size),
            _percentiles(values, (5, 50, 95)),
        )

    def excludes(self, session: Session) -> bool:
        """Return whether the median of a session's epochs is out of the range."""
        column = STATISTIC_NAMES.index(self.statistic)
        epochs = getattr(session, self.state)[:, column]
        defined = epochs[np.isfinite(epochs)]
        if self.simulated is None or not defined.size:
            return False
        return bool(_out_of(self.simulated, np.median(defined)))


def margins_of(
    state: str, simulated: NDArray[np.float64], sessions: Sequence[Session]
) -> list[Margin]:
    """Return the margin of every statistic in one state.

    ``simulated`` are windows at the ACh level of the state, (windows, 11).
    """
    return [
        Margin.of(
            name, state, simulated[:, i], [getattr(s, state)[:, i] for s in sessions]
        )
        for i, name in enumerate(STATISTIC_NAMES)
    ]


def statistics_outside(margins: Sequence[Margin], session: Session) -> list[str]:
    """Return the statistics whose median is out of range in a state, each once."""
    outside = {margin.statistic for margin in margins if margin.excludes(session)}
    return [name for name in STATISTIC_NAMES if name in outside]


def _out_of(
    percentiles: tuple[float, ...], values: NDArray[np.float64] | np.floating
) -> NDArray[np.bool_]:
    return np.asarray((values < percentiles[0]) | (values > percentiles[-1]))


def _percentiles(
    values: NDArray[np.float64], percentiles: tuple[float, ...]
) -> tuple[float, ...] | None:
    defined = values[np.isfinite(values)]
    return tuple(np.percentile(defined, percentiles).tolist()) if defined.size else None

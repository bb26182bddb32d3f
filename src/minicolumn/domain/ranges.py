"""The simulated range of each statistic by itself.

Epochs are compared with simulated windows, and medians over the epochs of a session
with those of simulated mice over as many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.sessions.lengths import Length, by_length, longest
from minicolumn.sessions.session import Session, medians
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
        quantiles = _percentiles(simulated, PERCENTILES)
        return cls(
            statistic,
            state,
            int(np.isfinite(simulated).sum()),
            quantiles,
            len(values),
            int(np.isfinite(values).sum()),
            None if quantiles is None else int(_out_of(quantiles, values).sum()),
            _percentiles(values, (5, 50, 95)),
        )


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


def statistics_outside(
    sessions: Sequence[Session], mice: Sequence[Session]
) -> list[list[str]]:
    """Return the statistics of each session that are out of range in a state.

    A statistic is if its median over the epochs of the state is below the first or
    above the last of `PERCENTILES` of that of simulated mice over as many epochs.
    Sessions and mice are scaled.
    """
    outside = np.zeros((len(sessions), len(STATISTIC_NAMES)), dtype=bool)
    for length, rows in by_length(sessions, longest(mice)).items():
        simulated = _medians_of(mice, length)
        mine = _medians_of([sessions[row] for row in rows], length)
        for place in np.ndindex(mine.shape[1:]):
            percentiles = _percentiles(simulated[:, *place], PERCENTILES)
            if percentiles is not None:
                outside[rows, place[-1]] |= _out_of(percentiles, mine[:, *place])
    return [
        [name for name, is_out in zip(STATISTIC_NAMES, one, strict=True) if is_out]
        for one in outside
    ]


def _medians_of(sessions: Sequence[Session], length: Length) -> NDArray[np.float64]:
    """Return medians by session, state and statistic, (sessions, 2, 11)."""
    some = (one.at_most(*length) for one in sessions)
    both = [[medians(one.stationary), medians(one.running)] for one in some]
    return np.array(both)[..., : len(STATISTIC_NAMES)]


def _out_of(
    percentiles: tuple[float, ...], values: NDArray[np.float64]
) -> NDArray[np.bool_]:
    return (values < percentiles[0]) | (values > percentiles[-1])


def _percentiles(
    values: NDArray[np.float64], percentiles: tuple[float, ...]
) -> tuple[float, ...] | None:
    defined = values[np.isfinite(values)]
    return tuple(np.percentile(defined, percentiles).tolist()) if defined.size else None

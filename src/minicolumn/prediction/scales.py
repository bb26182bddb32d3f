"""Units in which unlike statistics, and changes of them, compare."""

from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, strings
from minicolumn.config.mice import States
from minicolumn.outcomes import Outcome
from minicolumn.prediction.bank import InBothStates
from minicolumn.prediction.push_forward import mean_change
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.scaling import WINSOR_PERCENTILES


class Scales(NamedTuple):
    """Units in which unlike statistics compare, each (11,).

    ``statistic`` measures how alike two states are, ``change`` how alike two changes.
    """

    statistic: NDArray[np.float64]
    change: NDArray[np.float64]

    @classmethod
    def of(cls, simulated: pa.Table, states: States) -> Self:
        """Return both scales of `tables.SIMULATED_STATISTICS` of all mechanisms."""
        return cls(simulated_scale(simulated), change_scale(simulated, states))


def simulated_scale(simulated: pa.Table) -> NDArray[np.float64]:
    """Return the SD of each simulated statistic, (11,).

    One scale for all mechanisms, so that distances between them compare: the SD over
    every simulation of every mechanism in ``simulated`` (a table of the kind
    `tables.SIMULATED_STATISTICS`), winsorized at 1 and 99 % because a few runaway
    circuits would otherwise set it. NaN for a statistic that does not vary.
    """
    finite = strings(simulated, "outcome") != Outcome.NOT_FINITE
    values = columns(simulated, STATISTIC_NAMES)[finite]
    return np.array([_winsorized_sd(column) for column in values.T])


def change_scale(simulated: pa.Table, states: States) -> NDArray[np.float64]:
    """Return the SD of the simulated change of each statistic, (11,).

    The spread, over the circuits of each mechanism, of what the simulator itself does
    from rest to running: a difference of one such unit between two mechanisms is as
    large as the difference between two circuits. Mechanisms are pooled after taking
    out the mean of each, so that what tells them apart does not count as spread.
    Each state is taken at the simulated level nearest to its own. Winsorized like
    `simulated_scale`; NaN for a statistic that does not vary.
    """
    spread = []
    for mechanism in sorted(set(simulated["mechanism"].to_pylist())):
        change = InBothStates.of(simulated, mechanism, states).change
        spread.append(change - mean_change(change))
    pooled = np.concatenate(spread or [np.empty((0, len(STATISTIC_NAMES)))])
    return np.array([_winsorized_sd(column) for column in pooled.T])


def _winsorized_sd(values: NDArray[np.float64]) -> float:
    defined = values[np.isfinite(values)]
    if len(defined) < 2:
        return np.nan
    sd = np.clip(defined, *np.percentile(defined, WINSOR_PERCENTILES)).std()
    return float(sd) if sd > 0 else np.nan

"""Units in which unlike statistics, and changes of them, compare."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, mean_of_defined, strings
from minicolumn.config.mice import States
from minicolumn.learning.splits import SplitRule
from minicolumn.outcomes import Outcome
from minicolumn.prediction.bank import InBothStates
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.scaling import WINSOR_PERCENTILES


def simulated_scale(simulated: pa.Table) -> NDArray[np.float64]:
    """Return the SD of each simulated statistic, (11,): how alike two states are.

    One scale for all mechanisms, so that distances between them compare: the SD over
    every simulation of ``simulated`` (a table of the kind
    `tables.SIMULATED_STATISTICS`), winsorized at 1 and 99 % because a few runaway
    circuits would otherwise set it. NaN for a statistic that does not vary.
    """
    finite = strings(simulated, "outcome") != Outcome.NOT_FINITE
    return _winsorized_sd(columns(simulated, STATISTIC_NAMES)[finite])


def change_scale(simulated: pa.Table, states: States) -> NDArray[np.float64]:
    """Return the SD of the simulated change of each statistic, (11,).

    The spread, over the circuits of each mechanism, of what the simulator itself does
    from rest to running: a difference of one such unit between two mechanisms is as
    large as the difference between two circuits. Mechanisms are pooled after taking
    out the mean of each, so that what tells them apart does not count as spread.
    Winsorized like `simulated_scale`; NaN for a statistic that does not vary.
    """
    spread = [np.empty((0, len(STATISTIC_NAMES)))]
    for mechanism in np.unique(strings(simulated, "mechanism")):
        change = InBothStates.of(simulated, mechanism, states).change
        spread.append(change - mean_of_defined(change))
    return _winsorized_sd(np.concatenate(spread))


def training_change_scale(
    simulated: pa.Table, rule: SplitRule, states: States
) -> NDArray[np.float64]:
    """Return the `change_scale` of training circuits alone, (11,)."""
    training = rule.members(simulated["circuit_id"].to_numpy(), "train")
    return change_scale(simulated.filter(pa.array(training)), states)


def _winsorized_sd(values: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = np.full(values.shape[1], np.nan)
    for place, column in enumerate(values.T):
        defined = column[np.isfinite(column)]
        if len(defined) > 1:
            low, high = np.percentile(defined, WINSOR_PERCENTILES)
            scale[place] = defined.clip(low, high).std() or np.nan
    return scale

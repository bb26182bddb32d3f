"""Simulated mice as sessions whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns
from minicolumn.circuits.mechanisms import CLASSES, Truth
from minicolumn.sessions.session import Session, sessions_of
from minicolumn.statistics.names import STATISTIC_NAMES


def recordable(cohort: pa.Table) -> pa.Table:
    """Return the rows of mice that have statistics, of a table like `tables.COHORT`.

    The others have too few neurons that fire, or no simulation that ran. Recorded
    sessions with too few units are not scored either.
    """
    ids = cohort["circuit_id"].to_numpy()
    some = np.isfinite(columns(cohort, STATISTIC_NAMES)).any(axis=1)
    return cohort.filter(pa.array(np.isin(ids, ids[some]), pa.bool_()))


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of simulated mice and not told by a session; all are (mice,).

    Attributes
    ----------
    truths
        Class of each.
    rise
        ACh while running over that at rest.
    max_mV
        Depolarization at the highest concentration: the dose.
    causes
        What else than ACh differs between the states: names joined by +.
    strength
        Of the rival that acts; NaN if none does.
    """

    truths: Sequence[Truth]
    rise: NDArray[np.float64]
    max_mV: NDArray[np.float64]
    causes: Sequence[str]
    strength: NDArray[np.float64]

    @property
    def classes(self) -> NDArray[np.int64]:
        """The place of each truth in `CLASSES`."""
        return np.array([CLASSES.index(one) for one in self.truths], dtype=np.int64)

    def first_of_each(self, n: int) -> NDArray[np.int64]:
        """Return the places of the first ``n`` mice of each class, class by class."""
        return np.concatenate(
            [np.flatnonzero(self.classes == place)[:n] for place in range(len(CLASSES))]
        )

    def take(self, mice: NDArray[np.int64]) -> "Known":
        """Return the same of some of the mice."""
        truths, causes = (
            [values[int(mouse)] for mouse in mice]
            for values in (self.truths, self.causes)
        )
        rise, max_mV, strength = (
            values[mice] for values in (self.rise, self.max_mV, self.strength)
        )
        return Known(truths, rise, max_mV, causes, strength)


def mice_of(cohort: pa.Table) -> tuple[list[Session], Known]:
    """Return the scaled `recordable` mice of a cohort, and what is known of them."""
    cohort = recordable(cohort)
    mice = [one.scaled() for one in sessions_of(cohort, "circuit_id")]
    _, first = np.unique(cohort["circuit_id"].to_numpy(), return_index=True)
    mine = cohort.take(first)
    return mice, Known(
        mine["truth"].to_pylist(),
        mine["rise"].to_numpy(),
        mine["max_mV"].to_numpy(),
        mine["causes"].to_pylist(),
        mine["strength"].to_numpy(),
    )

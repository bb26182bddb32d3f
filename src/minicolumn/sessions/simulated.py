"""Simulated mice as sessions whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES, Truth
from minicolumn.sessions.session import Session, sessions_of


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
    """

    truths: Sequence[Truth]
    rise: NDArray[np.float64]
    max_mV: NDArray[np.float64]

    @property
    def classes(self) -> NDArray[np.int64]:
        """The place of each truth in `CLASSES`."""
        return np.array([CLASSES.index(one) for one in self.truths], dtype=np.int64)

    def take(self, mice: NDArray[np.int64]) -> "Known":
        """Return the same of some of the mice."""
        some = [self.truths[int(mouse)] for mouse in mice]
        return Known(some, self.rise[mice], self.max_mV[mice])


def mice_of(cohort: pa.Table) -> tuple[list[Session], Known]:
    """Return the scaled mice of a table like `tables.COHORT`, and what is known."""
    mice = [one.scaled() for one in sessions_of(cohort, "circuit_id")]
    _, first = np.unique(cohort["circuit_id"].to_numpy(), return_index=True)
    mine = cohort.take(first)
    return mice, Known(
        mine["truth"].to_pylist(), mine["rise"].to_numpy(), mine["max_mV"].to_numpy()
    )

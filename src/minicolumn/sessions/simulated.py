"""Simulated mice as sessions whose truth is known."""

from collections.abc import Sequence

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


def mice_of(cohort: pa.Table) -> tuple[list[Session], list[Truth]]:
    """Return the scaled `recordable` mice of a cohort, and their truths."""
    cohort = recordable(cohort)
    truth = dict(
        zip(cohort["circuit_id"].to_pylist(), cohort["truth"].to_pylist(), strict=True)
    )
    mice = [one.scaled() for one in sessions_of(cohort, "circuit_id")]
    return mice, [truth[mouse.identity] for mouse in mice]


def classes_of(truths: Sequence[Truth]) -> NDArray[np.int64]:
    """Return the place of each truth in `CLASSES`, (mice,)."""
    return np.array([CLASSES.index(truth) for truth in truths], dtype=np.int64)

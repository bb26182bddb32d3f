"""Simulated mice as sessions whose truth is known."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES, Truth
from minicolumn.sessions.session import Session, sessions_of


def mice_of(cohort: pa.Table) -> tuple[list[Session], list[Truth]]:
    """Return the scaled mice of a table like `tables.COHORT`, and their truths."""
    truth = dict(
        zip(cohort["circuit_id"].to_pylist(), cohort["truth"].to_pylist(), strict=True)
    )
    mice = [one.scaled() for one in sessions_of(cohort, "circuit_id")]
    return mice, [truth[mouse.identity] for mouse in mice]


def classes_of(truths: Sequence[Truth]) -> NDArray[np.int64]:
    """Return the place of each truth in `CLASSES`, (mice,)."""
    return np.array([CLASSES.index(truth) for truth in truths], dtype=np.int64)

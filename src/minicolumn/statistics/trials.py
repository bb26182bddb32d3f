"""Repeated simulations, one trial at a time."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa


def by_trial(repeats: pa.Table) -> Iterator[pa.Table]:
    """Yield the rows of each trial of a table of the kind `tables.REPEATS`.

    What is compared between the levels of a circuit must not be compared between its
    trials.
    """
    trial = repeats["trial"].to_numpy()
    for one in np.unique(trial):
        yield repeats.take(np.flatnonzero(trial == one))

"""The mechanism by the published method: one constant direction per statistic.

The mean direction over circuits is the same for every session, so all that a session
contributes is how many of its own directions agree. The inference is compared with it
to show what a constant can do.
"""

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import ACTING, CLASSES
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

# Those of the eleven, which are learned first.
_CHANGES = slice(len(ALL_NAMES), len(ALL_NAMES) + len(STATISTIC_NAMES))


def constant_directions(
    features: NDArray[np.float64], classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the sign of the mean change over the mice of each of `ACTING`.

    It is (acting, statistics), and 0 where no mouse defines the change. Mice have
    ``features``, (mice, features), and ``classes``, places in `CLASSES`, (mice,).
    """
    changes = features[:, _CHANGES]
    of_each = [changes[classes == CLASSES.index(name)] for name in ACTING]
    return np.array([np.sign(np.nan_to_num(mine).sum(axis=0)) for mine in of_each])


def agreements(
    features: NDArray[np.float64], directions: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how many directions of each class agree, less those that do not.

    It is (sessions, classes). `NONE`, the last, has no direction, so nothing agrees or
    disagrees: 0, which is what chance gets.
    """
    observed = np.sign(np.nan_to_num(features[:, _CHANGES]))
    return np.column_stack([observed @ directions.T, np.zeros(len(observed))])

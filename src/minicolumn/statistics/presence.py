"""Which units are there to be described: one rule for recordings and simulations."""

import numpy as np
from numpy.typing import ArrayLike

from minicolumn.statistics.trains import BoolArray


def present(counts: ArrayLike) -> BoolArray:
    """Return which units fire in any window of a session or circuit, (n_units,).

    No other is drawn into a subset, recorded or simulated: a spike sorter cannot find a
    neuron that never fires, and the limits on presence ratio remove such units.
    ``counts`` are the spikes of each unit in each window, (n_windows, n_units).

    Examples
    --------
    >>> present([np.array([0, 2, 0]), np.array([1, 0, 0])])
    array([ True,  True, False])
    """
    return np.any(np.asarray(counts) > 0, axis=0)

"""The circuits that are most like a session at rest."""

import numpy as np
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined

Floats = NDArray[np.float64]


def nearest(
    stationary: Floats, at_rest: Floats, scale: Floats, count: int
) -> NDArray[np.intp]:
    """Return the rows of the circuits nearest to one session at rest, (count,).

    The distance is root-mean-square in units of ``scale`` over the statistics that both
    define. So the choice is conditioned on the session at rest, and on nothing the
    mouse did while running. Two sessions alike at rest get the same circuits. A circuit
    has one window and a session many epochs, but what epochs scatter around their
    center adds the same to the mean squared distance of each circuit from them, and
    changes no order.

    Parameters
    ----------
    stationary, at_rest
        Statistics of circuits, (circuits, 11), and of the session, (11,), at rest.
    scale
        SD of each simulated statistic, (11,); NaN for one that judges no distance.
    count
        How many circuits, the nearest first; none if no statistic is defined both for
        the session and by any circuit.

    Raises
    ------
    ValueError
        If there are fewer circuits than ``count``.
    """
    if count > len(stationary):
        raise ValueError(
            f"prediction.nearest_circuits={count} exceeds the {len(stationary)} "
            "training circuits: choose fewer, or raise circuits.count"
        )
    distance = mean_of_defined(np.square((stationary - at_rest) / scale), axis=1)
    if np.isnan(distance).all():
        return np.empty(0, dtype=np.intp)
    return np.argsort(distance, kind="stable")[:count]

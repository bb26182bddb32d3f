"""The circuits that are most like a session at rest."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def nearest(
    stationary: Floats, at_rest: Floats, scale: Floats, count: int
) -> NDArray[np.intp]:
    """Return the rows of the circuits nearest to one session at rest, (count,).

    The distance is root-mean-square in units of ``scale`` over the statistics that both
    define. So the choice is conditioned on the session at rest, and on nothing the
    mouse did while running. Two sessions alike at rest get the same circuits.

    Parameters
    ----------
    stationary
        Statistics of circuits at rest, (circuits, 11).
    at_rest
        Median statistics of the session at rest, (11,); NaN where undefined.
    scale
        SD of each simulated statistic, (11,); NaN for one that judges no distance.
    count
        How many circuits.

    Returns
    -------
    NDArray
        The nearest first; none if no statistic is defined both for the session and by
        any circuit.

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
    squares = np.square((stationary - at_rest) / scale)
    shared = np.isfinite(squares)
    n_shared = shared.sum(axis=1)
    if not n_shared.any():
        return np.empty(0, dtype=np.intp)
    total = np.where(shared, squares, 0.0).sum(axis=1)
    distance = np.where(n_shared > 0, total / np.maximum(n_shared, 1), np.inf)
    return np.argsort(distance, kind="stable")[:count]

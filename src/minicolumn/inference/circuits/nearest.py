"""The circuits that are most like a session at rest, and what they do."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


class InBothStates(Protocol):
    """Circuits whose statistics are known in both states, emulated or simulated."""

    @property
    def stationary(self) -> Floats:
        """Statistics at rest, (circuits, 11)."""
        ...

    @property
    def change(self) -> Floats:
        """Running minus stationary, (circuits, 11)."""
        ...


def change_nearest(
    circuits: InBothStates,
    at_rest: Floats,
    scale: Floats,
    nearest: int,
) -> Floats:
    """Return the change predicted for one session, (11,).

    It is the mean change of the ``nearest`` circuits whose statistics at rest are most
    like the session's own, by root-mean-square distance in units of ``scale`` over the
    statistics that both define. So the prediction is conditioned on the session at
    rest, and on nothing the mouse did while running. Two sessions alike at rest get the
    same prediction.

    Parameters
    ----------
    circuits
        Where to look for them.
    at_rest
        Median statistics of the session at rest, (11,); NaN where undefined.
    scale
        SD of each simulated statistic, (11,).
    nearest
        How many circuits carry the prediction.

    Returns
    -------
    NDArray
        NaN for a statistic whose change none of them defines (one that the surrogate
        has not learned), and throughout if no statistic is defined both for the session
        and by any circuit.

    Raises
    ------
    ValueError
        If there are fewer circuits than ``nearest``.
    """
    n_circuits = len(circuits.stationary)
    if nearest > n_circuits:
        raise ValueError(
            f"transfer.nearest_circuits={nearest} exceeds the {n_circuits} "
            "training circuits: choose fewer, or raise circuits.count"
        )
    squares = np.square((circuits.stationary - at_rest) / scale)
    shared = np.isfinite(squares)
    n_shared = shared.sum(axis=1)
    if not n_shared.any():
        return np.full(len(STATISTIC_NAMES), np.nan)
    total = np.where(shared, squares, 0.0).sum(axis=1)
    distance = np.where(n_shared > 0, total / np.maximum(n_shared, 1), np.inf)
    alike = np.argsort(distance, kind="stable")[:nearest]
    return mean_change(circuits.change[alike])


def mean_change(change: Floats) -> Floats:
    """Return the mean over the circuits that define it, (11,); NaN if none does."""
    n = np.isfinite(change).sum(axis=0)
    return np.where(n > 0, np.nansum(change, axis=0) / np.maximum(n, 1), np.nan)

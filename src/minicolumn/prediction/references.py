"""Predictions without any surrogate, to set beside those of the surrogates.

- ``simulator_mean``: the mean simulated change over the training circuits of the
  mechanism, the same for every session. It is the published method, without a network.
- ``simulator_nearest``: the mean simulated change of those training circuits that are
  most like the session at rest, chosen as for a surrogate (`nearest.change_nearest`),
  but among simulated instead of emulated statistics.
- ``rate_alone``: the change that goes with the session's *observed* change of rate
  along a straight line through the origin, fitted by least squares to the simulated
  changes of the mechanism's training circuits. It is told what the mouse's rate did, so
  it is no prediction: it tells how much of a direction the rate alone accounts for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.files.store import columns_of
from minicolumn.files.tables import REFERENCES
from minicolumn.inference.circuits.nearest import change_nearest, mean_change
from minicolumn.prediction.bank import SimulatedCircuits
from minicolumn.sessions.session import Observed
from minicolumn.statistics.names import STATISTIC_NAMES

SIMULATOR_MEAN = "simulator_mean"
SIMULATOR_NEAREST = "simulator_nearest"
RATE_ALONE = "rate_alone"
_RATE = STATISTIC_NAMES.index("mean_rate")

Floats = NDArray[np.float64]


def predict_without_surrogate(
    training: Mapping[str, SimulatedCircuits],
    scale: Floats,
    sessions: Sequence[Observed],
    nearest_circuits: int,
) -> dict[str, list[Any]]:
    """Return the columns of the table `tables.REFERENCES`.

    Parameters
    ----------
    training
        Simulated training circuits by mechanism.
    scale
        SD of each simulated statistic, (11,).
    sessions
        From `Observed.of`.
    nearest_circuits
        How many circuits carry the prediction of ``simulator_nearest``.
    """
    rows: list[dict[str, Any]] = []
    for mechanism, circuits in training.items():
        mean, slope = mean_change(circuits.change), rate_slope(circuits.change)
        for session in sessions:
            predicted = {
                SIMULATOR_MEAN: mean,
                SIMULATOR_NEAREST: change_nearest(
                    circuits, session.conditioning, scale, nearest_circuits
                ),
                RATE_ALONE: slope * session.change[_RATE],
            }
            rows += [
                {
                    "session_id": session.identity,
                    "mechanism": mechanism,
                    "reference": reference,
                    "statistic": name,
                    "predicted": float(value),
                }
                for reference, values in predicted.items()
                for name, value in zip(STATISTIC_NAMES, values, strict=True)
            ]
    return columns_of(rows, REFERENCES.names)


def rate_slope(change: Floats) -> Floats:
    """Return the slope through the origin of each change on that of the rate, (11,).

    NaN for the rate itself, which would only repeat what it was told.
    """
    rate = change[:, [_RATE]]
    used = np.isfinite(rate + change)
    product, square = (
        np.where(used, values, 0.0).sum(axis=0) for values in (rate * change, rate**2)
    )
    slope = np.where(square > 0, product / np.where(square > 0, square, 1.0), np.nan)
    slope[_RATE] = np.nan
    return slope

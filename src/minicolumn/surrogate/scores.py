"""How well a surrogate does on circuits it has never seen."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogate.dataset import TestRows

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Score:
    """Agreement of one statistic over the test rows; None where undefined.

    Attributes
    ----------
    n_rows
        Rows with both a target and a prediction.
    r2
        1 - (squared error) / (squared deviation of the targets from their mean).
    mae
        Mean absolute error, in the statistic's unit.
    spearman
        Rank correlation of predictions and targets.
    r2_within
        R2 of the deviations from each circuit's own mean over ACh levels: what the
        surrogate knows of ACh, apart from what it knows of circuits.
    """

    n_rows: int
    r2: float | None
    mae: float | None
    spearman: float | None
    r2_within: float | None


def score(predicted: NDArray[np.float64], test: TestRows) -> dict[str, Score]:
    """Return the score of each statistic.

    Parameters
    ----------
    predicted
        Predictions for ``test.inputs`` in original units, (rows, 11).
    test
        Rows of held-out circuits, neither winsorised nor standardised.
    """
    return {
        name: score_statistic(predicted[:, i], test.targets[:, i], test.circuit_id)
        for i, name in enumerate(STATISTIC_NAMES)
    }


def score_statistic(
    predicted: NDArray[np.float64],
    target: NDArray[np.float64],
    circuit_id: NDArray[np.int64],
) -> Score:
    """Return the score of one statistic from arrays of shape (rows,)."""
    both = np.isfinite(predicted) & np.isfinite(target)
    predicted, target, circuit_id = predicted[both], target[both], circuit_id[both]
    if not both.any():
        return Score(0, None, None, None, None)
    size = float(np.abs(target).max())
    within = _centred(predicted, circuit_id), _centred(target, circuit_id)
    return Score(
        n_rows=len(target),
        r2=_r2(predicted, target, size),
        mae=float(np.abs(predicted - target).mean()),
        spearman=_spearman(predicted, target),
        r2_within=_r2(*within, size),
    )


def as_json(scores: dict[str, Score]) -> dict[str, dict[str, Any]]:
    """Return scores as plain values; undefined ones are null."""
    return {name: asdict(one) for name, one in scores.items()}


def _r2(
    predicted: NDArray[np.float64], target: NDArray[np.float64], size: float
) -> float | None:
    deviation = target - target.mean()
    spread = np.abs(deviation).max()
    # Centring leaves rounding noise of a constant, which is no variation.
    if spread <= _ROUNDING * size:
        return None
    error = (predicted - target) / spread
    return float(1 - np.square(error).sum() / np.square(deviation / spread).sum())


def _spearman(
    predicted: NDArray[np.float64], target: NDArray[np.float64]
) -> float | None:
    if np.ptp(predicted) == 0 or np.ptp(target) == 0:
        return None
    ranks = stats.rankdata(predicted), stats.rankdata(target)
    return float(np.corrcoef(*ranks)[0, 1])


def _centred(
    values: NDArray[np.float64], circuit_id: NDArray[np.int64]
) -> NDArray[np.float64]:
    _, circuit = np.unique(circuit_id, return_inverse=True)
    means = np.bincount(circuit, weights=values) / np.bincount(circuit)
    return values - means[circuit]

"""How well a surrogate does on circuits it has never seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.dataset import TestRows
from minicolumn.surrogates.rows import LEVEL

Array = NDArray[np.float64]

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Agreement:
    """Agreement of one statistic over some test rows; None where undefined.

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
    """

    n_rows: int
    r2: float | None
    mae: float | None
    spearman: float | None


@dataclass(frozen=True)
class LevelScore(Agreement):
    """Agreement at one ACh level, over circuits."""

    level: float


@dataclass(frozen=True)
class Score(Agreement):
    """Agreement over all levels, and at each.

    Attributes
    ----------
    r2_within
        R2 of the deviations from each circuit's own mean over ACh levels: what the
        surrogate knows of ACh, apart from what it knows of circuits.
    """

    r2_within: float | None
    by_level: tuple[LevelScore, ...]


def score(predicted: Array, test: TestRows) -> dict[str, Score]:
    """Return the score of each statistic, from ``predicted`` (rows, 11)."""
    return {
        name: score_statistic(
            predicted[:, i], test.targets[:, i], test.circuit_id, test.inputs[:, LEVEL]
        )
        for i, name in enumerate(STATISTIC_NAMES)
    }


def score_statistic(
    predicted: Array, target: Array, circuit_id: NDArray[np.int64], level: Array
) -> Score:
    """Return the score of one statistic from arrays of shape (rows,)."""
    both = np.isfinite(predicted) & np.isfinite(target)
    at_levels = {one: both & (level == one) for one in np.unique(level)}
    size = float(np.abs(target[both]).max(initial=0.0))
    pair = np.column_stack([predicted, target])[both]
    within, target_within = deviations(pair, circuit_id[both]).T
    return Score(
        *_agreement(predicted[both], target[both]),
        r2_within=_r2(within, target_within, size) if both.any() else None,
        by_level=tuple(
            LevelScore(*_agreement(predicted[at], target[at]), level=float(one))
            for one, at in at_levels.items()
        ),
    )


def _agreement(
    predicted: Array, target: Array
) -> tuple[int, float | None, float | None, float | None]:
    if not len(target):
        return 0, None, None, None
    return (
        len(target),
        _r2(predicted, target, float(np.abs(target).max())),
        float(np.abs(predicted - target).mean()),
        _spearman(predicted, target),
    )


def deviations(values: Array, circuit_id: NDArray[np.int64]) -> Array:
    """Return ``values`` (rows, n) less the mean of each circuit's defined rows."""
    _, circuit = np.unique(circuit_id, return_inverse=True)
    defined = np.isfinite(values)
    n = per_circuit(defined, circuit_id)
    means = per_circuit(np.where(defined, values, 0.0), circuit_id) / np.maximum(n, 1)
    return values - means[circuit]


def per_circuit(values: NDArray[Any], circuit_id: NDArray[np.int64]) -> Array:
    """Return the sums of ``values`` (rows, n) over each circuit, (circuits, n)."""
    _, circuit = np.unique(circuit_id, return_inverse=True)
    sums = [np.bincount(circuit, weights=one) for one in values.T]
    return np.column_stack(sums).astype(np.float64)


def _r2(predicted: Array, target: Array, size: float) -> float | None:
    deviation = target - target.mean()
    spread = np.abs(deviation).max()
    # Centering leaves rounding noise of a constant, which is no variation.
    if spread <= _ROUNDING * size:
        return None
    error = (predicted - target) / spread
    return float(1 - np.square(error).sum() / np.square(deviation / spread).sum())


def _spearman(predicted: Array, target: Array) -> float | None:
    if np.ptp(predicted) == 0 or np.ptp(target) == 0:
        return None
    ranks = stats.rankdata(predicted), stats.rankdata(target)
    return float(np.corrcoef(*ranks)[0, 1])

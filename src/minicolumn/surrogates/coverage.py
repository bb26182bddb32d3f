"""How often predictive intervals hold what they should, on test circuits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.conformal import Calibration, Predictor, by_circuit
from minicolumn.surrogates.dataset import TestRows
from minicolumn.surrogates.rows import LEVEL

Array = NDArray[np.float64]
_RANGE = 0.95  # of the coverage that chance allows


def measure_coverage(
    surrogate: Predictor, calibration: Calibration, test: TestRows, miscoverage: float
) -> dict[str, Any]:
    """Return coverage of the intervals of each statistic and over all, for JSON.

    Of each statistic: share of test values inside their intervals, mean width, share in
    each third of the values predicted (low, middle, high), and by level the share
    beside the central 95 % of what chance allows with so many circuits. Undefined is
    null, and so is everything where too few circuits define a statistic.
    """
    predicted = surrogate.predict(test.inputs)
    half = calibration.half_width(predicted, test.inputs[:, LEVEL], miscoverage)
    error = np.abs(test.targets - predicted)
    inside = np.where(np.isfinite(error + half), error <= half, np.nan)
    levels, by_level = by_circuit(inside, test)
    found: dict[str, Any] = {"miscoverage": miscoverage, "share": _mean(inside)}
    found["statistics"] = {
        name: {
            "n": int(np.isfinite(inside[:, column]).sum()),
            "share": _mean(inside[:, column]),
            "mean_width": _mean(2 * half[:, column]),
            "thirds": _thirds(inside[:, column], predicted[:, column]),
            "by_level": [
                {
                    "level": float(level),
                    **_at_level(
                        by_level[:, i, column],
                        calibration.errors_at(float(level))[:, column],
                        miscoverage,
                    ),
                }
                for i, level in enumerate(levels)
            ],
        }
        for column, name in enumerate(STATISTIC_NAMES)
    }
    return found


def allowed_range(
    n_calibration: int, n_test: int, miscoverage: float
) -> tuple[float, float]:
    """Return the central 95 % of coverage that exchangeable circuits give.

    The number of ``n_test`` values inside is beta-binomial: with n calibration scores
    and rank k of the quantile, its parameters are k and n + 1 - k (Vovk 2012, ACML).
    """
    rank = int(np.ceil(round((n_calibration + 1) * (1 - miscoverage), 9)))
    law = stats.betabinom(n_test, rank, n_calibration + 1 - rank)
    low, high = law.interval(_RANGE)
    return float(low) / n_test, float(high) / n_test


def _at_level(inside: Array, errors: Array, miscoverage: float) -> dict[str, Any]:
    n_test, n_calibration = (int(np.isfinite(a).sum()) for a in (inside, errors))
    counts = {"n": n_test, "n_calibration": n_calibration, "share": _mean(inside)}
    if n_test == 0:
        return {**counts, "allowed": None}
    return {**counts, "allowed": allowed_range(n_calibration, n_test, miscoverage)}


def _thirds(inside: Array, predicted: Array) -> list[float | None]:
    defined = np.flatnonzero(np.isfinite(inside))
    order = defined[np.argsort(predicted[defined], kind="stable")]
    return [_mean(inside[part]) for part in np.array_split(order, 3)]


def _mean(values: Array) -> float | None:
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if defined.size else None

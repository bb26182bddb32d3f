"""How often predictive intervals hold what they should, on test circuits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.conformal import Calibration, by_circuit
from minicolumn.surrogates.dataset import TestRows
from minicolumn.surrogates.models import Surrogate
from minicolumn.surrogates.rows import LEVEL

Array = NDArray[np.float64]
_RANGE = 0.95  # of the coverage that chance allows


@dataclass(frozen=True)
class LevelCoverage:
    """Coverage at one ACh level.

    ``allowed`` is the central 95 % of the shares that chance allows with ``n`` test
    and ``n_calibration`` circuits.
    """

    level: float
    n: int
    n_calibration: int
    share: float | None
    allowed: tuple[float, float] | None


@dataclass(frozen=True)
class StatisticCoverage:
    """Coverage of one statistic; None where too few circuits define it.

    Attributes
    ----------
    n, share
        Test values with an interval, and the share inside.
    mean_width
        Mean width of the intervals, in the statistic's unit.
    thirds
        Share inside among low, middle and high predictions.
    """

    n: int
    share: float | None
    mean_width: float | None
    thirds: tuple[float | None, ...]
    by_level: tuple[LevelCoverage, ...]


@dataclass(frozen=True)
class Coverage:
    """Coverage over all statistics, and of each."""

    miscoverage: float
    share: float | None
    statistics: dict[str, StatisticCoverage]


def measure_coverage(
    surrogate: Surrogate, calibration: Calibration, test: TestRows, miscoverage: float
) -> Coverage:
    """Return how often test values lie inside their intervals."""
    predicted = surrogate.predict(test.inputs)
    half = calibration.half_width(predicted, test.inputs[:, LEVEL], miscoverage)
    error = np.abs(test.targets - predicted)
    inside = np.where(np.isfinite(error + half), error <= half, np.nan)
    levels, by_level = by_circuit(inside, test)

    def at_levels(column: int) -> tuple[LevelCoverage, ...]:
        return tuple(
            _at_level(
                float(level),
                by_level[:, i, column],
                calibration.errors_at(float(level))[:, column],
                miscoverage,
            )
            for i, level in enumerate(levels)
        )

    statistics = {
        name: StatisticCoverage(
            int(np.isfinite(inside[:, column]).sum()),
            _mean(inside[:, column]),
            _mean(2 * half[:, column]),
            _thirds(inside[:, column], predicted[:, column]),
            at_levels(column),
        )
        for column, name in enumerate(STATISTIC_NAMES)
    }
    return Coverage(miscoverage, _mean(inside), statistics)


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


def _at_level(
    level: float, inside: Array, errors: Array, miscoverage: float
) -> LevelCoverage:
    n_test, n = (int(np.isfinite(values).sum()) for values in (inside, errors))
    allowed = allowed_range(n, n_test, miscoverage) if n_test else None
    return LevelCoverage(level, n_test, n, _mean(inside), allowed)


def _thirds(inside: Array, predicted: Array) -> tuple[float | None, ...]:
    defined = np.flatnonzero(np.isfinite(inside))
    order = defined[np.argsort(predicted[defined], kind="stable")]
    return tuple(_mean(inside[part]) for part in np.array_split(order, 3))


def _mean(values: Array) -> float | None:
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if defined.size else None

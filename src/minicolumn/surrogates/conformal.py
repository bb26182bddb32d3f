"""Predictive intervals: split conformal prediction, one score per circuit.

Circuits are exchangeable, the levels of one circuit are not: so at each ACh level the
scores of whole calibration circuits are ranked, and an interval holds a new circuit's
value at that level with at least the probability asked for (Vovk et al. 2005; Lei et
al. 2018, JASA 113:1094). The guarantee is for circuits of the same prior: it lapses
for anything else, a recording included.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.surrogates.dataset import CalibrationRows, ValidationRows
from minicolumn.surrogates.models import Surrogate
from minicolumn.surrogates.rows import LEVEL, Rows

_ROWS_PER_KNOT = 40
_MOST_KNOTS = 8
# Of the mean error, so that no interval collapses where validation errors happen to be
# small.
_LEAST_SPREAD = 0.1

Array = NDArray[np.float64]


def conformal_quantile(scores: Array, miscoverage: float) -> Array:
    """Return the score that a new one exceeds with at most probability ``miscoverage``.

    The ceil((n + 1)(1 - miscoverage))-th smallest of n scores along the first axis,
    NaN apart; NaN where n is too small for that rank to exist.
    """
    n = np.isfinite(scores).sum(axis=0)
    # Rounding keeps (9 + 1)(1 - 0.1) from becoming 9.000000000000002.
    rank = np.ceil(np.round((n + 1) * (1 - miscoverage), 9)).astype(int)
    ordered = np.sort(scores, axis=0)  # NaN last
    place = np.clip(rank - 1, 0, len(scores) - 1)
    chosen = np.take_along_axis(ordered, place[None], axis=0)[0]
    return np.where(rank <= n, chosen, np.nan)


@dataclass(frozen=True, eq=False)
class Spread:
    """How large errors are, by the value predicted; measured on validation circuits.

    Intervals proportional to this spread are wide where errors are large; any spread
    leaves their coverage valid. ``knots`` are predicted values, ascending, (knots, 11),
    ``size`` the mean absolute error around each, NaN for what was not learned.
    """

    knots: Array
    size: Array

    @classmethod
    def fit(cls, predicted: Array, validation: ValidationRows) -> Self:
        """Measure the errors of ``predicted``, (rows, 11)."""
        error = np.abs(validation.targets - predicted)
        fitted = [_fit_spread(p, e) for p, e in zip(predicted.T, error.T, strict=True)]
        knots, size = (np.column_stack(part) for part in zip(*fitted, strict=True))
        return cls(knots, size)

    def at(self, predicted: Array) -> Array:
        """Return the mean absolute error to expect, (rows, 11)."""
        columns = zip(predicted.T, self.knots.T, self.size.T, strict=True)
        return np.column_stack([np.interp(p, k, s) for p, k, s in columns])


@dataclass(frozen=True, eq=False)
class Calibration:
    """Errors of a surrogate on whole calibration circuits, and intervals from them.

    ``errors`` are (target - prediction) / ``spread``, (circuits, levels, 11), NaN where
    undefined; ``levels`` of ACh ascend.
    """

    spread: Spread
    levels: Array
    errors: Array

    @classmethod
    def fit(
        cls,
        surrogate: Surrogate,
        validation: ValidationRows,
        calibration: CalibrationRows,
    ) -> Self:
        """Measure the errors of ``surrogate``.

        Raises
        ------
        TypeError
            If ``calibration`` is any other kind of rows, such as those trained on.
        """
        if not isinstance(calibration, CalibrationRows):
            raise TypeError(
                f"Calibration.fit got {type(calibration).__name__}: errors must come "
                "from CalibrationRows, which neither training nor scores have seen"
            )
        spread = Spread.fit(surrogate.predict(validation.inputs), validation)
        predicted = surrogate.predict(calibration.inputs)
        errors = (calibration.targets - predicted) / spread.at(predicted)
        return cls(spread, *by_circuit(errors, calibration))

    def errors_at(self, level: float) -> Array:
        """Return the error of every calibration circuit at one level, (circuits, 11).

        Between simulated levels each circuit's error is interpolated. Rows of two
        levels belong to the same circuits: their differences are errors of a change.
        """
        above = int(np.searchsorted(self.levels, level).clip(1, len(self.levels) - 1))
        low, high = self.levels[above - 1], self.levels[above]
        weight = np.clip((level - low) / (high - low), 0, 1)
        if weight in (0, 1):  # NaN of a neighbor must not spread
            return self.errors[:, above - 1 + int(weight)]
        return (1 - weight) * self.errors[:, above - 1] + weight * self.errors[:, above]

    def half_width(self, predicted: Array, level: Array, miscoverage: float) -> Array:
        """Return half the width of each interval, (rows, 11).

        ``predicted`` is (rows, 11), ``level`` (rows,); ``miscoverage`` is the share of
        new circuits that may lie outside.
        """
        distinct, place = np.unique(level, return_inverse=True)
        scores = (np.abs(self.errors_at(float(one))) for one in distinct)
        quantile = np.array([conformal_quantile(s, miscoverage) for s in scores])
        return quantile[place] * self.spread.at(predicted)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays by name."""
        spread = {
            f"spread_{name}": values for name, values in vars(self.spread).items()
        }
        return {"levels": self.levels, "errors": self.errors} | spread

    @classmethod
    def of_arrays(cls, arrays: dict[str, NDArray[Any]]) -> Self:
        """Return the calibration whose `arrays` these are."""
        spread = Spread(arrays["spread_knots"], arrays["spread_size"])
        return cls(spread, arrays["levels"], arrays["errors"])


def by_circuit(values: Array, rows: Rows) -> tuple[Array, Array]:
    """Return the levels and ``values`` (rows, n) as (circuits, levels, n).

    NaN where a circuit has no row at a level.
    """
    levels, column = np.unique(rows.inputs[:, LEVEL], return_inverse=True)
    circuits, row = np.unique(rows.circuit_id, return_inverse=True)
    found = np.full((len(circuits), len(levels), values.shape[1]), np.nan)
    found[row, column] = values
    return levels, found


def _fit_spread(predicted: Array, error: Array) -> tuple[Array, Array]:
    """Return `_MOST_KNOTS` knots and the mean error near each, for one statistic."""
    both = np.isfinite(predicted) & np.isfinite(error)
    if not both.any():
        return np.arange(float(_MOST_KNOTS)), np.full(_MOST_KNOTS, np.nan)
    order = np.argsort(predicted[both], kind="stable")
    n_bins = int(np.clip(both.sum() // _ROWS_PER_KNOT, 1, _MOST_KNOTS))
    bins = np.array_split(order, n_bins)
    knots = np.array([predicted[both][one].mean() for one in bins])
    size = np.array([error[both][one].mean() for one in bins])
    least = _LEAST_SPREAD * error[both].mean() or 1.0
    short = _MOST_KNOTS - n_bins  # the last knot repeats, so that all columns stack
    return (
        np.pad(knots, (0, short), mode="edge"),
        np.pad(np.maximum(size, least), (0, short), mode="edge"),
    )

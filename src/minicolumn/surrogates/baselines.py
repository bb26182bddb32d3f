"""Baselines: simple models that a surrogate must beat to be worth its weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.dataset import TrainingRows, ValidationRows
from minicolumn.surrogates.scaling import Standardizer

# Each is fitted with every setting; validation circuits choose, statistic by statistic.
CANDIDATES: Mapping[str, Sequence[Any]] = {
    "mean": [DummyRegressor()],
    "ridge": [Ridge(alpha=alpha) for alpha in (0.1, 10.0, 1000.0)],
    "nearest": [KNeighborsRegressor(k, algorithm="brute") for k in (1, 5, 20)],
}


@dataclass(frozen=True, eq=False)
class Baseline:
    """A simple model of all statistics, on the same scales as the surrogates."""

    scaling: Standardizer
    regressors: Mapping[str, Any]

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return statistics (rows, 11) of inputs, both in original units."""
        standardized = np.full((len(inputs), len(STATISTIC_NAMES)), np.nan)
        rows = self.scaling.inputs(inputs)
        for column, name in enumerate(STATISTIC_NAMES):
            if name in self.regressors:
                standardized[:, column] = self.regressors[name].predict(rows)
        return self.scaling.original(standardized)


def fit_baselines(
    training: TrainingRows, validation: ValidationRows
) -> dict[str, Baseline]:
    """Return one baseline for each entry of `CANDIDATES`."""
    scaling = Standardizer.fit(training)
    fitted: dict[str, dict[str, Any]] = {kind: {} for kind in CANDIDATES}
    for column, name in enumerate(STATISTIC_NAMES):
        train, checked = (
            _defined(rows, scaling, column) for rows in (training, validation)
        )
        if not scaling.learnable[column] or not len(checked[1]):
            continue
        for kind, candidates in CANDIDATES.items():
            fitted[kind][name] = _best(candidates, train, checked)
    return {kind: Baseline(scaling, by_name) for kind, by_name in fitted.items()}


_Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def _defined(
    rows: TrainingRows | ValidationRows, scaling: Standardizer, column: int
) -> _Pair:
    target = scaling.targets(rows.targets)[:, column]
    defined = np.isfinite(target)
    return scaling.inputs(rows.inputs)[defined], target[defined]


def _best(candidates: Sequence[Any], train: _Pair, checked: _Pair) -> Any:
    fitted: list[Any] = []
    for one in candidates:
        if getattr(one, "n_neighbors", 1) <= len(train[1]):
            copy: Any = clone(one)
            fitted.append(copy.fit(*train))
    inputs, target = checked
    return min(fitted, key=lambda one: np.square(one.predict(inputs) - target).mean())

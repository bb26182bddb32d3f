"""Gradient-boosted trees as a surrogate: one booster per statistic."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

from minicolumn.config import XgBoost
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.dataset import TrainingRows, ValidationRows
from minicolumn.surrogates.rows import INPUT_NAMES
from minicolumn.surrogates.scaling import Standardizer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class TreeSurrogate:
    """Trained boosters by statistic, with their scales.

    A statistic without a booster, because too few rows define it, is predicted as NaN.
    """

    settings: XgBoost
    boosters: dict[str, xgb.Booster]
    scaling: Standardizer
    learning: dict[str, Any]

    @classmethod
    def fit(
        cls,
        training: TrainingRows,
        validation: ValidationRows,
        settings: XgBoost,
        seed: int,
        threads: int = 1,
    ) -> Self:
        """Train one booster per statistic on the rows that define it.

        Each stops when its own validation error has not improved for
        ``settings.patience`` trees, and keeps the trees up to the best.
        """
        scaling = Standardizer.fit(training)
        parameters = {
            "objective": "reg:squarederror",
            "tree_method": "hist",
            "max_depth": settings.max_depth,
            "eta": settings.learning_rate,
            "subsample": settings.subsample,
            "seed": seed,
            "nthread": threads,
        }
        boosters, trees, losses = {}, {}, {}
        started = time.monotonic()
        for statistic, name in enumerate(STATISTIC_NAMES):
            fitted, checked = (
                _defined_rows(rows, scaling, statistic)
                for rows in (training, validation)
            )
            if not scaling.learnable[statistic] or checked.num_row() == 0:
                continue
            boosters[name], losses[name] = _boost(parameters, settings, fitted, checked)
            trees[name] = boosters[name].num_boosted_rounds()
            done = statistic + 1
            logger.info(
                "%s: %d trees, validation RMSE %.4f; %d of %d statistics, "
                "about %.0f s left",
                name, trees[name], losses[name], done, len(STATISTIC_NAMES),
                (time.monotonic() - started) / done * (len(STATISTIC_NAMES) - done),
            )  # fmt: skip
        not_learned = [name for name in STATISTIC_NAMES if name not in boosters]
        if not_learned:
            logger.warning("too few targets to learn %s", not_learned)
        learning = {
            "not_learned": not_learned,
            "trees": trees,
            "validation_rmse": losses,
        }
        return cls(settings, boosters, scaling, learning)

    @property
    def n_weights(self) -> int:
        """Number of leaves, the numbers that boosting fits."""
        return sum(
            tree.count("leaf=")
            for booster in self.boosters.values()
            for tree in booster.get_dump()
        )

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return statistics (rows, 11) of (rows, inputs), both in original units."""
        standardized = np.full((len(inputs), len(STATISTIC_NAMES)), np.nan)
        rows = _matrix(self.scaling.inputs(inputs))
        for statistic, name in enumerate(STATISTIC_NAMES):
            if name in self.boosters:
                standardized[:, statistic] = self.boosters[name].predict(rows)
        return self.scaling.original(standardized)

    def write_weights(self, directory: Path) -> None:
        """Write one UBJ file per statistic."""
        for name, booster in self.boosters.items():
            booster.save_model(directory / f"{name}.ubj")

    @classmethod
    def read_weights(
        cls,
        directory: Path,
        settings: XgBoost,
        scaling: Standardizer,
        learning: dict[str, Any],
    ) -> Self:
        """Return the boosters that `write_weights` wrote."""
        boosters = {
            name: xgb.Booster(model_file=directory / f"{name}.ubj")
            for name in STATISTIC_NAMES
            if name not in learning["not_learned"]
        }
        return cls(settings, boosters, scaling, learning)


def _boost(
    parameters: dict[str, Any],
    settings: XgBoost,
    fitted: xgb.DMatrix,
    checked: xgb.DMatrix,
) -> tuple[xgb.Booster, float]:
    booster = xgb.train(
        parameters,
        fitted,
        num_boost_round=settings.n_trees,
        evals=[(checked, "validation")],
        early_stopping_rounds=settings.patience,
        verbose_eval=False,
    )
    return booster[: booster.best_iteration + 1], float(booster.best_score)


def _defined_rows(
    rows: TrainingRows | ValidationRows, scaling: Standardizer, statistic: int
) -> xgb.DMatrix:
    target = scaling.targets(rows.targets)[:, statistic]
    defined = np.isfinite(target)
    return _matrix(scaling.inputs(rows.inputs)[defined], target[defined])


def _matrix(
    inputs: NDArray[np.float64], target: NDArray[np.float64] | None = None
) -> xgb.DMatrix:
    return xgb.DMatrix(inputs, label=target, feature_names=list(INPUT_NAMES))

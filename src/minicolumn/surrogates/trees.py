"""Gradient-boosted trees as a surrogate: one booster per statistic."""

import logging
import time
from functools import lru_cache
from typing import Any

import numpy as np
import xgboost as xgb

from minicolumn.config import XgBoost
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.task import Floats, Learned, Task

logger = logging.getLogger(__name__)

_UBJ = ".ubj"


class TreeSurrogate:
    """Boosters by statistic, each in XGBoost's own binary format.

    A statistic without a booster, because too few rows define it, is predicted as NaN.
    """

    @staticmethod
    def fit(task: Task) -> Learned:
        """Train one booster per statistic on the rows that define it.

        Each stops when its own validation error has not improved for ``patience``
        trees, and keeps the trees up to the best.
        """
        settings = XgBoost(**task.settings)
        learned, trees, losses, leaves = {}, {}, {}, 0
        started = time.monotonic()
        for statistic in task.learnable():
            name = STATISTIC_NAMES[statistic]
            booster, losses[name] = _boost(task, settings, statistic)
            learned[name + _UBJ] = bytes(booster.save_raw("ubj"))
            trees[name] = booster.num_boosted_rounds()
            leaves += sum(tree.count("leaf=") for tree in booster.get_dump())
            done = statistic + 1
            logger.info(
                "%s: %d trees, validation RMSE %.4f; %d of %d statistics, "
                "about %.0f s left",
                name, trees[name], losses[name], done, len(STATISTIC_NAMES),
                (time.monotonic() - started) / done * (len(STATISTIC_NAMES) - done),
            )  # fmt: skip
        not_learned = [name for name in STATISTIC_NAMES if name not in trees]
        task.record(
            not_learned=not_learned,
            trees=trees,
            validation_rmse=losses,
            n_weights=leaves,  # the numbers that boosting fits
        )
        return learned

    @staticmethod
    def predict(learned: Learned, inputs: Floats) -> Floats:
        """Return standardized statistics, (rows, 11)."""
        standardized = np.full((len(inputs), len(STATISTIC_NAMES)), np.nan)
        boosters = {name: _booster(content) for name, content in learned.items()}
        names = next((one.feature_names for one in boosters.values()), None)
        rows = xgb.DMatrix(inputs, feature_names=names)
        for statistic, name in enumerate(STATISTIC_NAMES):
            if name + _UBJ in boosters:
                standardized[:, statistic] = boosters[name + _UBJ].predict(rows)
        return standardized


def _boost(task: Task, settings: XgBoost, statistic: int) -> tuple[xgb.Booster, float]:
    parameters = {
        "objective": "reg:squarederror",
        "tree_method": "hist",
        "max_depth": settings.max_depth,
        "eta": settings.learning_rate,
        "subsample": settings.subsample,
        "seed": task.seed,
        "nthread": task.threads,
    }
    inputs, target, checked_inputs, checked_target = task.defined(statistic)
    named: dict[str, Any] = {"feature_names": list(task.input_names)}
    booster = xgb.train(
        parameters,
        xgb.DMatrix(inputs, target, **named),
        num_boost_round=settings.n_trees,
        evals=[(xgb.DMatrix(checked_inputs, checked_target, **named), "validation")],
        early_stopping_rounds=settings.patience,
        verbose_eval=False,
    )
    return booster[: booster.best_iteration + 1], float(booster.best_score)


@lru_cache(maxsize=256)  # decoding takes longer than predicting few rows
def _booster(content: bytes) -> xgb.Booster:
    return xgb.Booster(model_file=bytearray(content))

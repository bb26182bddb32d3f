from dataclasses import replace

import numpy as np

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.models import fit


def test_no_tree_is_kept_beyond_the_best(toy, tiny):
    settings = tiny["xgboost"] | {"learning_rate": 1.0, "patience": 5}
    targets = toy.train.targets
    noise = np.random.default_rng(0).normal(size=targets.shape)
    sd = np.nanstd(targets, axis=0)
    noisy = replace(toy.train, targets=targets + 2 * sd * noise)
    surrogate = fit("xgboost", noisy, toy.validation, settings, seed=5)
    trees, rmse = (surrogate.learning[k] for k in ("trees", "validation_rmse"))
    assert set(trees) == set(STATISTIC_NAMES)
    assert max(trees.values()) <= settings["n_trees"] - settings["patience"]
    scaling = surrogate.scaling
    predicted = surrogate.predict(toy.validation.inputs)
    error = (predicted - scaling.original(scaling.targets(toy.validation.targets))) / (
        scaling.target_sd
    )
    kept = np.sqrt(np.nanmean(np.square(error), axis=0))
    np.testing.assert_allclose(
        kept, [rmse[name] for name in STATISTIC_NAMES], rtol=1e-4
    )


def test_a_statistic_that_validation_never_defines_is_not_learned(toy, tiny):
    targets = toy.validation.targets.copy()
    targets[:, 0] = np.nan
    validation = replace(toy.validation, targets=targets)
    surrogate = fit("xgboost", toy.train, validation, tiny["xgboost"], seed=5)
    assert surrogate.learning["not_learned"] == [STATISTIC_NAMES[0]]
    assert np.isnan(surrogate.predict(toy.test.inputs)[:, 0]).all()


def test_leaves_are_counted(toy, tiny):
    settings = tiny["xgboost"] | {"max_depth": 1, "n_trees": 3}
    surrogate = fit("xgboost", toy.train, toy.validation, settings, seed=5)
    assert surrogate.n_weights == 2 * sum(surrogate.learning["trees"].values())

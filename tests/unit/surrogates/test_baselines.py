from dataclasses import replace

import numpy as np
import pytest

from minicolumn.surrogates.baselines import CANDIDATES, fit_baselines
from minicolumn.surrogates.scores import score


@pytest.fixture(scope="module")
def baselines(toy):
    return fit_baselines(toy.train, toy.validation)


def test_the_mean_is_that_of_the_winsorized_training_targets(baselines, toy):
    predicted = baselines["mean"].predict(toy.test.inputs)
    low, high = np.nanpercentile(toy.train.targets, (1, 99), axis=0)
    expected = np.nanmean(np.clip(toy.train.targets, low, high), axis=0)
    np.testing.assert_allclose(predicted, np.tile(expected, (len(predicted), 1)))


def test_ridge_is_exact_where_statistics_are_linear_in_logarithms(baselines, toy):
    scores = score(baselines["ridge"].predict(toy.test.inputs), toy.test)
    assert min(one.r2 for one in scores.values() if one.r2 is not None) > 0.98


def test_nearest_knows_the_rows_it_learned(toy):
    """With one neighbor a training row is its own; validation never chose it here."""
    only_one = replace(toy.validation, inputs=toy.train.inputs[: len(toy.validation)])
    only_one = replace(only_one, targets=toy.train.targets[: len(toy.validation)])
    nearest = fit_baselines(toy.train, only_one)["nearest"]
    low, high = np.nanpercentile(toy.train.targets, (1, 99), axis=0)
    defined = np.isfinite(only_one.targets)
    np.testing.assert_allclose(
        nearest.predict(only_one.inputs)[defined],
        np.clip(only_one.targets, low, high)[defined],
    )


def test_validation_circuits_choose_the_setting(baselines, toy):
    chosen = baselines["nearest"].regressors["mean_rate"]
    target = baselines["nearest"].scaling.targets(toy.validation.targets)[:, 0]
    inputs = baselines["nearest"].scaling.inputs(toy.validation.inputs)
    train = baselines["nearest"].scaling
    x, y = train.inputs(toy.train.inputs), train.targets(toy.train.targets)[:, 0]
    seen, checked = np.isfinite(y), np.isfinite(target)
    errors = {}
    for one in CANDIDATES["nearest"]:
        fitted = one.__class__(**one.get_params()).fit(x[seen], y[seen])
        error = fitted.predict(inputs[checked]) - target[checked]
        errors[one.n_neighbors] = np.square(error).mean()
    assert chosen.n_neighbors == min(errors, key=lambda k: errors[k])


def test_what_is_not_learned_is_nan(toy):
    targets = toy.train.targets.copy()
    targets[:, 0] = np.nan
    baselines = fit_baselines(replace(toy.train, targets=targets), toy.validation)
    for one in baselines.values():
        predicted = one.predict(toy.test.inputs)
        assert np.isnan(predicted[:, 0]).all()
        assert np.isfinite(predicted[:, 1:]).all()

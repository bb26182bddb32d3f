from dataclasses import replace

import numpy as np
import pytest

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.dataset import TestRows, TrainingRows
from minicolumn.surrogates.scaling import LEAST_TARGETS, Standardizer


@pytest.fixture(scope="module")
def scaling(toy):
    return Standardizer.fit(toy.train)


def test_training_inputs_become_standard(toy, scaling):
    standardized = scaling.inputs(toy.train.inputs)
    np.testing.assert_allclose(standardized.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(standardized.std(axis=0), 1)


def test_training_targets_become_standard(toy, scaling):
    standardized = scaling.targets(toy.train.targets)
    np.testing.assert_allclose(np.nanmean(standardized, axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.nanstd(standardized, axis=0), 1)


def test_log_sampled_parameters_are_scaled_by_ratio(scaling, toy):
    inputs = np.tile(toy.train.inputs[0], (3, 1))
    column = toy.train.input_names.index("g_ee_nS")
    inputs[:, column] = [0.5, 1.0, 2.0]
    steps = np.diff(scaling.inputs(inputs)[:, column])
    np.testing.assert_allclose(steps[0], steps[1])


def test_targets_are_winsorized_at_training_percentiles(toy, scaling):
    low, high = np.nanpercentile(toy.train.targets, (1, 99), axis=0)
    for extreme, bound in ((-1e9, low), (1e9, high)):
        beyond = np.full((1, len(STATISTIC_NAMES)), extreme)
        back = scaling.original(scaling.targets(beyond))[0]
        np.testing.assert_allclose(back, bound)


def test_inside_the_percentiles_the_round_trip_is_exact(toy, scaling):
    middle = np.nanmedian(toy.train.targets, axis=0)[None]
    np.testing.assert_allclose(scaling.original(scaling.targets(middle)), middle)


def test_missing_targets_stay_missing(toy, scaling):
    np.testing.assert_array_equal(
        np.isnan(scaling.targets(toy.train.targets)), np.isnan(toy.train.targets)
    )


def test_test_rows_cannot_reach_the_scales(toy):
    with pytest.raises(TypeError, match="TestRows"):
        Standardizer.fit(toy.test)  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="ValidationRows"):
        Standardizer.fit(toy.validation)  # pyright: ignore[reportArgumentType]


def test_scales_do_not_depend_on_test_rows(toy, scaling):
    other = replace(toy, test=replace(toy.test, targets=toy.test.targets * 1e6))
    assert isinstance(other.test, TestRows)
    again = Standardizer.fit(other.train).arrays()
    for name, values in scaling.arrays().items():
        np.testing.assert_array_equal(again[name], values)


def test_a_constant_input_stays_finite(toy):
    inputs = toy.train.inputs.copy()
    inputs[:, 0] = 50.0
    scaling = Standardizer.fit(replace(toy.train, inputs=inputs))
    assert (scaling.inputs(inputs)[:, 0] == 0).all()


@pytest.mark.parametrize(
    ("n_defined", "learned"),
    [(LEAST_TARGETS, True), (LEAST_TARGETS - 1, False), (0, False)],
)
def test_a_statistic_with_too_few_targets_is_not_learned(toy, n_defined, learned):
    targets = toy.train.targets.copy()
    peak = STATISTIC_NAMES.index("peak_freq")
    targets[:, peak] = np.nan
    targets[:n_defined, peak] = np.arange(n_defined)
    train = replace(toy.train, targets=targets)
    assert isinstance(train, TrainingRows)
    scaling = Standardizer.fit(train)
    assert scaling.not_learned == ([] if learned else ["peak_freq"])
    predicted = scaling.original(np.zeros((1, len(STATISTIC_NAMES))))[0]
    assert np.isfinite(predicted[peak]) == learned
    assert np.isfinite(np.delete(predicted, peak)).all()


def test_arrays_and_names_are_all_there_is(scaling, toy):
    assert scaling.input_names == toy.train.input_names
    back = Standardizer(scaling.input_names, **scaling.arrays())
    np.testing.assert_array_equal(
        back.inputs(toy.test.inputs), scaling.inputs(toy.test.inputs)
    )
    np.testing.assert_array_equal(
        back.targets(toy.test.targets), scaling.targets(toy.test.targets)
    )

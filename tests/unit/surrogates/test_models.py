"""What all architectures must do alike."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import torch

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.names import ARCHITECTURES
from minicolumn.surrogates.rows import LEVEL, inputs_of
from minicolumn.surrogates.scores import score

PEAK = STATISTIC_NAMES.index("peak_freq")


@pytest.fixture(scope="module", params=ARCHITECTURES)
def chosen(request, tiny):
    return request.param, tiny[request.param]


@pytest.fixture(scope="module")
def surrogate(chosen, toy):
    return trained(chosen, toy.train, toy.validation)


def trained(chosen, train, validation, seed=5):
    name, settings = chosen
    return fit(name, train, validation, settings, seed)


def test_a_simple_truth_is_learned_although_targets_are_missing(surrogate, toy):
    predicted = surrogate.predict(toy.test.inputs)
    assert predicted.dtype == np.float64
    scores = score(predicted, toy.test)
    assert {name: s.r2 for name, s in scores.items() if not s.r2 or s.r2 < 0.9} == {}


def test_the_same_seed_gives_the_same_surrogate(surrogate, chosen, toy):
    torch.rand(3)
    again = trained(chosen, toy.train, toy.validation, 5)
    np.testing.assert_array_equal(
        again.predict(toy.test.inputs), surrogate.predict(toy.test.inputs)
    )


def test_derivatives_are_those_of_what_is_predicted(surrogate, toy):
    """By differences, in SD of the training inputs; trees have none."""
    inputs = toy.test.inputs[::40]
    if surrogate.architecture == "xgboost":
        with pytest.raises(ValueError, match="have no derivatives"):
            surrogate.derivatives(inputs)
        return
    derivatives, scaling, step = surrogate.derivatives(inputs), surrogate.scaling, 1e-4
    assert derivatives.shape == (*surrogate.predict(inputs).shape, inputs.shape[1])
    for place in range(inputs.shape[1]):
        sides = []
        for side in (-step, step):
            moved = inputs.copy()
            by = side * scaling.input_sd[place]
            moved[:, place] = (
                moved[:, place] * np.exp(by)
                if scaling.log[place]
                else moved[:, place] + by
            )
            sides.append(surrogate.predict(moved))
        slope = (sides[1] - sides[0]) / (2 * step)
        scale = scaling.target_sd
        np.testing.assert_allclose(
            derivatives[..., place] / scale, slope / scale, rtol=1e-3, atol=1e-4
        )


def test_another_seed_gives_another_surrogate(surrogate, chosen, toy):
    other = trained(chosen, toy.train, toy.validation, 6)
    assert (other.predict(toy.test.inputs) != surrogate.predict(toy.test.inputs)).any()


def test_training_leaves_the_global_generator_alone(chosen, toy):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    trained(chosen, toy.train, toy.validation, 5)
    assert torch.equal(torch.rand(3), expected)


def test_shuffled_targets_teach_nothing(chosen, toy):
    def shuffled(rows, seed):
        order = np.random.default_rng(seed).permutation(len(rows))
        return replace(rows, targets=rows.targets[order])

    surrogate = trained(chosen, shuffled(toy.train, 1), shuffled(toy.validation, 2))
    scores = score(surrogate.predict(toy.test.inputs), toy.test)
    assert max(s.r2 for s in scores.values() if s.r2 is not None) < 0.1


def test_the_baseline_learns_circuits_but_not_acetylcholine(chosen, dataset_of):
    data = dataset_of(120, training_set="ach_shuffled")
    surrogate = trained(chosen, data.train, data.validation)
    scores = score(surrogate.predict(data.test.inputs), data.test)
    burst = scores["burst_fraction"]
    assert burst.r2 is not None
    assert burst.r2 > 0.5
    within = [s.r2_within for s in scores.values() if s.r2_within is not None]
    assert max(within) < 0.3


def test_a_model_without_use_for_the_level_predicts_no_change(chosen, dataset_of):
    """Changes below 1e-9 are ties: rounding must not turn them into directions."""
    data = dataset_of(60)
    level = data.train.with_levels(np.full(len(data.train), 0.5))
    surrogate = trained(chosen, level, data.validation)
    ignore_level(surrogate.learned)
    one = data.test.with_levels(np.full(len(data.test), 0.2))
    other = data.test.with_levels(np.full(len(data.test), 0.8))
    change = surrogate.predict(other.inputs) - surrogate.predict(one.inputs)
    assert np.abs(change).max() < 1e-9


def ignore_level(learned):
    if "token_weight" in learned:
        learned["token_weight"][LEVEL] = 0
    if "layers.0.weight" in learned:
        learned["layers.0.weight"][:, LEVEL] = 0


def test_a_statistic_with_too_few_targets_is_reported_and_nan(chosen, toy):
    targets = toy.train.targets.copy()
    targets[5:, PEAK] = np.nan
    surrogate = trained(chosen, replace(toy.train, targets=targets), toy.validation)
    assert surrogate.learning["not_learned"] == ["peak_freq"]
    predicted = surrogate.predict(toy.test.inputs)
    assert np.isnan(predicted[:, PEAK]).all()
    assert np.isfinite(np.delete(predicted, PEAK, axis=1)).all()


def test_an_unknown_architecture_is_refused_with_those_that_are_known(toy):
    with pytest.raises(ValueError, match="'transfomer' is unknown; known: transformer"):
        fit("transfomer", toy.train, toy.validation, {}, seed=1)


def circuits_as_table(rows, first="circuit_id"):
    """The table of the same circuits as on disk: an identity, then the parameters."""
    columns = {first: rows.circuit_id} | dict(
        zip(rows.input_names[:LEVEL], rows.inputs[:, :LEVEL].T, strict=True)
    )
    return pa.table(columns)


def test_inputs_are_chosen_from_a_table_by_name(surrogate, toy):
    """As many columns as inputs, one of them an identity: by place it would fit."""
    names = surrogate.scaling.input_names
    table, level = circuits_as_table(toy.test), toy.test.inputs[:, LEVEL]
    assert table.num_columns == toy.test.inputs.shape[1]
    expected = toy.test.inputs
    found = inputs_of(table.select(table.column_names[::-1]), names, level)
    np.testing.assert_array_equal(found, expected)
    with_level = table.append_column("level", pa.array(level))
    np.testing.assert_array_equal(inputs_of(with_level, names), expected)
    at = toy.test.with_levels(np.full(len(toy.test), 0.5)).inputs
    np.testing.assert_array_equal(inputs_of(table, names, 0.5), at)


def test_a_table_without_an_input_is_refused_by_its_name(surrogate, toy):
    names = surrogate.scaling.input_names
    table = circuits_as_table(toy.test)
    with pytest.raises(ValueError, match="no column level"):
        inputs_of(table, names)
    with pytest.raises(ValueError, match="no column g_ee_nS"):
        inputs_of(table.drop_columns("g_ee_nS"), names, 0.5)
    holes = [None, *toy.test.inputs[1:, 0]]
    with_holes = table.set_column(1, table.column_names[1], pa.array(holes))
    with pytest.raises(ValueError, match=f"not finite.*{table.column_names[1]}"):
        inputs_of(with_holes, names, 0.5)


def test_a_table_is_never_taken_for_an_array(surrogate, toy):
    table = circuits_as_table(toy.test)
    for wrong in (table, table.to_pandas()):
        with pytest.raises(TypeError, match="chosen by name"):
            surrogate.predict(wrong)
    with pytest.raises(ValueError, match=r"expected \(rows, 20\)"):
        surrogate.predict(toy.test.inputs[:, 1:])

"""What all architectures must do alike."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.models import (
    architecture_of,
    fit,
    settings_for,
)
from minicolumn.surrogates.names import ARCHITECTURES
from minicolumn.surrogates.rows import LEVEL
from minicolumn.surrogates.scores import score

PEAK = STATISTIC_NAMES.index("peak_freq")


@pytest.fixture(scope="module", params=ARCHITECTURES)
def chosen(request, tiny):
    return tiny[request.param]


@pytest.fixture(scope="module")
def surrogate(chosen, toy):
    return fit(toy.train, toy.validation, chosen, seed=5)


def test_a_simple_truth_is_learned_although_targets_are_missing(surrogate, toy):
    predicted = surrogate.predict(toy.test.inputs)
    assert predicted.dtype == np.float64
    scores = score(predicted, toy.test)
    assert {name: s.r2 for name, s in scores.items() if not s.r2 or s.r2 < 0.9} == {}


def test_the_same_seed_gives_the_same_surrogate(surrogate, chosen, toy):
    torch.rand(3)
    again = fit(toy.train, toy.validation, chosen, seed=5)
    np.testing.assert_array_equal(
        again.predict(toy.test.inputs), surrogate.predict(toy.test.inputs)
    )


def test_another_seed_gives_another_surrogate(surrogate, chosen, toy):
    other = fit(toy.train, toy.validation, chosen, seed=6)
    assert (other.predict(toy.test.inputs) != surrogate.predict(toy.test.inputs)).any()


def test_training_leaves_the_global_generator_alone(chosen, toy):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    fit(toy.train, toy.validation, chosen, seed=5)
    assert torch.equal(torch.rand(3), expected)


def test_shuffled_targets_teach_nothing(chosen, toy):
    def shuffled(rows, seed):
        order = np.random.default_rng(seed).permutation(len(rows))
        return replace(rows, targets=rows.targets[order])

    surrogate = fit(shuffled(toy.train, 1), shuffled(toy.validation, 2), chosen, 5)
    scores = score(surrogate.predict(toy.test.inputs), toy.test)
    assert max(s.r2 for s in scores.values() if s.r2 is not None) < 0.1


def test_the_baseline_learns_circuits_but_not_acetylcholine(chosen, dataset_of):
    data = dataset_of(120, training_set="ach_shuffled")
    surrogate = fit(data.train, data.validation, chosen, seed=5)
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
    surrogate = fit(level, data.validation, chosen, seed=5)
    if hasattr(surrogate, "network"):
        ignore_level(surrogate.network)
    one = data.test.with_levels(np.full(len(data.test), 0.2))
    other = data.test.with_levels(np.full(len(data.test), 0.8))
    change = surrogate.predict(other.inputs) - surrogate.predict(one.inputs)
    assert np.abs(change).max() < 1e-9


def ignore_level(network):
    with torch.no_grad():
        if hasattr(network, "token_weight"):
            network.token_weight[LEVEL] = 0
        else:
            network.layers[0].weight[:, LEVEL] = 0


def test_a_statistic_with_too_few_targets_is_reported_and_nan(chosen, toy):
    targets = toy.train.targets.copy()
    targets[5:, PEAK] = np.nan
    surrogate = fit(replace(toy.train, targets=targets), toy.validation, chosen, 5)
    assert surrogate.learning["not_learned"] == ["peak_freq"]
    predicted = surrogate.predict(toy.test.inputs)
    assert np.isnan(predicted[:, PEAK]).all()
    assert np.isfinite(np.delete(predicted, PEAK, axis=1)).all()


def test_settings_name_their_architecture(tiny):
    for name in ARCHITECTURES:
        assert architecture_of(settings_for(name, tiny[name].model_dump())) == name
    with pytest.raises(ValueError, match="'transfomer' is unknown; known: transformer"):
        settings_for("transfomer", {})

from dataclasses import replace

import numpy as np
import pytest
import torch

from minicolumn.config import Mlp
from minicolumn.learning.training import on_training_device
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.networks import CircuitMLP
from minicolumn.surrogates.neural import masked_mse, outputs, train as train_on
from minicolumn.surrogates.task import Task

NAN = float("nan")
N_INPUTS = 20


def mlp(**changes):
    values = {
        "d_hidden": 8,
        "learning_rate": 1e-2,
        "batch_size": 32,
        "max_epochs": 30,
        "patience": 5,
    }
    return Mlp(**{**values, **changes})


def examples(n, seed):
    inputs = np.random.default_rng(seed).normal(size=(n, N_INPUTS))
    return inputs, np.repeat(inputs[:, :1], len(STATISTIC_NAMES), axis=1)


def task(n_training, n_validation, seed=1):
    names = tuple(f"x{place}" for place in range(N_INPUTS))
    return Task(*examples(n_training, 1), *examples(n_validation, 2), names, {}, seed)


def train(network, task, settings):
    with on_training_device(network) as device:
        return train_on(network, task, settings, device)


def network(settings):
    torch.manual_seed(0)
    return CircuitMLP(settings, N_INPUTS)


def test_masked_loss_is_the_mean_over_defined_targets():
    predicted = torch.tensor([[1.0, 5.0], [2.0, 7.0]])
    target = torch.tensor([[0.0, NAN], [4.0, NAN]])
    assert masked_mse(predicted, target).item() == pytest.approx((1 + 4) / 2)


def test_missing_targets_send_no_gradient():
    predicted = torch.tensor([[1.0, 5.0]], requires_grad=True)
    masked_mse(predicted, torch.tensor([[0.0, NAN]])).backward()
    assert predicted.grad is not None
    assert predicted.grad.tolist() == [[2.0, 0.0]]


def test_a_batch_without_targets_has_no_loss():
    predicted = torch.tensor([[1.0]], requires_grad=True)
    loss = masked_mse(predicted, torch.tensor([[NAN]]))
    loss.backward()
    assert loss.item() == 0
    assert predicted.grad is not None
    assert predicted.grad.tolist() == [[0.0]]


def test_batches_follow_from_the_seed_alone():
    settings = mlp(max_epochs=3)
    first = train(network(settings), task(64, 20), settings)
    torch.rand(5)
    np.random.default_rng().random()
    assert train(network(settings), task(64, 20), settings) == first
    assert train(network(settings), task(64, 20, seed=2), settings) != first


def test_validation_without_targets_is_refused():
    undefined = np.full((3, len(STATISTIC_NAMES)), np.nan)
    nothing = replace(task(10, 3), validation_targets=undefined)
    with pytest.raises(ValueError, match="none of the 3 validation rows"):
        train(network(mlp()), nothing, mlp())


def test_divergence_names_the_learning_rate():
    settings = mlp(learning_rate=1e9)
    with pytest.raises(ValueError, match=r"diverged.*learning_rate=1000000000"):
        train(network(settings), task(64, 20), settings)


def test_the_learning_rate_goes_through_one_cycle_and_is_kept():
    settings = mlp(max_epochs=20, patience=20)
    curves = train(network(settings), task(64, 20), settings)
    rates = np.array(curves.learning_rate)
    peak = int(rates.argmax())
    assert len(rates) == len(curves.validation)
    assert rates[peak] == pytest.approx(settings.learning_rate, rel=0.02)
    assert 0.2 < peak / len(rates) < 0.4
    assert (np.diff(rates[: peak + 1]) > 0).all()
    assert (np.diff(rates[peak:]) < 0).all()
    assert rates[-1] < 1e-5 * settings.learning_rate


def test_rows_with_missing_targets_teach_what_they_define():
    """A statistic hidden in every other row is learned from the others."""
    settings = mlp(max_epochs=60, patience=60)
    partial = task(400, 50)
    partial.targets[::2, 0] = NAN
    net = network(settings)
    train(net, partial, settings)
    inputs, targets = (
        torch.as_tensor(values, dtype=torch.float32) for values in examples(200, 3)
    )
    error = (outputs(net, inputs) - targets).square().mean(dim=0)
    assert error[0] < 0.1


@pytest.mark.gpu
def test_a_gpu_is_used_where_there_is_one_and_repeats_itself():
    settings = mlp(max_epochs=5)
    nets = [network(settings), network(settings)]
    curves = [train(net, task(200, 50), settings) for net in nets]
    assert curves[0].device == "cuda"
    assert curves[0] == curves[1]
    weights = [next(net.parameters()) for net in nets]
    assert weights[0].device.type == "cpu"
    assert torch.equal(*weights)

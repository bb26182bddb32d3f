import numpy as np
import pytest
import torch

from minicolumn.config import Mlp
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.mlp import CircuitMLP
from minicolumn.surrogates.neural import (
    Examples,
    masked_mse,
    outputs,
    train,
)

NAN = float("nan")
N_INPUTS = 19


def mlp(**changes):
    values = {
        "d_hidden": 8,
        "learning_rate": 1e-2,
        "batch_size": 32,
        "max_epochs": 30,
        "patience": 5,
    }
    return Mlp(**{**values, **changes})


def examples(n, seed, noise=0.0):
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(n, N_INPUTS))
    targets = np.repeat(inputs[:, :1], len(STATISTIC_NAMES), axis=1)
    return Examples.of(inputs, targets + noise * rng.normal(size=targets.shape))


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
    data = examples(64, 1), examples(20, 2)
    first = train(network(settings), *data, settings, seed=1)
    torch.rand(5)
    np.random.default_rng().random()
    assert train(network(settings), *data, settings, seed=1) == first
    assert train(network(settings), *data, settings, seed=2) != first


def test_validation_without_targets_is_refused():
    settings = mlp()
    nothing = Examples.of(
        np.zeros((3, N_INPUTS)), np.full((3, len(STATISTIC_NAMES)), np.nan)
    )
    with pytest.raises(ValueError, match="none of the 3 validation rows"):
        train(network(settings), examples(10, 1), nothing, settings, seed=1)


def test_divergence_names_the_learning_rate():
    settings = mlp(learning_rate=1e30)
    with pytest.raises(ValueError, match=r"diverged.*learning_rate=1e\+30"):
        train(network(settings), examples(64, 1), examples(20, 2), settings, seed=1)


def test_the_learning_rate_goes_through_one_cycle_and_is_kept():
    settings = mlp(max_epochs=20, patience=20)
    curves = train(
        network(settings), examples(64, 1), examples(20, 2), settings, seed=1
    )
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
    full = examples(400, 1)
    targets = full.targets.clone()
    targets[::2, 0] = NAN
    net = network(settings)
    train(net, Examples(full.inputs, targets), examples(50, 2), settings, seed=1)
    fresh = examples(200, 3)
    error = (outputs(net, fresh.inputs) - fresh.targets).square().mean(dim=0)
    assert error[0] < 0.1


@pytest.mark.gpu
def test_a_gpu_is_used_where_there_is_one_and_repeats_itself():
    settings = mlp(max_epochs=5)
    data = examples(200, 1), examples(50, 2)
    nets = [network(settings), network(settings)]
    curves = [train(net, *data, settings, seed=1) for net in nets]
    assert curves[0].device == "cuda"
    assert curves[0] == curves[1]
    weights = [next(net.parameters()) for net in nets]
    assert weights[0].device.type == "cpu"
    assert torch.equal(*weights)

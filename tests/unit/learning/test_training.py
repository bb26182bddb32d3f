import re

import numpy as np
import pytest
import torch

from minicolumn.config import Mlp
from minicolumn.learning import training
from minicolumn.learning.training import (
    Examples,
    evaluate,
    masked_mse,
    outputs,
    torch_threads,
    train,
)
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.mlp import CircuitMLP
from minicolumn.surrogates.rows import INPUT_NAMES

NAN = float("nan")


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
    inputs = rng.normal(size=(n, len(INPUT_NAMES)))
    targets = np.repeat(inputs[:, :1], len(STATISTIC_NAMES), axis=1)
    return Examples.of(inputs, targets + noise * rng.normal(size=targets.shape))


def network(settings):
    torch.manual_seed(0)
    return CircuitMLP(settings)


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


def test_the_best_weights_are_kept():
    settings = mlp(learning_rate=0.05, max_epochs=40, patience=40)
    net, held_out = network(settings), examples(20, 2, noise=3.0)
    curves = train(net, examples(40, 1, noise=3.0), held_out, settings, seed=1)
    assert curves.best_epoch == int(np.argmin(curves.validation))
    assert curves.best_epoch < len(curves.validation) - 1
    assert evaluate(net, held_out) == pytest.approx(min(curves.validation), rel=1e-6)


def test_training_stops_when_validation_stops_improving():
    settings = mlp(learning_rate=0.05, max_epochs=200, patience=4)
    curves = train(
        network(settings), examples(40, 1, 3.0), examples(20, 2, 3.0), settings, seed=1
    )
    assert len(curves.validation) == curves.best_epoch + 1 + settings.patience
    assert len(curves.training) == len(curves.validation)


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
        np.zeros((3, len(INPUT_NAMES))), np.full((3, len(STATISTIC_NAMES)), np.nan)
    )
    with pytest.raises(ValueError, match="none of the 3 validation rows"):
        train(network(settings), examples(10, 1), nothing, settings, seed=1)


def test_divergence_names_the_learning_rate():
    settings = mlp(learning_rate=1e30)
    with pytest.raises(ValueError, match=r"diverged.*learning_rate=1e\+30"):
        train(network(settings), examples(64, 1), examples(20, 2), settings, seed=1)


def test_thread_count_is_put_back():
    before = torch.get_num_threads()
    with torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


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


def test_progress_says_what_is_left_at_most(monkeypatch, caplog):
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
    settings = mlp(max_epochs=3)
    with caplog.at_level("INFO"):
        train(network(settings), examples(64, 1), examples(20, 2), settings, seed=1)
    told = [record.getMessage() for record in caplog.records]
    for epoch, line in enumerate(told[:3], start=1):
        assert line.startswith(f"epoch {epoch} of at most 3: ")
    assert told[2].endswith("at most 0 s left")
    assert re.search(r"loss \d.*validation \d.*learning rate \d", told[0])
    assert told[3].startswith("stopped after 3 epochs")


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

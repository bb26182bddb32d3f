"""The one training loop, on a parabola whose every step is known."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import minicolumn
from minicolumn.learning import training
from minicolumn.learning.training import (
    Descent,
    fill,
    fit,
    on_training_device,
    seeded,
    torch_threads,
    weights_of,
)


class Point(nn.Module):
    """One weight, from 0."""

    def __init__(self):
        super().__init__()
        self.at = nn.Parameter(torch.zeros(1))


def descent(point, rate=0.1, **changes):
    optimizer = torch.optim.SGD(point.parameters(), lr=rate)
    return Descent(**{"optimizer": optimizer, "rounds": 30, "patience": 5} | changes)


def run(point, how, validate=None, goals=lambda _: [1.0]):
    """Descend to a goal: with a rate of 0.1 a fifth of the way in each step."""

    def distance():
        return float((point.at.detach() - 1).square())

    def loss(goal):
        return (point.at - goal).square().sum()

    return fit(point, goals, loss, validate or distance, how)


def test_every_batch_is_one_step_and_curves_tell_all():
    point = Point()
    curves = run(point, descent(point, rounds=3), goals=lambda _: [1.0, 1.0])
    assert point.at.item() == pytest.approx(1 - 0.8**6)
    np.testing.assert_allclose(curves.training[0], (1 + 0.8**2) / 2, rtol=1e-6)
    expected = [0.8 ** (4 * k) for k in (1, 2, 3)]
    np.testing.assert_allclose(curves.validation, expected, rtol=1e-5)
    assert curves.learning_rate == (0.1, 0.1, 0.1)
    assert (curves.best_epoch, curves.device) == (2, "cpu")


def test_the_best_weights_are_kept_and_patience_ends_it():
    """The validation goal lies on the way: what comes after it is worse."""
    point = Point()
    curves = run(
        point, descent(point), validate=lambda: abs(point.at.item() - (1 - 0.8**4))
    )
    assert curves.best_epoch == 3
    assert len(curves.training) == len(curves.validation) == 4 + 5
    assert point.at.item() == pytest.approx(1 - 0.8**4)


def test_validation_may_be_rarer_than_rounds():
    """Patience counts rounds all the same; between checks nothing can be best."""
    point = Point()
    how = descent(point, check_every=4, patience=6, rounds=100)
    curves = run(point, how, validate=lambda: abs(point.at.item() - 0.6))
    assert curves.best_epoch == 4
    assert len(curves.training) == 4 + 6 + 1
    assert len(curves.validation) == 3
    assert point.at.item() == pytest.approx(1 - 0.8**5)


def test_rounds_are_numbered_and_schedules_are_told():
    point, told, rounds = Point(), [], []

    def goals(number):
        rounds.append(number)
        return [1.0, 1.0]

    how = descent(
        point,
        rounds=3,
        after_batch=lambda: told.append("batch"),
        after_round=lambda loss: told.append(loss),
    )
    curves = run(point, how, goals=goals)
    assert rounds == [0, 1, 2]
    assert told[:2] == ["batch", "batch"]
    assert told[2::3] == list(curves.validation)


def test_gradients_are_clipped_only_when_asked():
    for norm, expected in ((None, 0.2), (0.5, 0.05)):
        point = Point()
        run(point, descent(point, rounds=1, gradient_norm=norm))
        assert point.at.item() == pytest.approx(expected)


def test_training_mode_is_on_in_every_round():
    point, modes = Point(), []

    def goals(_):
        modes.append(point.training)
        return [1.0]

    def validate():
        point.eval()
        return 1.0

    run(point, descent(point, rounds=3), validate, goals)
    assert modes == [True] * 3


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_divergence_names_round_and_learning_rate(wrong):
    point = Point()
    how = descent(point, rate=0.3, unit="step")
    with pytest.raises(ValueError, match=r"diverged in step 1 at learning_rate=0\.3:"):
        run(point, how, validate=lambda: wrong)
    with pytest.raises(ValueError, match=r"diverged in step 3"):
        run(point, how, goals=lambda n: [wrong if n == 2 else 1.0])


def test_progress_says_what_is_left_at_most(monkeypatch, caplog):
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
    point = Point()
    with caplog.at_level("INFO"):
        run(point, descent(point, rounds=3))
    told = [record.getMessage() for record in caplog.records]
    for epoch, line in enumerate(told[:3], start=1):
        assert line.startswith(f"epoch {epoch} of at most 3: ")
    assert told[2].endswith("at most 0 s left")
    assert re.search(r"loss \d.*validation \d.*learning rate \d", told[0])
    assert told[3].startswith("stopped after 3 epochs")


def test_thread_count_is_put_back():
    before = torch.get_num_threads()
    with torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_a_seeded_block_leaves_the_global_generator_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with seeded(7):
        first = torch.rand(3)
    with seeded(7):
        assert torch.equal(torch.rand(3), first)
    assert torch.equal(torch.rand(3), expected)


def test_weights_survive_the_way_through_arrays():
    one, other = nn.Linear(3, 2), nn.Linear(3, 2)
    fill(other, weights_of(one))
    assert torch.equal(one.weight, other.weight)
    assert torch.equal(one.bias, other.bias)


def test_every_loop_of_the_library_learns_on_the_device_of_its_process():
    texts = {
        path.stem: path.read_text()
        for path in Path(minicolumn.__file__).parent.rglob("*.py")
        if path.stem != "training"
    }
    loops = {name for name, text in texts.items() if re.search(r"\bDescent\(", text)}
    assert loops == {"neural", "flow", "ensemble"}
    for name in loops:
        assert re.search(r"with .*\bon_training_device\(", texts[name]), name


def test_a_gpu_is_claimed_before_torch_counts_what_is_there(monkeypatch):
    called = []
    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: True)
    monkeypatch.setattr(training, "claim_device", lambda: called.append("claimed"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: called.append("counted"))
    with on_training_device(Point()) as device:
        assert device.type == "cpu"
    assert called == ["claimed", "counted"]

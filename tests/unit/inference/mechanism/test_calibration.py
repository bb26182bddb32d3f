import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss as sklearn_log_loss

from minicolumn.inference.mechanism.calibration import (
    log_loss,
    reliability,
    temperature,
)


@pytest.fixture(scope="module")
def answers():
    """Logits, and classes drawn from the probabilities that they imply."""
    rng = np.random.default_rng(0)
    logits = 2 * rng.normal(size=(20_000, 4))
    cumulated = softmax(logits, axis=1).cumsum(axis=1)
    return logits, (rng.random((20_000, 1)) > cumulated).sum(axis=1)


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_the_temperature_undoes_overstatement(answers, factor):
    logits, classes = answers
    assert temperature(factor * logits, classes) == pytest.approx(factor, rel=0.05)


def test_log_loss_is_scikit_learns(answers):
    logits, classes = answers
    ours = log_loss(log_softmax(logits, axis=1), classes)
    assert ours == pytest.approx(sklearn_log_loss(classes, softmax(logits, axis=1)))


def test_true_probabilities_are_reliable_and_overstated_ones_are_not(answers):
    logits, classes = answers
    honest = reliability(softmax(logits, axis=1), classes)
    boastful = reliability(softmax(3 * logits, axis=1), classes)
    assert honest.expected_error < 0.015
    assert boastful.expected_error > 0.08
    assert sum(honest.n) == len(classes)
    assert len(honest.n) == 10


def test_certainty_that_is_always_wrong_is_an_error_of_one():
    wrong = reliability(np.tile([1.0, 0.0], (50, 1)), np.ones(50, dtype=int))
    assert wrong.expected_error == 1.0
    assert wrong.right == (0.0,) * 5


def test_few_answers_make_few_bins():
    assert reliability(np.full((7, 2), 0.5), np.zeros(7, dtype=int)).n == (7,)

"""Probabilities that mean what they say: one temperature, and how to check it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

Tempered = Callable[[NDArray[np.float64], float], NDArray[np.float64]]


def temperature(
    logits: NDArray[np.float64],
    classes: NDArray[np.int64],
    log_probability: Tempered = lambda logits, heat: log_softmax(logits / heat, axis=1),
) -> float:
    """Return the temperature of logits at which the log loss of classes is least.

    Whoever made the logits, (mice, outputs), must not have seen these mice.
    ``log_probability`` takes them and a temperature to log probabilities of classes,
    (mice, classes). Of Guo et al. 2017 (ICML, "On calibration of modern neural
    networks").
    """

    def loss(log_t: float) -> float:
        return log_loss(log_probability(logits, float(np.exp(log_t))), classes)

    best: Any = minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded")
    return float(np.exp(best.x))


def log_loss(log_probability: NDArray[np.float64], classes: NDArray[np.int64]) -> float:
    """Return the mean of -log(probability of the true class), in nats."""
    return -float(log_probability[np.arange(len(classes)), classes].mean())


@dataclass(frozen=True)
class Reliability:
    """How often an answer given with some probability is right.

    Attributes
    ----------
    probability, right, n
        For each bin that holds an answer: mean probability of the class named, share
        of these answers that are right, and their number.
    expected_error
        Mean of |probability - right| over answers: the expected calibration error.
    """

    probability: tuple[float, ...]
    right: tuple[float, ...]
    n: tuple[int, ...]
    expected_error: float


def reliability(
    probability: NDArray[np.float64], classes: NDArray[np.int64], n_bins: int = 10
) -> Reliability:
    """Return the reliability of the class named with most probability.

    ``probability`` is (mice, classes), true ``classes`` are (mice,). Bins hold equally
    many answers, and at least ten, so that none rests on a handful.
    """
    named, top = probability.argmax(axis=1), probability.max(axis=1)
    order = np.argsort(top, kind="stable")
    parts = np.array_split(order, max(1, min(n_bins, len(order) // 10)))
    said = tuple(float(top[part].mean()) for part in parts)
    right = tuple(float((named == classes)[part].mean()) for part in parts)
    n = tuple(len(part) for part in parts)
    gaps = np.abs(np.subtract(said, right))
    return Reliability(said, right, n, float(np.average(gaps, weights=n)))

"""Probabilities that mean what they say: one temperature, and how to check it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax


def temperature(logits: NDArray[np.float64], classes: NDArray[np.int64]) -> float:
    """Return what to divide logits by so that the log loss is least.

    Of Guo et al. 2017 (ICML, "On calibration of modern neural networks").

    Parameters
    ----------
    logits
        Of mice that whoever made them has not seen, (mice, classes).
    classes
        Their true classes, (mice,).
    """

    def loss(log_t: float) -> float:
        return log_loss(log_softmax(logits / np.exp(log_t), axis=1), classes)

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

    Bins hold equally many answers, so that none rests on a handful.

    Parameters
    ----------
    probability
        (mice, classes).
    classes
        True class of each mouse, (mice,).
    n_bins
        At most so many bins; fewer with fewer than ten answers each.
    """
    named, top = probability.argmax(axis=1), probability.max(axis=1)
    order = np.argsort(top, kind="stable")
    parts = np.array_split(order, max(1, min(n_bins, len(order) // 10)))
    said = tuple(float(top[part].mean()) for part in parts)
    right = tuple(float((named == classes)[part].mean()) for part in parts)
    n = tuple(len(part) for part in parts)
    gaps = np.abs(np.subtract(said, right))
    return Reliability(said, right, n, float(np.average(gaps, weights=n)))

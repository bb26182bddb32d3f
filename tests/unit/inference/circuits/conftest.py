"""Mice whose posterior is known in closed form: a linear model with Gaussian noise.

In the coordinates in which the prior is a standard normal, each statistic of an epoch
is a weighted sum of coordinates plus noise. What k epochs say of a mouse is then a
normal again, with a mean and a covariance that take one line.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.circuits import Range
from minicolumn.config.inference import Flow
from minicolumn.config.mice import Level
from minicolumn.inference.circuits.conditioning import RestingMice
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.learning.splits import SplitRule
from minicolumn.sessions.session import N_STATISTICS

MOST_EPOCHS = 4
FREE = 3  # parameters that are drawn; the others are the same in all mice
RULE = SplitRule(7, 0.1, 0.1, 0.15)


@dataclass(frozen=True)
class LinearModel:
    """Statistics are ``z @ weights`` plus unit noise; the level has no weight."""

    prior: StandardPrior
    weights: np.ndarray

    def mice(self, n, seed):
        rng = np.random.default_rng(seed)
        z = rng.standard_normal((n, len(self.prior.names)))
        noise = rng.standard_normal((n, MOST_EPOCHS, N_STATISTICS))
        return RestingMice(
            inputs=self.prior.from_normal(z),
            epochs=(z @ self.weights)[:, None] + noise,
            ran=np.ones((n, MOST_EPOCHS), dtype=bool),
            mechanism=rng.choice(MECHANISMS, n),
            circuit_id=np.arange(n),
        )

    def closed_form(self, known):
        """Return means (rows, names) and SDs (names,) given known numbers of epochs."""
        (k,) = set(known.n_epochs.tolist())
        precision = np.eye(len(self.weights)) + k * self.weights @ self.weights.T
        covariance = np.linalg.inv(precision)
        return k * known.mean @ self.weights.T @ covariance, np.sqrt(
            np.diag(covariance)
        )


@pytest.fixture(scope="session")
def linear():
    """Three parameters of unlike scales and the level."""
    scales = ("log", "uniform", "log")
    free = {
        name: Range(low=1.0, high=9.0, scale=scale, source="made up")
        for name, scale in zip(PARAMETER_NAMES[1 : 1 + FREE], scales, strict=True)
    }
    point = Range(low=2.0, high=2.0, scale="uniform", source="made up")
    ranges = {name: free.get(name, point) for name in PARAMETER_NAMES}
    prior = StandardPrior.of(ranges, Level(low=0.0, high=0.3))
    weights = np.zeros((len(prior.names), N_STATISTICS))
    weights[0, 0] = 1.0
    weights[0, 1] = weights[1, 1] = 0.7
    weights[1, 2] = -0.6
    return LinearModel(prior, weights)  # the third parameter has no weight either


@pytest.fixture(scope="session")
def rule():
    return RULE


@pytest.fixture(scope="session")
def flow_settings():
    return Flow(
        kind="affine", hidden=24, transforms=2, learning_rate=2e-3, batch_size=200,
        max_epochs=40, patience=12,
    )  # fmt: skip


@pytest.fixture(scope="session")
def quick(linear, flow_settings):
    """A posterior that has hardly learned anything, at once."""
    settings = flow_settings.model_copy(update={"max_epochs": 2})
    return CircuitPosterior.fit(linear.mice(200, 1), linear.prior, settings, RULE, 5)


@pytest.fixture(scope="session")
def learned(linear, flow_settings):
    """A posterior that has learned what there is to learn."""
    return CircuitPosterior.fit(
        linear.mice(16000, 1), linear.prior, flow_settings, RULE, 5
    )

"""Toy mice: Gaussian statistics whose change from rest to running is their class's."""

import numpy as np
import pytest
from toy_mice import N_STATISTICS, SETTINGS, SHIFTS, known_of

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.sessions.session import Session


def toy_mouse(rng, truth, identity=0, away=0.0, n_epochs=8):
    at_rest = rng.normal(size=N_STATISTICS) + away
    run = at_rest + SHIFTS[truth] + 0.4 * rng.normal(size=N_STATISTICS)
    noise = 0.3 * rng.normal(size=(2, n_epochs, N_STATISTICS))
    return Session(identity, at_rest + noise[0], run + noise[1])


@pytest.fixture(scope="session")
def toy():
    """Return a function: so many toy mice of each class, and what is known of them."""

    def make(n_per_class, seed=0, **kwargs):
        rng = np.random.default_rng(seed)
        truths = [truth for _ in range(n_per_class) for truth in CLASSES]
        mice = [toy_mouse(rng, t, i, **kwargs) for i, t in enumerate(truths)]
        return mice, known_of(truths)

    return make


@pytest.fixture(scope="session")
def settings_():
    return SETTINGS

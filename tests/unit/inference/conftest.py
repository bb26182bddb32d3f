"""Toy mice: Gaussian statistics whose change from rest to running is their class's."""

import numpy as np
import pytest

from minicolumn.config import Classifier
from minicolumn.inference.features import Windows
from minicolumn.mechanisms import CLASSES
from minicolumn.statistics.names import STATISTIC_NAMES

SETTINGS = Classifier(
    d_hidden=16,
    folds=3,
    steps=150,
    patience=100,
    batch_size=64,
    learning_rate=0.01,
    dropout=0.0,
    weight_decay=0.01,
    variants=2,
    epochs_at_least=3,
)
N_STATISTICS = len(STATISTIC_NAMES)
SHIFTS = dict(zip(CLASSES, 1.5 * np.eye(4, N_STATISTICS) - 0.4, strict=True))


def toy_mouse(rng, truth, identity=0, away=0.0, n_epochs=8):
    at_rest = rng.normal(size=N_STATISTICS) + away
    run = at_rest + SHIFTS[truth] + 0.4 * rng.normal(size=N_STATISTICS)
    noise = 0.3 * rng.normal(size=(2, n_epochs, N_STATISTICS))
    return Windows(identity, at_rest + noise[0], run + noise[1])


@pytest.fixture(scope="session")
def toy():
    """Return a function that makes so many toy mice of each class, and their truths."""

    def make(n_per_class, seed=0, **kwargs):
        rng = np.random.default_rng(seed)
        truths = [truth for _ in range(n_per_class) for truth in CLASSES]
        mice = [toy_mouse(rng, t, i, **kwargs) for i, t in enumerate(truths)]
        return mice, truths

    return make


@pytest.fixture(scope="session")
def settings_():
    return SETTINGS

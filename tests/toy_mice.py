"""What toy mice share: a small classifier, and the change of each class."""

import numpy as np

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config import Classifier
from minicolumn.inference.mechanism.strata import N_STRATA
from minicolumn.sessions.simulated import Known
from minicolumn.statistics.names import ALL_NAMES

N_STATISTICS = len(ALL_NAMES)
SHIFTS = dict(zip(CLASSES, 2.0 * np.eye(4, N_STATISTICS) - 0.4, strict=True))
SETTINGS = Classifier(
    d_hidden=16,
    folds=3,
    splits=2,
    steps=150,
    patience=100,
    batch_size=64,
    learning_rate=0.01,
    dropout=0.0,
    weight_decay=0.01,
    variants=2,
    epochs_at_least=3,
)


def known_of(truths, seed=0):
    """Return what is known of mice of these classes: rise and dose change nothing."""
    rng, n = np.random.default_rng(seed), len(truths)
    return Known(list(truths), rng.uniform(2, 100, n), rng.uniform(5, 10, n))


def strata_like(log_probability):
    """Return log probabilities of strata that are alike in each class."""
    n = np.append(np.full(3, (N_STRATA - 1) // 3), 1)
    return np.repeat(log_probability - np.log(n), n, axis=-1)

"""What toy mice share: a small classifier, and the change of each class."""

import numpy as np

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.config import Classifier
from minicolumn.config.mice import CAUSES
from minicolumn.inference.mechanism.strata import N_CAUSES, N_DOSES, N_RISES
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
    """Return what is known of mice of these classes, of which only those matter."""
    rng, n = np.random.default_rng(seed), len(truths)
    there = rng.random((n, len(CAUSES))) < 0.5
    causes = ["+".join(np.array(CAUSES)[one]) for one in there]
    return Known(list(truths), rng.uniform(2, 100, n), rng.uniform(5, 10, n), causes)


def strata_like(log_probability):
    """Return log probabilities of strata that are alike in each class."""
    n = [*[N_RISES * N_DOSES] * len(MECHANISMS), N_CAUSES]
    return np.repeat(log_probability - np.log(n), n, axis=-1)

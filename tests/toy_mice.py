"""What toy mice share: a small classifier, and the change of each class."""

import numpy as np

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config import Classifier
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

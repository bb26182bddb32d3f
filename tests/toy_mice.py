"""What toy mice share: a small classifier, the change of each class, their tables."""

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE, RIVALS
from minicolumn.config import Classifier
from minicolumn.config.mice import CAUSES
from minicolumn.inference.mechanism.strata import (
    N_CAUSES,
    N_DOSES,
    N_RISES,
    N_STRENGTHS,
)
from minicolumn.mice.groups import RISES
from minicolumn.sessions.simulated import Known
from minicolumn.statistics.names import ALL_NAMES
from minicolumn.statistics.scales import SCALES

N_STATISTICS = len(ALL_NAMES)
SHIFTS = dict(zip(CLASSES, 2.0 * np.eye(len(CLASSES), N_STATISTICS) - 0.4, strict=True))
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
    rise, max_mV = rng.uniform(2, 100, n), rng.uniform(5, 10, n)
    strength = np.where(np.isin(truths, RIVALS), rng.uniform(size=n), np.nan)
    return Known(list(truths), rise, max_mV, causes, strength)


def strata_like(log_probability):
    """Return log probabilities of strata that are alike in each class."""
    of_rivals = [N_STRENGTHS] * len(RIVALS)
    n = [*[N_RISES * N_DOSES] * len(MECHANISMS), *of_rivals, N_CAUSES]
    return np.repeat(log_probability - np.log(n), n, axis=-1)


def original(values):
    """Undo `scaled`."""
    return {
        name: np.exp(value)
        if SCALES[name] == "log"
        else np.sign(value) * value**2
        if SCALES[name] == "sqrt"
        else value
        for name, value in zip(ALL_NAMES, values, strict=True)
    }


def causes_of(number):
    """Return one of all combinations of causes in turn; here they change nothing."""
    return "+".join(name for i, name in enumerate(CAUSES) if number >> i & 1)


def table(truths, first, shift=None, away=0.0, acting=None):
    rng = np.random.default_rng(first)
    rows = []
    for i, truth in enumerate(truths):
        rest = rng.normal(size=N_STATISTICS) + away
        acting = acting or truth
        strength = i // len(CLASSES) % 4 / 4
        change = SHIFTS[truth] if shift is None else shift
        run = rest + change + 0.4 * rng.normal(size=N_STATISTICS)
        for state, level in (("stationary", rest), ("running", run)):
            rows += [
                {
                    "circuit_id": first + i,
                    "truth": truth,
                    "mechanism": MECHANISMS[0] if acting == NONE else acting,
                    "rise": 1.0 if acting == NONE else RISES[2 + (i // 4 + i) % 3],
                    "max_mV": 5.0 + 5 * (i // 8 % 2),
                    "causes": causes_of(i // 4) if truth == NONE else "",
                    "strength": strength if truth in RIVALS else np.nan,
                    "state": state,
                    **original(level + 0.3 * rng.normal(size=N_STATISTICS)),
                }
                for _ in range(4)
            ]
    return pa.Table.from_pylist(rows)

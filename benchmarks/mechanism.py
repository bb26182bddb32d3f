"""Compare classifiers of the mechanism on held-out mice.

    .venv/bin/python benchmarks/mechanism.py results/published

Reads the simulated mice of a run. Prints log loss and accuracy of the workflow's
ensemble of networks, of gradient-boosted trees and of a logistic regression, each for
mice that it has not seen. `make demo` or `make validation` simulates the mice.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.special import log_softmax
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config import Classifier
from minicolumn.files.store import read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism.calibration import log_loss, temperature
from minicolumn.inference.mechanism.ensemble import Ensemble
from minicolumn.learning.splits import even_folds
from minicolumn.sessions.features import feature_table, with_fewer_epochs
from minicolumn.sessions.scaling import Scale
from minicolumn.sessions.session import Session
from minicolumn.sessions.simulated import mice_of
from minicolumn.statistics.names import STATISTIC_NAMES

SEED = 1


def main() -> None:
    """Fit each to folds of the mice and print its performance on the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="directory of a run with a cohort")
    parser.add_argument("--epochs", type=int, help="use so many epochs per state")
    parser.add_argument(
        "--eleven", action="store_true", help="use these statistics only"
    )
    arguments = parser.parse_args()
    shards = sorted((arguments.run / "cohort").glob("shard-*.parquet"))
    settings = Classifier(
        **yaml.safe_load(Path("config.yaml").read_text())["inference"]["mechanism"]
    )
    mice, known = mice_of(read_tables(shards, COHORT))
    kept = (
        slice(arguments.epochs),
        slice(len(STATISTIC_NAMES) if arguments.eleven else None),
    )
    mice = [Session(m.identity, m.stationary[kept], m.running[kept]) for m in mice]
    classes = known.classes
    rng = np.random.default_rng(SEED)
    variants = [feature_table(mice)]
    for _ in range(settings.variants - 1):
        fewer = with_fewer_epochs(mice, rng, settings.epochs_at_least)
        variants.append(feature_table(fewer))
    scale = Scale.of(np.concatenate(variants))
    inputs = np.array([scale.inputs(variant) for variant in variants])
    print(f"{len(mice)} mice, {inputs.shape[2]} inputs")
    started = time.process_time()
    _, logits = Ensemble.fit(inputs, classes, len(CLASSES), settings, SEED)
    _print("networks", logits, classes, started)
    others = {
        "boosted trees": boosted_trees,
        "logistic regression": lambda: LogisticRegression(C=0.1, max_iter=1000),
    }
    fold = even_folds(classes, settings.folds, np.random.default_rng(SEED))
    for name, make in others.items():
        started = time.process_time()
        unseen = np.empty((len(mice), len(CLASSES)))
        for k in range(settings.folds):
            seen = fold != k
            rows = np.concatenate([variant[seen] for variant in inputs])
            fitted = make().fit(rows, np.tile(classes[seen], len(inputs)))
            unseen[~seen] = np.log(fitted.predict_proba(inputs[0][~seen]) + 1e-12)
        _print(name, unseen, classes, started)


def boosted_trees(**more: Any) -> HistGradientBoostingClassifier:
    """Return what a few thousand mice can teach; ``more`` are other settings."""
    return HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.06,
        max_leaf_nodes=15,
        l2_regularization=1.0,
        **more,
    )


def _print(name: str, logits, classes, started: float) -> None:
    calibrated = log_softmax(logits / temperature(logits, classes), axis=1)
    right = calibrated.argmax(axis=1) == classes
    by_class = " ".join(
        f"{name} {right[classes == i].mean():.2f}" for i, name in enumerate(CLASSES)
    )
    print(
        f"{name:>20}: log loss {log_loss(calibrated, classes):.3f}, "
        f"right {right.mean():.3f} ({by_class}), "
        f"{time.process_time() - started:.0f} core-s"
    )


if __name__ == "__main__":
    main()

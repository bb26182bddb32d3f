"""Learn from simulated mice, and say how good the answers about unseen ones are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES, Truth
from minicolumn.config.analysis import Classifier
from minicolumn.inference.mechanism.answers import LACKING, OUTSIDE, UNDECIDED
from minicolumn.inference.mechanism.calibration import log_loss, reliability
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import constant_directions
from minicolumn.sessions.features import features
from minicolumn.sessions.session import Session, sessions_of

CLAIMS = (*CLASSES, UNDECIDED, OUTSIDE, LACKING)


def mice_of(cohort: pa.Table) -> tuple[list[Session], list[Truth]]:
    """Return the mice of a table of the kind `tables.COHORT`, and their truths."""
    truth = dict(
        zip(cohort["circuit_id"].to_pylist(), cohort["truth"].to_pylist(), strict=True)
    )
    mice = [one.scaled() for one in sessions_of(cohort, "circuit_id")]
    return mice, [truth[mouse.identity] for mouse in mice]


def learn(
    cohort: pa.Table, settings: Classifier, seed: int
) -> tuple[MechanismModel, dict[str, Any]]:
    """Return the model, and what is known about it, as plain values.

    Raises
    ------
    ValueError
        If a class has fewer mice than there are folds.
    """
    mice, truths = mice_of(cohort)
    rarest = min(CLASSES, key=truths.count)
    if truths.count(rarest) < settings.folds:
        raise ValueError(
            f"the cohort has {truths.count(rarest)} mice of the class {rarest}, fewer "
            f"than the {settings.folds} folds: raise cohort.mice_per_class"
        )
    model, unseen = MechanismModel.fit(mice, truths, settings, seed)
    classes = np.array([CLASSES.index(truth) for truth in truths])
    directions = constant_directions(np.array([features(m) for m in mice]), classes)
    named = [CLASSES[best] for best in unseen.argmax(axis=1)]
    return model, {
        "n_mice": {name: truths.count(name) for name in CLASSES},
        "temperature": model.temperature,
        "contamination": model.contamination,
        "log_loss": log_loss(unseen, classes),
        "accuracy": float(np.mean(unseen.argmax(axis=1) == classes)),
        "reliability": asdict(reliability(np.exp(unseen), classes)),
        "confusion": confusion(truths, named, CLASSES),
        "directions": directions.astype(int).tolist(),
    }


def confusion(
    truths: Iterable[str], claims: Iterable[str], columns: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Return counts by truth, in the order of `CLASSES`, and claim."""
    pairs = Counter(zip(truths, claims, strict=True))
    present = {truth for truth, _ in pairs}
    return {
        truth: {claim: pairs[truth, claim] for claim in columns}
        for truth in CLASSES
        if truth in present
    }

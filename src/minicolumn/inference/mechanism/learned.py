"""Learn from simulated mice, and say how good the answers about unseen ones are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config.inference import Classifier
from minicolumn.inference.mechanism.answers import LACKING, OUTSIDE, UNDECIDED
from minicolumn.inference.mechanism.calibration import (
    Reliability,
    log_loss,
    reliability,
)
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import constant_directions
from minicolumn.inference.mechanism.strata import Pooling, of_classes
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.simulated import mice_of

CLAIMS = (*CLASSES, UNDECIDED, OUTSIDE, LACKING)
Confusion = dict[str, dict[str, int]]


@dataclass(frozen=True)
class LearnedMechanism:
    """What is known about a model: what ``mechanism_model.json`` holds.

    Attributes
    ----------
    n_mice
        Mice learned from, by class.
    negligible
        The largest rise of ACh, as a ratio, that the class `NONE` includes.
    temperature, pooling
        As of `MechanismModel`.
    log_loss, accuracy, reliability, confusion
        Of the most probable class of each mouse by networks that have not seen it.
    directions
        Of `published.constant_directions`, (acting, statistics).
    """

    n_mice: dict[str, int]
    negligible: float
    temperature: float
    pooling: Pooling
    log_loss: float
    accuracy: float
    reliability: Reliability
    confusion: Confusion
    directions: tuple[tuple[int, ...], ...]


def learn(
    cohort: pa.Table, negligible: float, settings: Classifier, seed: int
) -> tuple[MechanismModel, LearnedMechanism]:
    """Return the model, and what is known about it.

    Mice of ``cohort`` have a mechanism if ACh rises more than ``negligible``-fold.

    Raises
    ------
    ValueError
        If a class has fewer mice than there are folds.
    """
    mice, known = mice_of(cohort)
    truths, classes = known.truths, known.classes
    rarest = min(CLASSES, key=truths.count)
    if truths.count(rarest) < settings.folds:
        raise ValueError(
            f"the cohort has {truths.count(rarest)} mice of the class {rarest}, fewer "
            f"than the {settings.folds} folds: raise cohort.mice_per_class"
        )
    model, of_strata = MechanismModel.fit(mice, known, settings, seed)
    unseen = of_classes(of_strata)
    named = unseen.argmax(axis=1)
    directions = constant_directions(feature_table(mice), classes).astype(int)
    return model, LearnedMechanism(
        n_mice={name: truths.count(name) for name in CLASSES},
        negligible=negligible,
        temperature=model.temperature,
        pooling=model.pooling,
        log_loss=log_loss(unseen, classes),
        accuracy=float(np.mean(named == classes)),
        reliability=reliability(np.exp(unseen), classes),
        confusion=confusion(truths, [CLASSES[best] for best in named], CLASSES),
        directions=tuple(tuple(row) for row in directions.tolist()),
    )


def confusion(
    truths: Iterable[str], claims: Iterable[str], columns: Sequence[str]
) -> Confusion:
    """Return counts by truth, in the order of `CLASSES`, and claim."""
    pairs = Counter(zip(truths, claims, strict=True))
    present = {truth for truth, _ in pairs}
    return {
        truth: {claim: pairs[truth, claim] for claim in columns}
        for truth in CLASSES
        if truth in present
    }

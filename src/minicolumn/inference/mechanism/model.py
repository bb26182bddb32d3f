"""Which mechanism explains how a session changes: learned from simulated mice.

The answer is a probability of each class under equal prior probabilities: the three
mechanisms, and none of these, which means that any rise of ACh is negligible. Levels,
dose, wiring and the neurons that were recorded are unknown to it: it has learned over
all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.inference import Classifier
from minicolumn.inference.mechanism.calibration import temperature
from minicolumn.inference.mechanism.cohorts import fit_pooling
from minicolumn.inference.mechanism.ensemble import Ensemble
from minicolumn.inference.mechanism.strata import (
    N_STRATA,
    Pooling,
    of_classes,
    strata_of,
    tempered,
)
from minicolumn.keys import Stream, generator
from minicolumn.sessions.features import N_MEANS, feature_table, with_fewer_epochs
from minicolumn.sessions.scaling import Scale
from minicolumn.sessions.session import Session
from minicolumn.sessions.simulated import Known


@dataclass(frozen=True, eq=False)
class MechanismModel:
    """What was learned from simulated mice.

    Attributes
    ----------
    scale
        From features to inputs of the networks.
    ensemble
        One network per fold and split.
    temperature
        Of `strata.tempered`.
    pooling
        How much the sessions of a cohort may say together.
    """

    scale: Scale
    ensemble: Ensemble
    temperature: float
    pooling: Pooling

    @classmethod
    def fit(
        cls,
        mice: Sequence[Session],
        known: Known,
        settings: Classifier,
        seed: int,
    ) -> tuple[Self, NDArray[np.float64]]:
        """Return what was learned, and the log probabilities of unseen mice.

        The second, (mice, strata), are those of each mouse by the networks that have
        not seen it: what the model's own reliability rests on.
        """
        rng = generator(seed, Stream.MECHANISM_VARIANTS)
        variants = [feature_table(mice)]
        for _ in range(settings.variants - 1):
            fewer = with_fewer_epochs(mice, rng, settings.epochs_at_least)
            variants.append(feature_table(fewer))
        scale = Scale.of(np.concatenate(variants))
        inputs = np.array([scale.inputs(variant) for variant in variants])
        strata = strata_of(known)
        ensemble, logits = Ensemble.fit(inputs, strata, N_STRATA, settings, seed)
        heat = temperature(
            logits, known.classes, lambda *each: of_classes(tempered(*each))
        )
        unseen = tempered(logits, heat)
        pooling = fit_pooling(unseen, known, seed)
        return cls(scale, ensemble, heat, pooling), unseen

    def log_probability(self, sessions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log probability of each stratum, (sessions, strata).

        Those of classes are `strata.of_classes` of it. ``sessions`` are `features`,
        (sessions, features).
        """
        logits = self.ensemble.logits(self.scale.inputs(sessions))
        return tempered(logits, self.temperature)

    def lacks(self, sessions: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which sessions lack a statistic that simulated mice have, (sessions,).

        A statistic that some mice lack as well may be missing: that is a feature.
        """
        return self.scale.lacks(sessions, among=N_MEANS)

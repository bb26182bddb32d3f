"""Which circuits could have produced what is known of a mouse at rest.

An amortized neural posterior (neural posterior estimation; Papamakarios & Murray 2016,
Greenberg et al. 2019, with the package sbi): trained once on simulated mice, it answers
for any session at once.
"""

import logging
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sbi.inference import DirectPosterior
from sbi.neural_nets.estimators.base import ConditionalDensityEstimator
from torch import Tensor
from torch.distributions import Independent, Normal

from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.inference import Flow
from minicolumn.inference.circuits import flow as flows
from minicolumn.inference.circuits.conditioning import (
    FEATURE_NAMES,
    AtRest,
    Features,
    RestingMice,
)
from minicolumn.keys import Stream, generator, integer_seed
from minicolumn.learning.splits import Split, SplitRule
from minicolumn.learning.training import seeded

logger = logging.getLogger(__name__)

_VALIDATION_LOOKS = 4  # each validation mouse is watched this often
_AT_ONCE = 100_000  # draws of a flow


@dataclass(frozen=True, eq=False)
class CircuitPosterior:
    """p(circuit, level at rest | statistics at rest, mechanism).

    `fit` makes one and `posterior_archive` keeps it on disk.

    Attributes
    ----------
    prior
        What was believed before, and the coordinates of ``flow``.
    features
        The inputs of ``flow``.
    flow
        The conditional density, a normalizing flow of sbi.
    settings, rule
        How it was trained, and on which mice.
    learning
        How training went, as plain values.
    """

    prior: StandardPrior
    features: Features
    flow: ConditionalDensityEstimator
    settings: Flow
    rule: SplitRule
    learning: dict[str, Any]

    @classmethod
    def fit(
        cls,
        mice: RestingMice,
        prior: StandardPrior,
        settings: Flow,
        rule: SplitRule,
        seed: int,
        threads: int = 1,
    ) -> Self:
        """Train on some of the mice; the same input gives the same posterior on CPU.

        Every epoch of training watches each mouse again, for another number of other
        windows. ``rule`` says which mice train and which say when to stop; no others
        are looked at. Initial weights, batches and what is watched follow from
        ``seed``.

        Raises
        ------
        ValueError
            If a split is empty.
        """
        training, validation = (
            members(mice, rule, split) for split in ("train", "validation")
        )
        watched = generator(seed, Stream.POSTERIOR_TRAINING, 0)
        features = Features.fit(training.watched(watched))

        def pairs(mice: RestingMice, stream: Stream, epoch: int) -> flows.Pairs:
            known = mice.watched(generator(seed, stream, epoch))
            rng = generator(seed, Stream.POSTERIOR_PLACES, epoch)
            return flows.Pairs.of(prior.to_normal(mice.inputs, rng), features.of(known))

        looks = [
            pairs(validation, Stream.POSTERIOR_VALIDATION, i)
            for i in range(_VALIDATION_LOOKS)
        ]
        stop_at = flows.Pairs(
            torch.cat([one.z for one in looks]),
            torch.cat([one.features for one in looks]),
        )
        flow = flows.build(settings, len(prior.names), len(FEATURE_NAMES), seed)
        curves = flows.train(
            flow,
            lambda epoch: pairs(training, Stream.POSTERIOR_TRAINING, epoch),
            stop_at,
            settings,
            seed,
            threads,
        )
        learning = {
            **asdict(curves),
            "prior": flows.prior_loss(stop_at),
            "mice": len(training),
            "validation_mice": len(validation),
        }
        return cls(prior, features, flow, settings, rule, learning)

    def sample(
        self, known: AtRest, draws: int, seed: int, key: int = 0
    ) -> NDArray[np.float64]:
        """Draw circuits and levels that could have produced what is known.

        They are inputs of a surrogate, original units, (rows, draws, inputs), and follow
        from ``seed`` and ``key`` alone.
        """
        return self.prior.from_normal(self.coordinates(known, draws, seed, key))

    def coordinates(
        self, known: AtRest, draws: int, seed: int, key: int = 0
    ) -> NDArray[np.float64]:
        """Return such draws in the coordinates of the prior, (rows, draws, names)."""
        start = integer_seed(seed, Stream.POSTERIOR_SAMPLES, key)
        with seeded(start), torch.inference_mode():
            parts = [
                self.flow.sample(torch.Size((draws,)), condition=rows)
                for rows in self.conditions(known).split(max(1, _AT_ONCE // draws))
            ]
        return torch.cat(parts, dim=1).movedim(0, 1).double().numpy()

    def for_sbi(self) -> DirectPosterior:
        """Return the posterior as sbi's diagnostics take it, in prior coordinates."""
        n = len(self.prior.names)
        normal = Independent(Normal(torch.zeros(n), torch.ones(n)), 1)
        return DirectPosterior(self.flow, normal)

    def conditions(self, known: AtRest) -> Tensor:
        """Return what the flow conditions on, (rows, features)."""
        return torch.as_tensor(self.features.of(known))


def members(mice: RestingMice, rule: SplitRule, split: Split) -> RestingMice:
    """Return the mice of one split.

    Raises
    ------
    ValueError
        If there is none.
    """
    chosen = mice.take(rule.members(mice.circuit_id, split))
    if not len(chosen):
        raise ValueError(
            f"no mouse is left for the {split} split of the {len(mice)} simulated mice "
            "that ran at rest: simulate more (cohort.mice_per_class)"
        )
    return chosen

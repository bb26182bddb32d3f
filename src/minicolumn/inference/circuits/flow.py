"""The normalizing flow behind a posterior, and how it learns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sbi.neural_nets import posterior_nn
from sbi.neural_nets.estimators.base import ConditionalDensityEstimator
from torch import Tensor

from minicolumn.config.inference import Flow
from minicolumn.keys import Stream, integer_seed
from minicolumn.learning.training import (
    Curves,
    Descent,
    fit,
    on_training_device,
    seeded,
    torch_threads,
)

GRADIENT_NORM = 5.0  # as sbi's own trainer
WEIGHT_DECAY = 1e-2


@dataclass(frozen=True, eq=False)
class Pairs:
    """What the flow learns from: coordinates (rows, names) and features (rows, n)."""

    z: Tensor
    features: Tensor

    @classmethod
    def of(cls, z: NDArray[np.floating], features: NDArray[np.floating]) -> "Pairs":
        """Return the arrays as float32 tensors."""
        return cls(*(torch.as_tensor(a, dtype=torch.float32) for a in (z, features)))

    def __len__(self) -> int:
        return len(self.z)

    def to(self, device: torch.device) -> "Pairs":
        """Return the same pairs on ``device``."""
        return Pairs(self.z.to(device), self.features.to(device))


def build(
    settings: Flow, n_parameters: int, n_features: int, seed: int
) -> ConditionalDensityEstimator:
    """Return an untrained flow of `sbi`: shapes and ``seed`` alone decide its weights.

    It standardizes nothing by itself, so that its weights are all there is to keep. It
    starts as the prior, whatever it is given: what it says beyond that, it learned.
    """
    builder = posterior_nn(
        _MODELS[settings.kind],
        z_score_theta="none",
        z_score_x="none",
        hidden_features=settings.hidden,
        num_transforms=settings.transforms,
    )
    with seeded(integer_seed(seed, Stream.POSTERIOR_WEIGHTS)):
        flow = builder(torch.zeros(2, n_parameters), torch.zeros(2, n_features))
    for step in flow.net.transform.transforms:
        torch.nn.init.zeros_(step.hyper[-1].weight)
        torch.nn.init.zeros_(step.hyper[-1].bias)
    return flow


# Masked autoregressive flow (Papamakarios et al. 2017), neural spline flow (Durkan et
# al. 2019).
_MODELS = {"affine": "zuko_maf", "spline": "zuko_nsf"}


def train(
    flow: ConditionalDensityEstimator,
    draw: Callable[[int], Pairs],
    validation: Pairs,
    settings: Flow,
    seed: int,
    threads: int = 1,
) -> Curves:
    """Fit ``flow`` in place and leave it with the weights that validated best.

    The learning rate is halved whenever a quarter of the patience is used up: the noise
    of large steps would be a bias of the posterior.

    This is sbi's documented training interface in place of its own trainer, which
    splits rows at random: mice, not rows, must be held out, and each epoch may
    watch every mouse for other epochs. ``draw`` returns the training pairs of an epoch,
    given its number; pairs of other mice, ``validation``, say when to stop. Batches
    follow from ``seed`` and the number of CPU ``threads``.

    Raises
    ------
    ValueError
        If the loss stops being finite.
    """
    optimizer = torch.optim.AdamW(
        flow.parameters(), lr=settings.learning_rate, weight_decay=WEIGHT_DECAY
    )
    slower = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=settings.patience // 4
    )

    def batches(epoch: int) -> Iterator[Pairs]:
        pairs = draw(epoch).to(device)
        for rows in torch.randperm(len(pairs)).split(settings.batch_size):
            yield Pairs(pairs.z[rows], pairs.features[rows])

    descent = Descent(
        optimizer,
        settings.max_epochs,
        settings.patience,
        after_round=slower.step,
        gradient_norm=GRADIENT_NORM,
    )
    start = integer_seed(seed, Stream.POSTERIOR_BATCHES)
    with torch_threads(threads), seeded(start), on_training_device(flow) as device:
        checked = validation.to(device)
        curves = fit(
            flow,
            batches,
            lambda pairs: flow.loss(pairs.z, condition=pairs.features).mean(),
            lambda: _loss(flow, checked),
            descent,
        )
    flow.eval()
    return curves


@torch.inference_mode()
def _loss(flow: ConditionalDensityEstimator, pairs: Pairs) -> float:
    flow.eval()
    return flow.loss(pairs.z, condition=pairs.features).mean().item()


def prior_loss(pairs: Pairs) -> float:
    """Return what the prior itself scores, as mean negative log density.

    A posterior that does no better on validation mice has learned nothing.
    """
    constant = 0.5 * np.log(2 * np.pi) * pairs.z.shape[1]
    return constant + 0.5 * pairs.z.square().sum(dim=1).mean().item()

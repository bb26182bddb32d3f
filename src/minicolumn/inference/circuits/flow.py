"""The normalizing flow behind a posterior, and how it learns."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sbi.neural_nets import posterior_nn
from sbi.neural_nets.estimators.base import ConditionalDensityEstimator
from torch import Tensor

from minicolumn.config.posterior import Flow
from minicolumn.keys import Stream, integer_seed
from minicolumn.learning.training import torch_threads

logger = logging.getLogger(__name__)

GRADIENT_NORM = 5.0  # as sbi's own trainer
WEIGHT_DECAY = 1e-2
_SECONDS_BETWEEN_REPORTS = 10.0


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


@dataclass(frozen=True)
class Curves:
    """Negative log density by epoch; the weights of ``best_epoch`` (from 0) were kept.

    ``prior`` is what the prior itself scores on the validation mice: a posterior that
    does no better has learned nothing.
    """

    training: tuple[float, ...]
    validation: tuple[float, ...]
    best_epoch: int
    prior: float


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


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw from ``seed`` within the block, and go on as before after it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


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
    watch every mouse for other epochs.

    Parameters
    ----------
    flow
        From `build`.
    draw
        Returns the training pairs of an epoch, given its number.
    validation
        Pairs of other mice, which say when to stop.
    settings
        Learning rate, batch size, epochs and patience.
    seed
        Batches follow from it.
    threads
        CPU threads; the result is the same for the same number.

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
    losses: list[tuple[float, float]] = []
    best_epoch, best_weights = -1, _copy(flow)
    reported_s = time.monotonic()
    batches = integer_seed(seed, Stream.POSTERIOR_BATCHES)
    with torch_threads(threads), seeded(batches):
        for epoch in range(settings.max_epochs):
            fitted = _fit_epoch(flow, draw(epoch), optimizer, settings.batch_size)
            losses.append((fitted, _loss(flow, validation)))
            if not np.isfinite(losses[-1]).all():
                raise ValueError(
                    f"training diverged in epoch {epoch} at learning_rate="
                    f"{settings.learning_rate}: choose a smaller one"
                )
            slower.step(losses[-1][1])
            if best_epoch < 0 or losses[-1][1] < losses[best_epoch][1]:
                best_epoch, best_weights = epoch, _copy(flow)
            if time.monotonic() - reported_s > _SECONDS_BETWEEN_REPORTS:
                reported_s = time.monotonic()
                logger.info("epoch %d: loss %.3f, validation %.3f", epoch, *losses[-1])
            if epoch - best_epoch >= settings.patience:
                break
    flow.load_state_dict(best_weights)
    flow.eval()
    fitted, validated = zip(*losses, strict=True)
    curves = Curves(fitted, validated, best_epoch, _prior_loss(validation))
    logger.info(
        "stopped after %d epochs; best validation loss %.3f at epoch %d, prior %.3f",
        len(losses), validated[best_epoch], best_epoch, curves.prior,
    )  # fmt: skip
    return curves


def _fit_epoch(
    flow: ConditionalDensityEstimator,
    pairs: Pairs,
    optimizer: torch.optim.Optimizer,
    batch_size: int,
) -> float:
    flow.train()
    losses = []
    for rows in torch.randperm(len(pairs)).split(batch_size):
        loss = flow.loss(pairs.z[rows], condition=pairs.features[rows]).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(flow.parameters(), GRADIENT_NORM)
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


@torch.inference_mode()
def _loss(flow: ConditionalDensityEstimator, pairs: Pairs) -> float:
    flow.eval()
    return flow.loss(pairs.z, condition=pairs.features).mean().item()


def _prior_loss(pairs: Pairs) -> float:
    constant = 0.5 * np.log(2 * np.pi) * pairs.z.shape[1]
    return constant + 0.5 * pairs.z.square().sum(dim=1).mean().item()


def _copy(flow: ConditionalDensityEstimator) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in flow.state_dict().items()}

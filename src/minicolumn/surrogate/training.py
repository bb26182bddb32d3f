"""Fitting a network: masked loss, AdamW, early stopping."""

import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

logger = logging.getLogger(__name__)

WEIGHT_DECAY = 1e-4
GRADIENT_NORM = 1.0
_SECONDS_BETWEEN_REPORTS = 10.0
_BATCH_STREAM = 203


class Optimisation(Protocol):
    """The settings that every network has."""

    @property
    def learning_rate(self) -> float: ...  # noqa: D102
    @property
    def batch_size(self) -> int: ...  # noqa: D102
    @property
    def max_epochs(self) -> int: ...  # noqa: D102
    @property
    def patience(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Examples:
    """Standardised inputs (rows, 15) and targets (rows, 11), NaN where missing."""

    inputs: Tensor
    targets: Tensor

    @classmethod
    def of(
        cls, inputs: NDArray[np.float64], targets: NDArray[np.float64]
    ) -> "Examples":
        """Return the arrays as float32 tensors."""
        return cls(
            *(torch.as_tensor(a, dtype=torch.float32) for a in (inputs, targets))
        )

    def __getitem__(self, rows: Tensor) -> "Examples":
        return Examples(self.inputs[rows], self.targets[rows])

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True)
class Curves:
    """Masked loss by epoch; the weights of ``best_epoch`` (from 0) were kept."""

    training: tuple[float, ...]
    validation: tuple[float, ...]
    best_epoch: int


def masked_mse(predicted: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared error over the targets that are not NaN.

    Every defined target weighs the same, so a statistic that is rarely defined weighs
    less. Without any defined target the loss is 0 and has no gradient.
    """
    defined = torch.isfinite(target)
    error = torch.where(defined, predicted - target, 0.0)
    return error.square().sum() / defined.sum().clamp(min=1)


def train(
    network: nn.Module,
    training: Examples,
    validation: Examples,
    settings: Optimisation,
    seed: int,
) -> Curves:
    """Fit ``network`` in place and leave it with the weights that validated best.

    Raises
    ------
    ValueError
        If no validation target is defined, so that nothing could say when to stop, or
        if the loss stops being finite.
    """
    if not torch.isfinite(validation.targets).any():
        raise ValueError(
            f"none of the {len(validation)} validation rows has a defined statistic "
            "that is learned: simulate more circuits"
        )
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=WEIGHT_DECAY
    )
    losses: list[tuple[float, float]] = []
    best_epoch, best_weights = -1, _copy(network)
    reported_s = time.monotonic()
    for epoch in range(settings.max_epochs):
        fitted = _fit_epoch(network, training, optimizer, settings, [seed, epoch])
        losses.append((fitted, evaluate(network, validation)))
        if not np.isfinite(losses[-1]).all():
            raise ValueError(
                f"training diverged in epoch {epoch} at learning_rate="
                f"{settings.learning_rate}: choose a smaller one"
            )
        if best_epoch < 0 or losses[-1][1] < losses[best_epoch][1]:
            best_epoch, best_weights = epoch, _copy(network)
        if time.monotonic() - reported_s > _SECONDS_BETWEEN_REPORTS:
            reported_s = time.monotonic()
            logger.info("epoch %d: loss %.4f, validation %.4f", epoch, *losses[-1])
        if epoch - best_epoch >= settings.patience:
            break
    network.load_state_dict(best_weights)
    fitted, validated = zip(*losses, strict=True)
    logger.info(
        "stopped after %d epochs; best validation loss %.4f at epoch %d",
        len(losses), validated[best_epoch], best_epoch,
    )  # fmt: skip
    return Curves(fitted, validated, best_epoch)


def _fit_epoch(
    network: nn.Module,
    examples: Examples,
    optimizer: torch.optim.Optimizer,
    settings: Optimisation,
    key: list[int],
) -> float:
    network.train()
    order = np.random.default_rng([*key, _BATCH_STREAM]).permutation(len(examples))
    losses = []
    for rows in torch.as_tensor(order).split(settings.batch_size):
        batch = examples[rows]
        loss = masked_mse(network(batch.inputs), batch.targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_NORM)
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


@torch.inference_mode()
def evaluate(network: nn.Module, examples: Examples) -> float:
    """Return the masked loss over all examples."""
    network.eval()
    return masked_mse(outputs(network, examples.inputs), examples.targets).item()


@torch.inference_mode()
def outputs(network: nn.Module, inputs: Tensor, batch_size: int = 4096) -> Tensor:
    """Return what ``network`` says about ``inputs``, a batch at a time."""
    return torch.cat([network(part) for part in inputs.split(batch_size)])


@contextlib.contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch use ``count`` threads within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}

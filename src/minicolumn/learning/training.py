"""Fitting a network: masked squared error, AdamW, one cycle of learning rates.

The learning rate rises to its peak in the first third of ``max_epochs`` and falls to
nearly zero by the last (Smith & Topin 2019, Proc SPIE 11006): a network settles in far
fewer epochs than at a constant rate. The weights of the epoch that validated best are
kept, and training stops early when none has been better for ``patience`` epochs.
"""

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from minicolumn.keys import Stream, generator

logger = logging.getLogger(__name__)

WEIGHT_DECAY = 1e-4
GRADIENT_NORM = 1.0
_SECONDS_BETWEEN_REPORTS = 10.0


class Optimization(Protocol):
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
    """Standardized inputs (rows, inputs) and targets (rows, 11), NaN where missing."""

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

    def to(self, device: torch.device) -> "Examples":
        """Return the same examples on ``device``."""
        return Examples(self.inputs.to(device), self.targets.to(device))


@dataclass(frozen=True)
class Curves:
    """Masked loss by epoch; the weights of ``best_epoch`` (from 0) were kept.

    ``learning_rate`` is that of each epoch's last batch.
    """

    training: tuple[float, ...]
    validation: tuple[float, ...]
    learning_rate: tuple[float, ...]
    best_epoch: int
    device: str


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
    settings: Optimization,
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
    device = training_device()
    network.to(device)
    training, validation = training.to(device), validation.to(device)
    optimizer, schedule = _one_cycle(network, len(training), settings)
    losses: list[tuple[float, float, float]] = []
    best_epoch, best_weights = -1, _copy(network)
    progress = _Progress(settings.max_epochs)
    for epoch in range(settings.max_epochs):
        fitted, rate = _fit_epoch(
            network, training, optimizer, schedule, settings.batch_size, [seed, epoch]
        )
        validated = evaluate(network, validation)
        losses.append((fitted, validated, rate))
        if not np.isfinite(losses[-1]).all():
            raise ValueError(
                f"training diverged in epoch {epoch} at learning_rate="
                f"{settings.learning_rate}: choose a smaller one"
            )
        if best_epoch < 0 or validated < losses[best_epoch][1]:
            best_epoch, best_weights = epoch, _copy(network)
        progress.tell(epoch, *losses[-1])
        if epoch - best_epoch >= settings.patience:
            break
    network.load_state_dict(best_weights)
    network.cpu()
    logger.info(
        "stopped after %d epochs, %.0f s on %s; best validation loss %.4f at epoch %d",
        len(losses), progress.seconds, device.type, losses[best_epoch][1],
        best_epoch + 1,
    )  # fmt: skip
    fitted, validated, rates = zip(*losses, strict=True)
    return Curves(fitted, validated, rates, best_epoch, device.type)


def training_device() -> torch.device:
    """Return the GPU if PyTorch sees one, else the CPU.

    On a GPU, torch is told to use deterministic algorithms only, where it has them.
    """
    if not torch.cuda.is_available():
        return torch.device("cpu")
    # cuBLAS adds in a fixed order only with a workspace of fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device("cuda")


class _Progress:
    """Logs losses and the time that is left at most, not more often than need be."""

    def __init__(self, max_epochs: int) -> None:
        self.max_epochs = max_epochs
        self.started = self.reported = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def tell(self, epoch: int, fitted: float, validated: float, rate: float) -> None:
        if time.monotonic() - self.reported < _SECONDS_BETWEEN_REPORTS:
            return
        self.reported = time.monotonic()
        done = epoch + 1
        logger.info(
            "epoch %d of at most %d: loss %.4f, validation %.4f, learning rate %.2g; "
            "at most %.0f s left",
            done, self.max_epochs, fitted, validated, rate,
            self.seconds / done * (self.max_epochs - done),
        )  # fmt: skip


def _one_cycle(
    network: nn.Module, n_examples: int, settings: Optimization
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=settings.learning_rate,
        weight_decay=WEIGHT_DECAY,
        fused=True,  # one pass over the weights: a third of the time of a small MLP
    )
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=settings.learning_rate,
        epochs=settings.max_epochs,
        steps_per_epoch=-(-n_examples // settings.batch_size),
    )


def _fit_epoch(
    network: nn.Module,
    examples: Examples,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    batch_size: int,
    key: list[int],
) -> tuple[float, float]:
    """Return the mean loss of the batches and the learning rate of the last."""
    network.train()
    order = generator(key[0], Stream.BATCHES, *key[1:]).permutation(len(examples))
    losses, rate = [], 0.0
    for rows in torch.as_tensor(order).split(batch_size):
        batch = examples[rows]
        loss = masked_mse(network(batch.inputs), batch.targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_NORM)
        optimizer.step()
        rate = float(optimizer.param_groups[0]["lr"])
        schedule.step()
        losses.append(loss.detach())
    return torch.stack(losses).mean().item(), rate


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

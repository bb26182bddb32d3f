"""One training loop for all networks, and what keeps training repeatable."""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from minicolumn.jobs.devices import claim_device

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_REPORTS = 10.0

Batch = TypeVar("Batch")


def _nothing(*_: Any) -> None:
    """Leave the learning rate as it is."""


@dataclass(frozen=True)
class Descent:
    """How weights move, and when they stop.

    Attributes
    ----------
    optimizer
        Holds the network's weights.
    rounds, patience
        At most so many, and so many without a better validation loss.
    after_batch, after_round
        Steps of a schedule; the second is given the validation loss.
    gradient_norm
        Larger gradients are scaled down to it; None for never.
    check_every
        Rounds between validations; the first round is validated.
    unit
        What a round is called in messages.
    """

    optimizer: torch.optim.Optimizer
    rounds: int
    patience: int
    after_batch: Callable[[], Any] = _nothing
    after_round: Callable[[float], Any] = _nothing
    gradient_norm: float | None = None
    check_every: int = 1
    unit: str = "epoch"


@dataclass(frozen=True)
class Curves:
    """Loss by round; the weights of ``best_epoch`` (from 0) were kept.

    ``validation`` has a value for each validated round. ``learning_rate`` is that of
    each round's last batch.
    """

    training: tuple[float, ...]
    validation: tuple[float, ...]
    learning_rate: tuple[float, ...]
    best_epoch: int
    device: str


def fit(
    network: nn.Module,
    batches: Callable[[int], Iterable[Batch]],
    loss: Callable[[Batch], Tensor],
    validate: Callable[[], float],
    descent: Descent,
) -> Curves:
    """Fit ``network`` in place and leave it with the weights that validated best.

    Parameters
    ----------
    network
        On the device where it is to be trained.
    batches, loss
        From the number of a round to its batches, and from a batch to its loss.
    validate
        Returns the validation loss; it need not put the network back into training.
    descent
        Optimizer, schedule, patience.

    Raises
    ------
    ValueError
        If a loss stops being finite.
    """
    training, validation, rates = [], [], []
    best, best_round, best_weights = np.inf, 0, _copy(network)
    progress = _Progress(descent.unit, descent.rounds)
    for number in range(descent.rounds):
        network.train()
        fitted, rate = _fit_round(network, batches(number), loss, descent)
        training.append(fitted)
        rates.append(rate)
        _refuse_divergence(fitted, number, descent)
        if number % descent.check_every == 0:
            validated = validate()
            validation.append(validated)
            _refuse_divergence(validated, number, descent)
            descent.after_round(validated)
            if validated < best:
                best, best_round, best_weights = validated, number, _copy(network)
        progress.tell(number, fitted, validation[-1], rate)
        if number - best_round >= descent.patience:
            break
    network.load_state_dict(best_weights)
    device = next(network.parameters()).device.type
    progress.finish(len(training), best, best_round, device)
    return Curves(tuple(training), tuple(validation), tuple(rates), best_round, device)


def _fit_round(
    network: nn.Module,
    batches: Iterable[Batch],
    loss: Callable[[Batch], Tensor],
    descent: Descent,
) -> tuple[float, float]:
    """Return the mean loss of the batches and the learning rate of the last."""
    optimizer, losses, rate = descent.optimizer, [], 0.0
    for batch in batches:
        value = loss(batch)
        optimizer.zero_grad()
        value.backward()
        if descent.gradient_norm is not None:
            nn.utils.clip_grad_norm_(network.parameters(), descent.gradient_norm)
        optimizer.step()
        rate = float(optimizer.param_groups[0]["lr"])
        descent.after_batch()
        losses.append(value.detach())
    return torch.stack(losses).mean().item(), rate


def _refuse_divergence(loss: float, number: int, descent: Descent) -> None:
    if not np.isfinite(loss):
        raise ValueError(
            f"training diverged in {descent.unit} {number + 1} at learning_rate="
            f"{descent.optimizer.defaults['lr']}: choose a smaller one"
        )


class _Progress:
    """Logs losses and the time that is left at most, not more often than need be."""

    def __init__(self, unit: str, rounds: int) -> None:
        self.unit, self.rounds = unit, rounds
        self.started = self.reported = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def tell(self, number: int, fitted: float, validated: float, rate: float) -> None:
        if time.monotonic() - self.reported < _SECONDS_BETWEEN_REPORTS:
            return
        self.reported = time.monotonic()
        done = number + 1
        logger.info(
            "%s %d of at most %d: loss %.4f, validation %.4f, learning rate %.2g; "
            "at most %.0f s left",
            self.unit, done, self.rounds, fitted, validated, rate,
            self.seconds / done * (self.rounds - done),
        )  # fmt: skip

    def finish(self, done: int, best: float, best_round: int, device: str) -> None:
        logger.info(
            "stopped after %d %ss, %.0f s on %s; best validation loss %.4f at %s %d",
            done, self.unit, self.seconds, device, best, self.unit, best_round + 1,
        )  # fmt: skip


@contextlib.contextmanager
def on_training_device(network: nn.Module) -> Iterator[torch.device]:
    """Keep a network on the GPU of this process, if it has one, within the block.

    It ends on the CPU. On a GPU, torch is told to use deterministic algorithms only,
    where it has them.
    """
    device = _training_device()
    network.to(device)
    try:
        yield device
    finally:
        network.cpu()


def _training_device() -> torch.device:
    if torch.backends.cuda.is_built():
        claim_device()  # before torch counts what is there
    if not torch.cuda.is_available():
        return torch.device("cpu")
    # cuBLAS adds in a fixed order only with a workspace of fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device("cuda")


@contextlib.contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch use ``count`` threads within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw from ``seed`` within the block, and go on as before after it."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield


def weights_of(network: nn.Module) -> dict[str, NDArray[Any]]:
    """Return the weights of a network as arrays."""
    return {name: w.cpu().numpy() for name, w in network.state_dict().items()}


def fill(network: nn.Module, weights: Mapping[str, NDArray[Any]]) -> None:
    """Give a network the weights that `weights_of` returned."""
    network.load_state_dict({name: torch.tensor(w) for name, w in weights.items()})


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}

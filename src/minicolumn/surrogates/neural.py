"""The two networks as surrogates: how they are trained, and how they predict.

The loss is the masked squared error, the optimizer AdamW with one cycle of learning
rates. The rate rises to its peak in the first third of ``max_epochs`` and falls to
nearly zero by the last (Smith & Topin 2019, Proc SPIE 11006): a network settles in far
fewer epochs than at a constant rate.

Training runs in float32; predictions are computed in float64, so that a network that
ignores the ACh level predicts a change of zero and not rounding noise.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from minicolumn.config import Mlp, Transformer
from minicolumn.files.models import with_prefix
from minicolumn.keys import Stream, generator, integer_seed
from minicolumn.learning.training import (
    Curves,
    Descent,
    fit,
    seeded,
    torch_threads,
    training_device,
    weights_of,
)
from minicolumn.surrogates.mlp import CircuitMLP
from minicolumn.surrogates.task import Floats, Learned, Task
from minicolumn.surrogates.transformer import CircuitTransformer

WEIGHT_DECAY = 1e-4
GRADIENT_NORM = 1.0
_SETTINGS = "settings."

Settings = Transformer | Mlp


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


class TransformerSurrogate:
    """`CircuitTransformer` as an architecture."""

    @staticmethod
    def fit(task: Task) -> Learned:
        """Train the network; see `learn`."""
        return learn(task, Transformer(**task.settings), CircuitTransformer)

    @staticmethod
    def predict(learned: Learned, inputs: Floats) -> Floats:
        """Return standardized statistics, (rows, 11)."""
        settings = Transformer(**_settings(learned))
        n_inputs = len(learned["token_weight"])
        return _predicted(
            learned, lambda: CircuitTransformer(settings, n_inputs), inputs
        )


class MlpSurrogate:
    """`CircuitMLP` as an architecture."""

    @staticmethod
    def fit(task: Task) -> Learned:
        """Train the network; see `learn`."""
        return learn(task, Mlp(**task.settings), CircuitMLP)

    @staticmethod
    def predict(learned: Learned, inputs: Floats) -> Floats:
        """Return standardized statistics, (rows, 11)."""
        settings = Mlp(**_settings(learned))
        n_inputs = learned["layers.0.weight"].shape[1]
        return _predicted(learned, lambda: CircuitMLP(settings, n_inputs), inputs)


def learn(task: Task, settings: Settings, kind: Callable[..., nn.Module]) -> Learned:
    """Train a network; the same task gives the same one on CPU.

    Raises
    ------
    ValueError
        If no validation target is defined, so that nothing could say when to stop, or
        if the loss stops being finite.
    """
    training = Examples.of(task.inputs, task.targets)
    validation = Examples.of(task.validation_inputs, task.validation_targets)
    with torch_threads(task.threads):
        with seeded(integer_seed(task.seed, Stream.INITIAL_WEIGHTS)):
            network = kind(settings, task.inputs.shape[1])
        curves = train(network, training, validation, settings, task.seed)
    weights = weights_of(network)
    n_weights = sum(one.size for one in weights.values())
    task.record(**asdict(curves), n_weights=n_weights)
    return weights | with_prefix(_SETTINGS, settings.model_dump())


def train(
    network: nn.Module,
    training: Examples,
    validation: Examples,
    settings: Settings,
    seed: int,
) -> Curves:
    """Fit ``network`` in place; it ends on the CPU, with its best weights."""
    if not torch.isfinite(validation.targets).any():
        raise ValueError(
            f"none of the {len(validation)} validation rows has a defined statistic "
            "that is learned: simulate more circuits"
        )
    device = training_device()
    network.to(device)
    training, validation = training.to(device), validation.to(device)

    def batches(epoch: int) -> Iterator[Examples]:
        order = generator(seed, Stream.BATCHES, epoch).permutation(len(training))
        for rows in torch.as_tensor(order).split(settings.batch_size):
            yield training[rows]

    curves = fit(
        network,
        batches,
        lambda batch: masked_mse(network(batch.inputs), batch.targets),
        lambda: evaluate(network, validation),
        one_cycle(network, len(training), settings),
    )
    network.cpu()
    return curves


def one_cycle(network: nn.Module, n_examples: int, settings: Settings) -> Descent:
    """Return AdamW under one cycle of learning rates."""
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=settings.learning_rate,
        weight_decay=WEIGHT_DECAY,
        fused=True,  # one pass over the weights: a third of the time of a small MLP
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=settings.learning_rate,
        epochs=settings.max_epochs,
        steps_per_epoch=-(-n_examples // settings.batch_size),
    )
    return Descent(
        optimizer,
        settings.max_epochs,
        settings.patience,
        after_batch=schedule.step,
        gradient_norm=GRADIENT_NORM,
    )


def masked_mse(predicted: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared error over the targets that are not NaN.

    Every defined target weighs the same, so a statistic that is rarely defined weighs
    less. Without any defined target the loss is 0 and has no gradient.
    """
    defined = torch.isfinite(target)
    error = torch.where(defined, predicted - target, 0.0)
    return error.square().sum() / defined.sum().clamp(min=1)


@torch.inference_mode()
def evaluate(network: nn.Module, examples: Examples) -> float:
    """Return the masked loss over all examples."""
    network.eval()
    return masked_mse(outputs(network, examples.inputs), examples.targets).item()


@torch.inference_mode()
def outputs(network: nn.Module, inputs: Tensor, batch_size: int = 4096) -> Tensor:
    """Return what ``network`` says about ``inputs``, a batch at a time."""
    return torch.cat([network(part) for part in inputs.split(batch_size)])


def _settings(learned: Learned) -> dict[str, Any]:
    return {
        name.removeprefix(_SETTINGS): value.item()
        for name, value in learned.items()
        if name.startswith(_SETTINGS)
    }


def _predicted(
    learned: Learned, build: Callable[[], nn.Module], inputs: Floats
) -> Floats:
    with torch.device("meta"):  # nothing is drawn: all weights are put in their place
        network = build()
    weights = {
        name: torch.tensor(value, dtype=torch.float64)
        for name, value in learned.items()
        if not name.startswith(_SETTINGS)
    }
    network.load_state_dict(weights, assign=True)
    return outputs(network.eval(), torch.as_tensor(inputs)).numpy()

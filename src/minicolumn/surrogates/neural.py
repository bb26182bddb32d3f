"""The two networks as surrogates: how they are trained, and how they predict.

The loss is the masked squared error, the optimizer AdamW with one cycle of learning
rates. The rate rises to its peak in the first third of ``max_epochs`` and falls to
nearly zero by the last (Smith & Topin 2019, Proc SPIE 11006): a network settles in far
fewer epochs than at a constant rate.

Training runs in float32; predictions are computed in float64, so that a network that
ignores the ACh level predicts a change of zero and not rounding noise.
"""

from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from minicolumn.config import Mlp, Transformer
from minicolumn.files.models import with_prefix
from minicolumn.keys import Stream, generator, integer_seed
from minicolumn.learning.training import (
    Curves,
    Descent,
    fit,
    on_training_device,
    seeded,
    torch_threads,
    weights_of,
)
from minicolumn.surrogates.networks import CircuitMLP, CircuitTransformer
from minicolumn.surrogates.task import Floats, Learned, Task

WEIGHT_DECAY = 1e-4
GRADIENT_NORM = 1.0
_SETTINGS = "settings."


class NetworkSurrogate:
    """A network as an architecture."""

    network: ClassVar[type[nn.Module]]
    settings: ClassVar[type[Transformer] | type[Mlp]]

    @classmethod
    def fit(cls, task: Task) -> Learned:
        """Train the network; the same task gives the same one on CPU.

        Raises
        ------
        ValueError
            If no validation target is defined, so that nothing could say when to stop,
            or if the loss stops being finite.
        """
        settings = cls.settings(**task.settings)
        with torch_threads(task.threads):
            with seeded(integer_seed(task.seed, Stream.INITIAL_WEIGHTS)):
                network = cls.network(settings, task.inputs.shape[1])
            with on_training_device(network) as device:
                curves = train(network, task, settings, device)
        weights = weights_of(network)
        n_weights = sum(one.size for one in weights.values())
        task.record(**asdict(curves), n_weights=n_weights)
        return weights | with_prefix(_SETTINGS, settings.model_dump())

    @classmethod
    def predict(cls, learned: Learned, inputs: Floats) -> Floats:
        """Return standardized statistics, (rows, 11)."""
        return outputs(cls._rebuilt(learned, inputs), torch.as_tensor(inputs)).numpy()

    @classmethod
    def derivatives(cls, learned: Learned, inputs: Floats) -> Floats:
        """Return derivatives of `predict` by its inputs, (rows, 11, inputs)."""
        network = cls._rebuilt(learned, inputs)
        return np.concatenate(
            [_jacobian(network, part) for part in torch.as_tensor(inputs).split(4096)]
        )

    @classmethod
    def _rebuilt(cls, learned: Learned, inputs: Floats) -> nn.Module:
        settings: dict[str, Any] = {}
        weights: dict[str, Tensor] = {}
        for name, value in learned.items():
            if name.startswith(_SETTINGS):
                settings[name.removeprefix(_SETTINGS)] = value.item()
            else:
                weights[name] = torch.tensor(value, dtype=torch.float64)
        with torch.device("meta"):  # nothing is drawn: all weights are put in place
            network = cls.network(cls.settings(**settings), inputs.shape[1])
        network.load_state_dict(weights, assign=True)
        return network.eval()


class TransformerSurrogate(NetworkSurrogate):
    """`CircuitTransformer` as an architecture."""

    network, settings = CircuitTransformer, Transformer


class MlpSurrogate(NetworkSurrogate):
    """`CircuitMLP` as an architecture."""

    network, settings = CircuitMLP, Mlp


def train(
    network: nn.Module, task: Task, settings: Transformer | Mlp, device: torch.device
) -> Curves:
    """Fit ``network``, which is on ``device``, in place."""
    if not np.isfinite(task.validation_targets).any():
        raise ValueError(
            f"none of the {len(task.validation_targets)} validation rows has a defined "
            "statistic that is learned: simulate more circuits"
        )
    inputs, targets, *validation = (
        torch.as_tensor(values, dtype=torch.float32, device=device)
        for values in (
            task.inputs,
            task.targets,
            task.validation_inputs,
            task.validation_targets,
        )
    )

    def batches(epoch: int) -> tuple[Tensor, ...]:
        order = generator(task.seed, Stream.BATCHES, epoch).permutation(len(inputs))
        return torch.as_tensor(order, device=device).split(settings.batch_size)

    return fit(
        network,
        batches,
        lambda rows: masked_mse(network(inputs[rows]), targets[rows]),
        lambda: evaluate(network, *validation),
        one_cycle(network, len(inputs), settings),
    )


def one_cycle(
    network: nn.Module, n_examples: int, settings: Transformer | Mlp
) -> Descent:
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
def evaluate(network: nn.Module, inputs: Tensor, targets: Tensor) -> float:
    """Return the masked loss over all rows."""
    return masked_mse(outputs(network.eval(), inputs), targets).item()


@torch.inference_mode()
def outputs(network: nn.Module, inputs: Tensor, batch_size: int = 4096) -> Tensor:
    """Return what ``network`` says about ``inputs``, a batch at a time."""
    return torch.cat([network(part) for part in inputs.split(batch_size)])


def _jacobian(network: nn.Module, inputs: Tensor) -> Floats:
    """Return derivatives (rows, outputs, inputs): no row depends on another."""
    inputs = inputs.clone().requires_grad_(True)
    totals = network(inputs).sum(dim=0)
    rows = [torch.autograd.grad(one, inputs, retain_graph=True)[0] for one in totals]
    return torch.stack(rows, dim=1).numpy()

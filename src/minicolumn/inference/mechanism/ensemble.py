"""Small networks that each have not seen one fold of the mice.

The mice are split into folds several times over. What the networks that have not seen a
mouse say of it together is what calibration rests on; what all say together is the
answer about everybody else.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from minicolumn.config.inference import Classifier
from minicolumn.keys import Stream, generator
from minicolumn.learning.splits import even_folds
from minicolumn.learning.training import Descent, fit, on_training_device, seeded

logger = logging.getLogger(__name__)

CHECK_EVERY = 20  # steps


def network(n_inputs: int, n_classes: int, settings: Classifier) -> nn.Module:
    """Return a network from inputs (rows, inputs) to logits (rows, classes)."""
    width = settings.d_hidden
    return nn.Sequential(
        nn.Linear(n_inputs, width), nn.GELU(), nn.Dropout(settings.dropout),
        nn.Linear(width, width), nn.GELU(), nn.Dropout(settings.dropout),
        nn.Linear(width, n_classes),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trained members, one per fold and split; predictions in float64."""

    members: Sequence[nn.Module]

    @classmethod
    def fit(
        cls,
        inputs: NDArray[np.float64],
        classes: NDArray[np.int64],
        n_classes: int,
        settings: Classifier,
        seed: int,
    ) -> tuple[Self, NDArray[np.float64]]:
        """Train every member; the same data and seed give the same one on CPU.

        ``inputs`` are variants of the same mice, (variants, mice, inputs); the first is
        the whole mouse, and each step of training meets any. ``classes`` are (mice,).

        Returns
        -------
        ensemble
            The members.
        unseen
            Logits of each mouse by the members that have not seen it, (mice, classes).
        """
        data = torch.as_tensor(inputs, dtype=torch.float32)
        target = torch.as_tensor(classes)
        members, unseen = [], np.zeros((len(classes), n_classes))
        for split in range(settings.splits):
            rng = generator(seed, Stream.MECHANISM_FOLDS, split)
            fold = even_folds(classes, settings.folds, rng)
            for k in range(settings.folds):
                rng = generator(seed, Stream.MECHANISM_BATCHES, split, k)
                with seeded(int(rng.integers(2**31))):
                    member = network(data.shape[-1], n_classes, settings)
                    _train(member, data, target, fold != k, settings)
                unseen[fold == k] += _logits(member, inputs[0][fold == k])
                members.append(member)
            logger.info("split %d of %d learned", split + 1, settings.splits)
        return cls(members), unseen / settings.splits

    def logits(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the members' mean logits, (rows, classes).

        The mean of logits, and not of probabilities, is what calibration saw: means of
        probabilities would be too careful once more.
        """
        return np.mean([_logits(member, inputs) for member in self.members], axis=0)


def _train(
    member: nn.Module,
    data: Tensor,
    target: Tensor,
    is_seen: NDArray[np.bool_],
    settings: Classifier,
) -> None:
    """Fit a network to the mice that it sees, and leave it ready, in float64.

    Its weights are those of the step, among every `CHECK_EVERY`-th, after which the
    mice not seen were predicted best: few mice are soon learned by heart. They have no
    other part in it.
    """
    seen, unseen = (torch.as_tensor(np.flatnonzero(m)) for m in (is_seen, ~is_seen))

    def batches(_: int) -> Iterator[tuple[Tensor, Tensor]]:
        mice = seen[torch.randint(len(seen), (settings.batch_size,))]
        variant = torch.randint(len(data), (settings.batch_size,))
        yield data[variant, mice], target[mice]

    rate = settings.learning_rate
    optimizer = torch.optim.AdamW(
        member.parameters(), lr=rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=settings.steps
    )
    descent = Descent(
        optimizer,
        settings.steps,
        settings.patience,
        after_batch=schedule.step,
        check_every=CHECK_EVERY,
        unit="step",
    )
    with on_training_device(member) as device:
        data, target = data.to(device), target.to(device)
        fit(
            member,
            batches,
            lambda batch: nn.functional.cross_entropy(member(batch[0]), batch[1]),
            lambda: _loss(member, data[:, unseen], target[unseen]),
            descent,
        )
    member.double().eval()


@torch.no_grad()
def _loss(member: nn.Module, data: Tensor, target: Tensor) -> float:
    """Return the log loss over all variants (variants, mice, inputs)."""
    member.eval()
    logits = member(data).flatten(0, 1)
    return nn.functional.cross_entropy(logits, target.repeat(len(data))).item()


@torch.inference_mode()
def _logits(member: nn.Module, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    return member(torch.as_tensor(inputs, dtype=torch.float64)).numpy()

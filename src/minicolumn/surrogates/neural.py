"""The two networks as surrogates: fitting, predicting, weights on disk."""

import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import nn

from minicolumn.config import Mlp, Transformer
from minicolumn.keys import Stream, integer_seed
from minicolumn.learning.training import Examples, outputs, torch_threads, train
from minicolumn.surrogates.dataset import TrainingRows, ValidationRows
from minicolumn.surrogates.mlp import CircuitMLP
from minicolumn.surrogates.scaling import Standardizer
from minicolumn.surrogates.transformer import CircuitTransformer

logger = logging.getLogger(__name__)

_WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, eq=False)
class NeuralSurrogate:
    """A trained network with its scales.

    Training runs in float32; predictions are computed in float64, so that a network
    that ignores the ACh level predicts a change of zero and not rounding noise.
    """

    settings: Transformer | Mlp
    network: nn.Module
    scaling: Standardizer
    learning: dict[str, Any]

    @classmethod
    def fit(
        cls,
        training: TrainingRows,
        validation: ValidationRows,
        settings: Transformer | Mlp,
        seed: int,
        threads: int = 1,
    ) -> Self:
        """Train a network; the same data, seed and threads give the same one on CPU."""
        scaling = Standardizer.fit(training)
        if scaling.not_learned:
            logger.warning("too few targets to learn %s", scaling.not_learned)
        fitted, checked = (
            Examples.of(scaling.inputs(rows.inputs), scaling.targets(rows.targets))
            for rows in (training, validation)
        )
        with torch_threads(threads):
            network = _initial_network(settings, seed)
            curves = train(network, fitted, checked, settings, seed)
        learning = {"not_learned": scaling.not_learned, **asdict(curves)}
        return cls(settings, network.double().eval(), scaling, learning)

    @property
    def n_weights(self) -> int:
        """Number of trained numbers."""
        return sum(weights.numel() for weights in self.network.parameters())

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return statistics (rows, 11) of (rows, inputs), both in original units.

        A statistic with too few training targets is NaN.
        """
        standardized = torch.as_tensor(self.scaling.inputs(inputs))
        return self.scaling.original(outputs(self.network, standardized).numpy())

    def write_weights(self, directory: Path) -> None:
        """Write the weights (float32)."""
        weights = {
            name: value.float().contiguous()
            for name, value in self.network.state_dict().items()
        }
        # Not save_file, which makes the file private whatever the umask.
        (directory / _WEIGHTS).write_bytes(save(weights))

    @classmethod
    def read_weights(
        cls,
        directory: Path,
        settings: Transformer | Mlp,
        scaling: Standardizer,
        learning: dict[str, Any],
    ) -> Self:
        """Return the network whose weights `write_weights` wrote."""
        network = _initial_network(settings, seed=0).double().eval()
        network.load_state_dict(load_file(directory / _WEIGHTS))
        return cls(settings, network, scaling, learning)


def _initial_network(settings: Transformer | Mlp, seed: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(integer_seed(seed, Stream.INITIAL_WEIGHTS))
        if isinstance(settings, Transformer):
            return CircuitTransformer(settings)
        return CircuitMLP(settings)

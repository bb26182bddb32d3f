"""An architecture that a user adds: two functions, of which this makes a surrogate."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from minicolumn.config import Added
from minicolumn.errors import ExtensionError
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.architectures import architecture_named
from minicolumn.surrogates.dataset import TrainingRows
from minicolumn.surrogates.scaling import Standardizer

_WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, eq=False)
class AddedSurrogate:
    """What an extension learned, with its scales; see `minicolumn.registry`."""

    settings: Added
    learned: dict[str, NDArray[Any]]
    scaling: Standardizer
    learning: dict[str, Any]

    @classmethod
    def fit(cls, training: TrainingRows, settings: Added, seed: int) -> Self:
        """Let the extension learn from standardized rows."""
        scaling = Standardizer.fit(training)
        architecture = architecture_named(settings.architecture)
        learned = architecture.fit(
            scaling.inputs(training.inputs), scaling.targets(training.targets), seed
        )
        arrays = {name: np.ascontiguousarray(value) for name, value in learned.items()}
        return cls(settings, arrays, scaling, {"not_learned": scaling.not_learned})

    @property
    def n_weights(self) -> int:
        """Number of learned numbers."""
        return sum(array.size for array in self.learned.values())

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return statistics of (rows, inputs), (rows, statistics), original units.

        Raises
        ------
        ExtensionError
            If the extension predicts an array of another shape.
        """
        architecture = architecture_named(self.settings.architecture)
        standardized = np.asarray(
            architecture.predict(self.learned, self.scaling.inputs(inputs)), dtype=float
        )
        expected = len(inputs), len(STATISTIC_NAMES)
        if standardized.shape != expected:
            raise ExtensionError(
                f"the surrogate {self.settings.architecture!r} predicts an array of "
                f"shape {standardized.shape} and not {expected}: rows, statistics"
            )
        return self.scaling.original(standardized)

    def write_weights(self, directory: Path) -> None:
        """Write what was learned."""
        (directory / _WEIGHTS).write_bytes(save(self.learned))

    @classmethod
    def read_weights(
        cls,
        directory: Path,
        settings: Added,
        scaling: Standardizer,
        learning: dict[str, Any],
    ) -> Self:
        """Return the surrogate whose arrays `write_weights` wrote."""
        return cls(settings, load_file(directory / _WEIGHTS), scaling, learning)

"""One protocol for all architectures, and the choice between them."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from minicolumn.config import Added, Mlp, Transformer, XgBoost
from minicolumn.surrogates.added import AddedSurrogate
from minicolumn.surrogates.dataset import TrainingRows, ValidationRows
from minicolumn.surrogates.names import ARCHITECTURES, Architecture
from minicolumn.surrogates.neural import NeuralSurrogate
from minicolumn.surrogates.trees import TreeSurrogate

Settings = Transformer | Mlp | XgBoost | Added
Fitted = NeuralSurrogate | TreeSurrogate | AddedSurrogate

_SETTINGS: dict[str, type[Settings]] = dict.fromkeys(ARCHITECTURES, Added) | {
    "transformer": Transformer,
    "mlp": Mlp,
    "xgboost": XgBoost,
}


class Surrogate(Protocol):
    """What the rest of the package knows of a trained surrogate.

    `fit` makes one and `archive` keeps it on disk.
    """

    @property
    def learning(self) -> dict[str, Any]:
        """How training went, for ``metrics.json``."""
        ...

    @property
    def n_weights(self) -> int:
        """Number of fitted numbers."""
        ...

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return statistics (rows, 11) of (rows, inputs), both in original units."""
        ...


def settings_for(architecture: str, values: dict[str, Any]) -> Settings:
    """Return the settings of one architecture from plain values.

    Raises
    ------
    ValueError
        If the architecture is unknown; the message lists the known ones.
    """
    if architecture not in _SETTINGS:
        raise ValueError(
            f"architecture {architecture!r} is unknown; known: "
            f"{', '.join(ARCHITECTURES)}"
        )
    return _SETTINGS[architecture](**values)


def architecture_of(settings: Settings) -> Architecture:
    """Return the architecture that ``settings`` belong to."""
    if isinstance(settings, Added):
        return settings.architecture
    return next(name for name in ARCHITECTURES if type(settings) is _SETTINGS[name])


def fit(
    training: TrainingRows,
    validation: ValidationRows,
    settings: Settings,
    seed: int,
    threads: int = 1,
) -> Fitted:
    """Train the architecture that ``settings`` belong to.

    Parameters
    ----------
    training, validation
        Rows of disjoint circuits; the second say when to stop.
    settings
        A `Transformer`, `Mlp` or `XgBoost` section, or `Added`.
    seed
        Initial weights, batches and subsamples follow from it.
    threads
        CPU threads to use. The result is the same for the same number.
    """
    if isinstance(settings, Added):
        return AddedSurrogate.fit(training, settings, seed)
    if isinstance(settings, XgBoost):
        return TreeSurrogate.fit(training, validation, settings, seed, threads)
    return NeuralSurrogate.fit(training, validation, settings, seed, threads)


def read(
    directory: Path, settings: Settings, scaling: Any, learning: dict[str, Any]
) -> Fitted:
    """Return the surrogate whose weights lie in ``directory``."""
    if isinstance(settings, Added):
        return AddedSurrogate.read_weights(directory, settings, scaling, learning)
    if isinstance(settings, XgBoost):
        return TreeSurrogate.read_weights(directory, settings, scaling, learning)
    return NeuralSurrogate.read_weights(directory, settings, scaling, learning)

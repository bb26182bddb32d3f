"""Surrogates of every architecture, through one protocol."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from minicolumn.errors import ExtensionError, UnreadableModelError
from minicolumn.registry.lookup import entry
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.dataset import TrainingRows, ValidationRows
from minicolumn.surrogates.scaling import Standardizer
from minicolumn.surrogates.task import Floats, Learned, Task

logger = logging.getLogger(__name__)


class Surrogate(Protocol):
    """Anything that predicts statistics from parameters and ACh level."""

    def predict(self, inputs: Floats) -> Floats:
        """Return statistics (rows, 11) of (rows, inputs), both in original units."""
        ...


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained surrogate.

    ``learned`` is what its architecture returned, ``scaling`` lies between original
    units and those of ``learned``, ``learning`` tells how training went.
    """

    architecture: str
    settings: Mapping[str, Any]
    learned: Learned
    scaling: Standardizer
    learning: Mapping[str, Any]

    @property
    def n_weights(self) -> int:
        """Number of fitted numbers."""
        sizes = (np.size(values) for values in self.learned.values())
        return self.learning.get("n_weights") or sum(sizes)

    def predict(self, inputs: Floats) -> Floats:
        """Return statistics (rows, 11) of (rows, inputs), both in original units.

        The columns of ``inputs`` have the order of ``scaling.input_names``, as
        `rows.inputs_of` returns them. Each statistic stays within its domain.

        Raises
        ------
        TypeError
            If ``inputs`` is no array.
        ValueError
            If it has another number of columns.
        ExtensionError
            If an architecture that was added predicts an array of another shape.
        """
        _refuse_other_shapes(inputs, self.scaling.input_names)
        architecture = entry("surrogate", self.architecture).made
        predicted = architecture.predict(self.learned, self.scaling.inputs(inputs))
        standardized = np.asarray(predicted, dtype=float)
        expected = len(inputs), len(STATISTIC_NAMES)
        if standardized.shape != expected:
            raise ExtensionError(
                f"the surrogate {self.architecture!r} predicts an array of shape "
                f"{standardized.shape} and not {expected}: rows, statistics"
            )
        _refuse_nonfinite(standardized, self.architecture)
        return self.scaling.original(standardized)

    def derivatives(self, inputs: Floats) -> Floats:
        """Return derivatives of statistics by inputs, (rows, 11, inputs).

        Statistics are in original units, and each input is in SD of the training
        inputs, after its logarithm where its prior is one of logarithms. NaN for a
        statistic that was not learned. ``inputs`` are those of `predict`.

        Raises
        ------
        ValueError
            If the architecture is none of the networks: it has no derivatives.
        """
        _refuse_other_shapes(inputs, self.scaling.input_names)
        architecture = entry("surrogate", self.architecture).made
        if not hasattr(architecture, "derivatives"):
            raise ValueError(
                f"surrogates {self.architecture!r} have no derivatives: choose "
                "transformer or mlp"
            )
        slopes = architecture.derivatives(self.learned, self.scaling.inputs(inputs))
        in_units = slopes * self.scaling.target_sd[:, None]
        return np.where(self.scaling.learnable[:, None], in_units, np.nan)


def fit(
    architecture: str,
    training: TrainingRows,
    validation: ValidationRows,
    settings: Mapping[str, Any],
    seed: int,
    threads: int = 1,
) -> Fitted:
    """Train a surrogate.

    Parameters
    ----------
    architecture
        One of `names.ARCHITECTURES`.
    training, validation
        Rows of disjoint circuits; the second say when to stop.
    settings, seed, threads
        As in `Task`. The result is the same for the same number of threads.
    """
    scaling = Standardizer.fit(training)
    task = Task(
        scaling.inputs(training.inputs),
        scaling.targets(training.targets),
        scaling.inputs(validation.inputs),
        scaling.targets(validation.targets),
        scaling.input_names,
        settings,
        seed,
        threads,
    )
    task.record(not_learned=scaling.not_learned)
    learned = entry("surrogate", architecture).made.fit(task)
    if task.records["not_learned"]:
        logger.warning("too few targets to learn %s", task.records["not_learned"])
    return Fitted(architecture, settings, _as_kept(learned), scaling, task.records)


def _as_kept(learned: Learned) -> Learned:
    kept = {n: v if isinstance(v, bytes) else np.asarray(v) for n, v in learned.items()}
    for name, values in kept.items():
        if not isinstance(values, bytes) and values.dtype.kind not in "biuf":
            raise ExtensionError(
                f"{name!r} that the surrogate learned is of the type {values.dtype}: "
                "return arrays of numbers, or bytes"
            )
    return kept


def _refuse_other_shapes(inputs: Any, names: tuple[str, ...]) -> None:
    if not isinstance(inputs, np.ndarray):
        raise TypeError(
            f"predict takes an array and got a {type(inputs).__name__}: columns of a "
            "table are chosen by name (surrogates.rows.inputs_of)"
        )
    if inputs.ndim != 2 or inputs.shape[1] != len(names):
        raise ValueError(
            f"inputs have the shape {inputs.shape}: expected (rows, {len(names)}), "
            f"with the columns {', '.join(names)}"
        )


def _refuse_nonfinite(standardized: Floats, architecture: str) -> None:
    """Refuse predictions that no whole model makes.

    A statistic that too few rows defined is NaN in all rows, and allowed.

    Raises
    ------
    UnreadableModelError
        If any other value is not finite.
    """
    predicted = standardized[:, ~np.isnan(standardized).all(axis=0)]
    if not np.isfinite(predicted).all():
        raise UnreadableModelError(
            f"a surrogate {architecture!r} predicts values that are not finite. Delete "
            "it and run the same command again: Snakemake trains the model again"
        )

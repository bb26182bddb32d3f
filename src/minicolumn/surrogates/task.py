"""What an architecture is given to learn from, and what it has to be able to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Learned = dict[str, Any]
"""Arrays by name; bytes, under the name of a file, are kept as that file."""


@dataclass(frozen=True, eq=False)
class Task:
    """Standardized rows of disjoint circuits, and how to learn from them.

    Attributes
    ----------
    inputs, targets
        (rows, inputs) and (rows, statistics); a target is NaN where undefined.
    validation_inputs, validation_targets
        Rows that say when to stop.
    input_names
        In order; the last is the ACh level.
    settings
        The architecture's section of the configuration; empty for one that was added.
    seed
        All randomness follows from it.
    threads
        CPU threads to use.
    records
        What `record` was given, for ``metrics.json``.
    """

    inputs: Floats
    targets: Floats
    validation_inputs: Floats
    validation_targets: Floats
    input_names: tuple[str, ...]
    settings: Mapping[str, Any]
    seed: int
    threads: int = 1
    records: dict[str, Any] = field(default_factory=dict)

    def record(self, **facts: Any) -> None:
        """Keep what is worth knowing about the training, as plain values.

        ``n_weights`` counts what was fitted, where that is not the size of all arrays;
        ``not_learned`` names statistics without enough targets.
        """
        self.records.update(facts)

    def defined(self, statistic: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return inputs and targets, and those of validation, where one is defined."""
        seen, checked = (
            np.isfinite(targets[:, statistic])
            for targets in (self.targets, self.validation_targets)
        )
        return (
            self.inputs[seen],
            self.targets[seen, statistic],
            self.validation_inputs[checked],
            self.validation_targets[checked, statistic],
        )

    def learnable(self) -> list[int]:
        """Return the statistics that training and validation define, by place."""
        seen, checked = (
            np.isfinite(targets).any(axis=0)
            for targets in (self.targets, self.validation_targets)
        )
        return np.flatnonzero(seen & checked).tolist()


class Architecture(Protocol):
    """What is registered under a name: two static methods on standardized rows."""

    @staticmethod
    def fit(task: Task) -> Learned:
        """Return all that is needed to predict."""
        ...

    @staticmethod
    def predict(learned: Learned, inputs: Floats) -> Floats:
        """Return statistics (rows, statistics) of inputs (rows, inputs)."""
        ...

"""Rows by purpose: split by circuit, before anything is fitted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config import Range
from minicolumn.keys import Stream, generator
from minicolumn.learning.splits import Split, SplitRule, circuits_needed
from minicolumn.surrogates.names import ACH_SHUFFLED, TrainingSet, source_mechanism
from minicolumn.surrogates.rows import LEVEL, Rows, simulated_rows


@dataclass(frozen=True, eq=False)
class TrainingRows(Rows):
    """Rows that surrogates and their scalings are fitted to."""


@dataclass(frozen=True, eq=False)
class ValidationRows(Rows):
    """Rows that say when to stop."""


@dataclass(frozen=True, eq=False)
class CalibrationRows(Rows):
    """Rows that say how far predictions are off, and nothing else."""


@dataclass(frozen=True, eq=False)
class TestRows(Rows):
    """Rows that only scores may see."""

    __test__ = False  # pytest takes a class of this name for a test


@dataclass(frozen=True)
class Counts:
    """Circuits and rows per split, and the rows that have no statistics."""

    circuits: dict[str, int]
    rows: dict[str, int]
    rows_not_finite: int


@dataclass(frozen=True, eq=False)
class Dataset:
    """One training set in four parts; no circuit is in two of them.

    ``training_set`` is a mechanism or `ACH_SHUFFLED`, ``rule`` how the circuits were
    split, ``n_not_finite`` the number of simulations that have no statistics.
    """

    training_set: TrainingSet
    rule: SplitRule
    train: TrainingRows
    validation: ValidationRows
    calibration: CalibrationRows
    test: TestRows
    n_not_finite: int

    def counts(self) -> Counts:
        """Return circuits and rows per split, and the rows left out."""
        parts = {split: getattr(self, split) for split in get_args(Split)}
        return Counts(
            {name: part.n_circuits for name, part in parts.items()},
            {name: len(part) for name, part in parts.items()},
            self.n_not_finite,
        )


def build(
    circuits: pa.Table,
    statistics: pa.Table,
    training_set: TrainingSet,
    prior: Mapping[str, Range],
    rule: SplitRule,
) -> Dataset:
    """Return one training set, split by circuit.

    In the ACh-shuffled control, the ACh levels of each circuit of `combined` are
    permuted in training and validation rows: it can learn everything except what ACh
    does. Its calibration and test rows keep their true levels.

    Parameters
    ----------
    circuits, statistics
        Tables of the kinds `tables.CIRCUITS` and `tables.SIMULATED_STATISTICS`; of the
        latter, rows of other mechanisms are passed over.
    training_set, rule
        As in `Dataset`.
    prior
        What the circuits were drawn from.

    Raises
    ------
    ValueError
        If a split would be empty; the message says how many circuits are needed.
    """
    mechanism = source_mechanism(training_set)
    of_mechanism = np.asarray(statistics["mechanism"].to_pylist()) == mechanism
    rows, n_not_finite = simulated_rows(
        circuits, statistics.filter(pa.array(of_mechanism, pa.bool_())), prior
    )
    parts: dict[Split, dict[str, Any]] = {
        split: vars(_part(rows, rule, split)) for split in get_args(Split)
    }
    train = TrainingRows(**parts["train"])
    validation = ValidationRows(**parts["validation"])
    if training_set == ACH_SHUFFLED:
        train = train.with_levels(_permuted_levels(train, rule.seed))
        validation = validation.with_levels(_permuted_levels(validation, rule.seed))
    calibration = CalibrationRows(**parts["calibration"])
    test = TestRows(**parts["test"])
    return Dataset(
        training_set, rule, train, validation, calibration, test, n_not_finite
    )


def _part(rows: Rows, rule: SplitRule, split: Split) -> Rows:
    chosen = rule.members(rows.circuit_id, split)
    if not chosen.any():
        raise ValueError(
            f"no circuit is left for the {split} split of {asdict(rule)}: only "
            f"{rows.n_circuits} circuits have statistics. All splits fill from "
            f"circuits.count={circuits_needed(rule)} on: simulate more circuits"
        )
    return rows.take(chosen)


def _permuted_levels(rows: Rows, seed: int) -> NDArray[np.float64]:
    level = rows.inputs[:, LEVEL].copy()
    for circuit in np.unique(rows.circuit_id):
        own = np.flatnonzero(rows.circuit_id == circuit)
        rng = generator(seed, Stream.SHUFFLED_LEVELS, int(circuit))
        level[own] = rng.permutation(level[own])
    return level

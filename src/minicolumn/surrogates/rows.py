"""What a surrogate learns from: one row per simulation that has statistics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns
from minicolumn.config import Range
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

LEVEL = -1
"""Position of the ACh level among the inputs: the last."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs and targets in original units, one row per simulation.

    Attributes
    ----------
    inputs
        Parameters and ACh level, (rows, inputs).
    targets
        In the order of `STATISTIC_NAMES`, (rows, 11); NaN where undefined.
    circuit_id
        Identity of each row's circuit, (rows,).
    prior
        What the parameters were drawn from, by name.
    input_names
        Names of all inputs, in order; the last is the ACh level.
    """

    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    circuit_id: NDArray[np.int64]
    prior: Mapping[str, Range]
    input_names: tuple[str, ...]

    def __post_init__(self) -> None:
        n_rows = len(self.circuit_id)
        expected = (n_rows, len(self.input_names)), (n_rows, len(STATISTIC_NAMES))
        if (self.inputs.shape, self.targets.shape) != expected:
            raise ValueError(
                f"inputs {self.inputs.shape} and targets {self.targets.shape} do not "
                f"fit {n_rows} rows: expected {expected[0]} and {expected[1]}"
            )
        if np.isinf(self.targets).any():
            raise ValueError("a target is infinite: undefined statistics are NaN")
        _refuse_undefined(self.inputs, self.input_names)

    def __len__(self) -> int:
        return len(self.circuit_id)

    @property
    def n_circuits(self) -> int:
        """Number of distinct circuits."""
        return len(np.unique(self.circuit_id))

    @property
    def log_inputs(self) -> NDArray[np.bool_]:
        """Which inputs were drawn on a log scale, (inputs,)."""
        logs = [name for name, one in self.prior.items() if one.scale == "log"]
        return np.isin(self.input_names, logs)

    def input_ranges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the lowest and the highest value of each input, (inputs,) each.

        Those of the prior; of what has none, such as the level, those of the rows.
        """
        low, high = self.inputs.min(axis=0), self.inputs.max(axis=0)
        for place, name in enumerate(self.input_names):
            if name in self.prior:
                low[place], high[place] = self.prior[name].low, self.prior[name].high
        return low, high

    def take(self, chosen: NDArray[np.bool_]) -> Self:
        """Return some of the rows."""
        return replace(
            self,
            inputs=self.inputs[chosen],
            targets=self.targets[chosen],
            circuit_id=self.circuit_id[chosen],
        )

    def with_levels(self, level: NDArray[np.float64]) -> Self:
        """Return the same rows under other ACh levels, (rows,)."""
        inputs = self.inputs.copy()
        inputs[:, LEVEL] = level
        return replace(self, inputs=inputs)


def simulated_rows(
    circuits: pa.Table, statistics: pa.Table, prior: Mapping[str, Range]
) -> tuple[Rows, int]:
    """Join the parameters of circuits with the statistics of one mechanism.

    Parameters
    ----------
    circuits, statistics
        Tables of the kinds `tables.CIRCUITS` and `tables.SIMULATED_STATISTICS`, the
        latter with the rows of a single mechanism.
    prior
        What the circuits were drawn from.

    Returns
    -------
    Rows
        By circuit and level.
    int
        Number of simulations left out because they became not finite.

    Raises
    ------
    ValueError
        If two rows describe the same circuit and level (two mechanisms in one table,
        for instance), or a circuit has statistics but no parameters.
    """
    ran = np.asarray(statistics["outcome"].to_pylist()) != Outcome.NOT_FINITE
    circuit_id = statistics["circuit_id"].to_numpy()[ran]
    level = statistics["level"].to_numpy()[ran]
    targets = columns(statistics, STATISTIC_NAMES)[ran]
    order = np.lexsort((level, circuit_id))
    circuit_id, level, targets = circuit_id[order], level[order], targets[order]
    _refuse_repeats(circuit_id, level)
    names = parameter_names(circuits)
    own = circuits.take(_places_of(circuit_id, circuits))
    rows = Rows(
        inputs=inputs_of(own, (*names, "level"), level),
        targets=targets,
        circuit_id=circuit_id,
        prior={name: prior[name] for name in names},
        input_names=(*names, "level"),
    )
    return rows, int(np.sum(~ran))


def parameter_names(circuits: pa.Table) -> tuple[str, ...]:
    """Return the names of the parameters in a table of the kind `tables.CIRCUITS`."""
    return tuple(name for name in circuits.column_names if name != "circuit_id")


def rows_by_mechanism(
    circuits: pa.Table,
    statistics: pa.Table,
    mechanisms: Iterable[str],
    prior: Mapping[str, Range],
) -> dict[str, Rows]:
    """Return the rows of `simulated_rows` of each mechanism of ``statistics``."""
    mechanism = np.asarray(statistics["mechanism"].to_pylist(), dtype=str)
    return {
        name: simulated_rows(
            circuits, statistics.filter(pa.array(mechanism == name, pa.bool_())), prior
        )[0]
        for name in mechanisms
    }


def inputs_of(
    table: pa.Table,
    input_names: Sequence[str],
    level: float | NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return inputs (rows, inputs) from the columns of a table, chosen by name.

    The last of ``input_names`` is the ACh level: ``level``, one for all rows or
    (rows,), or a column of ``table`` if that is None.

    Raises
    ------
    ValueError
        If an input is missing or undefined; the message names it.
    """
    needed = input_names if level is None else input_names[:LEVEL]
    if missing := [name for name in needed if name not in table.column_names]:
        raise ValueError(
            f"the table has no column {', '.join(missing)}: it needs "
            f"{', '.join(needed)}"
        )
    values = columns(table, needed)
    if level is not None:
        levels = np.broadcast_to(np.asarray(level, dtype=float), len(values))
        values = np.column_stack([values, levels])
    _refuse_undefined(values, input_names)
    return values


def _refuse_undefined(inputs: NDArray[np.float64], names: Sequence[str]) -> None:
    wrong = np.asarray(names)[~np.isfinite(inputs).all(axis=0)]
    if wrong.size:
        raise ValueError(
            f"not finite in some rows: {', '.join(wrong)}; every circuit has all inputs"
        )


def _refuse_repeats(circuit_id: NDArray[np.int64], level: NDArray[np.float64]) -> None:
    repeats = (np.diff(circuit_id) == 0) & (np.diff(level) == 0)
    if repeats.any():
        first = int(np.argmax(repeats))
        raise ValueError(
            f"circuit {circuit_id[first]} has two rows at level {level[first]}: give "
            "the statistics of one mechanism, each shard once"
        )


def _places_of(circuit_id: NDArray[np.int64], circuits: pa.Table) -> NDArray[np.int64]:
    known = pd.Index(circuits["circuit_id"].to_numpy())
    places = known.get_indexer(pd.Index(circuit_id))
    unknown = np.unique(circuit_id[places < 0]).tolist()
    if unknown:
        raise ValueError(
            f"circuits {unknown[:5]} ({len(unknown)} in all) have statistics but no "
            "row in the circuits table: give the tables of the same run"
        )
    return places

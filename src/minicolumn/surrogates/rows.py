"""What a surrogate learns from: one row per simulation that has statistics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config import Range
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

INPUT_NAMES = (*PARAMETER_NAMES, "level")
LEVEL = INPUT_NAMES.index("level")


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs and targets, one row per simulation.

    Attributes
    ----------
    inputs
        Parameters and ACh level in the order of `INPUT_NAMES`, original units,
        (rows, inputs).
    targets
        Statistics in the order of `STATISTIC_NAMES`, original units, (rows, 11);
        NaN where undefined.
    circuit_id
        Identity of each row's circuit, (rows,).
    log_inputs
        Names of the inputs that were sampled on a log scale.
    """

    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    circuit_id: NDArray[np.int64]
    log_inputs: tuple[str, ...]

    def __post_init__(self) -> None:
        n_rows = len(self.circuit_id)
        expected = (n_rows, len(INPUT_NAMES)), (n_rows, len(STATISTIC_NAMES))
        if (self.inputs.shape, self.targets.shape) != expected:
            raise ValueError(
                f"inputs {self.inputs.shape} and targets {self.targets.shape} do not "
                f"fit {n_rows} rows: expected {expected[0]} and {expected[1]}"
            )
        if np.isinf(self.targets).any():
            raise ValueError("a target is infinite: undefined statistics are NaN")
        if not np.isfinite(self.inputs).all():
            raise ValueError("an input is not finite: every circuit has all parameters")

    def __len__(self) -> int:
        return len(self.circuit_id)

    @property
    def n_circuits(self) -> int:
        """Number of distinct circuits."""
        return len(np.unique(self.circuit_id))

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
        Says which parameters were sampled on a log scale.

    Returns
    -------
    Rows
        Ordered by circuit and level, whatever the order of the tables.
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
    rows = Rows(
        inputs=np.column_stack([_parameters_of(circuit_id, circuits), level]),
        targets=targets,
        circuit_id=circuit_id,
        log_inputs=tuple(n for n in PARAMETER_NAMES if prior[n].scale == "log"),
    )
    return rows, int(np.sum(~ran))


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


def _refuse_repeats(circuit_id: NDArray[np.int64], level: NDArray[np.float64]) -> None:
    repeats = (np.diff(circuit_id) == 0) & (np.diff(level) == 0)
    if repeats.any():
        first = int(np.argmax(repeats))
        raise ValueError(
            f"circuit {circuit_id[first]} has two rows at level {level[first]}: give "
            "the statistics of one mechanism, each shard once"
        )


def _parameters_of(
    circuit_id: NDArray[np.int64], circuits: pa.Table
) -> NDArray[np.float64]:
    row_of = {c: row for row, c in enumerate(circuits["circuit_id"].to_pylist())}
    unknown = sorted({int(c) for c in circuit_id} - row_of.keys())
    if unknown:
        raise ValueError(
            f"circuits {unknown[:5]} ({len(unknown)} in all) have statistics but no "
            "row in the circuits table: give the tables of the same run"
        )
    at = [row_of[int(c)] for c in circuit_id]
    return columns(circuits, PARAMETER_NAMES)[at]

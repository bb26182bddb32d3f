"""The simulator bank: training circuits, and what the simulator did with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, rows_where, strings
from minicolumn.config.mice import States
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.rows import parameter_names

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class InBothStates:
    """Simulated statistics of many circuits in both states, under one mechanism.

    Attributes
    ----------
    stationary, running
        At the simulated levels nearest to those of the states, (circuits, 11); NaN
        where undefined, or where the circuit was not simulated.
    """

    stationary: Floats
    running: Floats

    @classmethod
    def of(
        cls,
        simulated: pa.Table,
        mechanism: str,
        states: States,
        circuit_id: NDArray[np.int64] | None = None,
    ) -> Self:
        """Take both states out of a table of the kind `tables.SIMULATED_STATISTICS`.

        Circuits are those of ``circuit_id`` in its order, or all of the mechanism.
        """
        levels = np.unique(simulated["level"].to_numpy())
        mine = rows_where(simulated, mechanism=mechanism)
        if circuit_id is None:
            circuit_id = np.unique(mine["circuit_id"].to_numpy())
        return cls(
            *(
                _at(mine, levels[np.abs(levels - level).argmin()], circuit_id)
                for level in (states.stationary, states.running)
            )
        )

    @property
    def change(self) -> Floats:
        """Running minus stationary, (circuits, 11)."""
        return self.running - self.stationary


@dataclass(frozen=True, eq=False)
class Bank:
    """The circuits that models were trained on.

    Attributes
    ----------
    parameters
        Original units, (circuits, parameters).
    simulated
        What the simulator did with them, by mechanism.
    states
        The ACh levels of the two states.
    """

    parameters: Floats
    simulated: Mapping[str, InBothStates]
    states: States

    @classmethod
    def of(
        cls, circuits: pa.Table, simulated: pa.Table, rule: SplitRule, states: States
    ) -> Self:
        """Return the training circuits of two tables.

        They are of the kinds `tables.CIRCUITS` and `tables.SIMULATED_STATISTICS`, the
        latter with all mechanisms.
        """
        every = circuits["circuit_id"].to_numpy()
        chosen = rule.members(every, "train")
        return cls(
            columns(circuits, parameter_names(circuits))[chosen],
            {
                str(name): InBothStates.of(simulated, name, states, every[chosen])
                for name in np.unique(strings(simulated, "mechanism"))
            },
            states,
        )

    def __len__(self) -> int:
        return len(self.parameters)


def _at(table: pa.Table, level: float, circuit_id: NDArray[np.int64]) -> Floats:
    rows = rows_where(table, level=level)
    values = columns(rows, STATISTIC_NAMES)
    found = dict(zip(rows["circuit_id"].to_pylist(), values, strict=True))
    missing = np.full(len(STATISTIC_NAMES), np.nan)
    return np.reshape(
        [found.get(int(one), missing) for one in circuit_id],
        (len(circuit_id), len(STATISTIC_NAMES)),
    )

"""What the simulator itself does from rest to running, circuit by circuit."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns
from minicolumn.config.analysis import States
from minicolumn.learning.splits import Split, SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SimulatedCircuits:
    """Simulated statistics of many circuits in both states, under one mechanism.

    Attributes
    ----------
    circuit_id
        In ascending order, (circuits,).
    stationary, running
        Statistics at the simulated levels nearest to those of the states,
        (circuits, 11); NaN where undefined.
    """

    circuit_id: NDArray[np.int64]
    stationary: Floats
    running: Floats

    @classmethod
    def of(cls, simulated: pa.Table, mechanism: str, states: States) -> Self:
        """Take both states out of a table of the kind `tables.SIMULATED_STATISTICS`."""
        levels = np.unique(simulated["level"].to_numpy())
        names = np.asarray(simulated["mechanism"].to_pylist(), dtype=str)
        mine = simulated.filter(pa.array(names == mechanism, pa.bool_()))
        rest, running = (
            _by_circuit(mine, levels[np.abs(levels - level).argmin()])
            for level in (states.stationary, states.running)
        )
        shared = np.array(sorted(rest.keys() & running.keys()), dtype=np.int64)
        return cls(
            shared,
            *(
                np.array([state[c] for c in shared]).reshape(-1, len(STATISTIC_NAMES))
                for state in (rest, running)
            ),
        )

    @property
    def change(self) -> Floats:
        """Running minus stationary, (circuits, 11)."""
        return self.running - self.stationary

    def split(self, rule: SplitRule, split: Split) -> Self:
        """Return the circuits of one split."""
        mine = rule.members(self.circuit_id, split)
        return type(self)(
            self.circuit_id[mine], self.stationary[mine], self.running[mine]
        )


def _by_circuit(table: pa.Table, level: float) -> dict[int, Floats]:
    chosen = table["level"].to_numpy() == level
    rows = table.filter(pa.array(chosen, pa.bool_()))
    values = columns(rows, STATISTIC_NAMES)
    return dict(zip(rows["circuit_id"].to_pylist(), values, strict=True))

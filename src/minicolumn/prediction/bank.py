"""The simulator bank: training circuits, and what the simulator did with each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import strings
from minicolumn.config.mice import States
from minicolumn.errors import PredictionError
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


def at_level(
    simulated: pa.Table,
    mechanism: str,
    level: float,
    names: Iterable[str] = STATISTIC_NAMES,
) -> pd.DataFrame:
    """Return statistics of circuits at the simulated level nearest to ``level``.

    One row per circuit of `tables.SIMULATED_STATISTICS`, NaN where undefined.
    """
    frame = simulated.select(["circuit_id", "mechanism", "level", *names]).to_pandas()
    frame = frame[frame["mechanism"] == mechanism]
    distance = (frame["level"] - level).abs()
    nearest = frame["level"][distance == distance.min()].min()
    return frame[frame["level"] == nearest].set_index("circuit_id")[list(names)]


@dataclass(frozen=True, eq=False)
class InBothStates:
    """Statistics of simulated circuits in both states, under one mechanism.

    Each is (circuits, 11); NaN where undefined, or where a circuit was not simulated.
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
        """Take both states, at the simulated levels nearest to theirs, out of a table.

        Circuits are those of ``circuit_id`` in its order, or all of the mechanism.
        """
        rest, run = (
            at_level(simulated, mechanism, level)
            for level in (states.stationary, states.running)
        )
        rows = rest.index.union(run.index) if circuit_id is None else circuit_id
        return cls(rest.reindex(rows).to_numpy(), run.reindex(rows).to_numpy())

    @property
    def change(self) -> Floats:
        """Running minus stationary, (circuits, 11)."""
        return self.running - self.stationary


@dataclass(frozen=True, eq=False)
class Bank:
    """The circuits that models were trained on.

    Attributes
    ----------
    circuits
        Their parameters, of the kind `tables.CIRCUITS`.
    simulated
        What the simulator did with them, by mechanism.
    states
        The ACh levels of the two states.
    """

    circuits: pa.Table
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
            circuits.filter(pa.array(chosen)),
            {
                str(name): InBothStates.of(simulated, name, states, every[chosen])
                for name in np.unique(strings(simulated, "mechanism"))
            },
            states,
        )

    def change(self, mechanism: str, rows: NDArray[np.intp] | None) -> Floats:
        """Return what the simulator did with some of its circuits, (circuits, 11).

        Raises
        ------
        PredictionError
            If the circuits are in no bank: ``rows`` is None.
        """
        if rows is None:
            raise PredictionError(
                "these circuits were never simulated, so the simulator bank knows "
                "nothing of them: select circuits by prior or nearest, or use a "
                "surrogate"
            )
        return self.simulated[mechanism].change[rows]

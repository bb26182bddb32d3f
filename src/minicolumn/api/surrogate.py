"""A trained surrogate, for scripts and notebooks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained, load

OUTSIDE = "outside_prior"


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A trained surrogate: parameters of circuits and ACh level to statistics.

    ``trained`` is the library's own object, on arrays.
    """

    trained: Trained

    @property
    def architecture(self) -> str:
        """What kind of model it is."""
        return self.trained.architecture

    @property
    def training_set(self) -> str:
        """The mechanism, or the control, whose simulations it was trained on."""
        return self.trained.training_set

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns that it takes; the last is the ACh level."""
        return self.trained.input_names

    def predict(
        self,
        table: pd.DataFrame,
        level: ArrayLike | None = None,
        interval: float | None = None,
    ) -> pd.DataFrame:
        """Return the statistics of the circuits in a table.

        Parameters
        ----------
        table
            One circuit per row; the columns `inputs` are chosen by name, and others may
            be there.
        level
            ACh level, 0 to 1: one for all rows, or one for each; by default the column
            ``level`` of the table.
        interval
            The share of new circuits of the prior, such as 0.9, whose statistics lie
            between the columns ``<statistic>_low`` and ``<statistic>_high``.

        Returns
        -------
        DataFrame
            With the index of ``table``, its ``circuit_id`` if it has one, the level, a
            column for each statistic, in its unit and within its domain, and
            ``outside_prior``: the names of the inputs that lie outside the prior or the
            simulated levels, empty if none does. Such predictions are extrapolated, and
            their intervals hold nothing.

        Raises
        ------
        ValueError
            If an input is missing, from the table or in a row, or ``interval`` is no
            share.
        """
        if interval is not None and not 0 < interval < 1:
            raise ValueError(f"interval={interval} is no share: 0.9 means 90 %")
        if level is None and "level" not in table:
            raise ValueError("the table has no column level: give one, or level=0.5")
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        at = None if level is None else np.asarray(level, dtype=float)
        miscoverage = None if interval is None else 1 - interval
        found = self.trained.predict(arrow, at, miscoverage)
        columns: dict[str, Any] = {
            name: table[name] for name in ("circuit_id",) if name in table
        }
        columns["level"] = table["level"] if at is None else np.full(len(table), at)
        for place, name in enumerate(STATISTIC_NAMES):
            columns[name] = found.statistics[:, place]
            if found.low is not None and found.high is not None:
                columns[f"{name}_low"] = found.low[:, place]
                columns[f"{name}_high"] = found.high[:, place]
        names = np.asarray(self.inputs)
        columns[OUTSIDE] = [", ".join(names[row]) for row in found.outside]
        return pd.DataFrame(columns, index=table.index)


def load_surrogate(directory: str | Path) -> Surrogate:
    """Return a surrogate from its directory, of a run or of an export.

    Raises
    ------
    UnreadableModelError
        If it is damaged, or was written by another version.
    """
    return Surrogate(load(directory))

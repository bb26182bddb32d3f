"""Predictions by circuits that were fitted to each session, and by those before.

The fits of all sessions are a bank of their own: what the simulator did with them is
known, and a selector picks those of a target.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.mice import States
from minicolumn.prediction.bank import Bank, InBothStates
from minicolumn.prediction.combinations import GRADIENT, SIMULATOR
from minicolumn.prediction.forward import simulator
from minicolumn.prediction.predict import predict
from minicolumn.prediction.push_forward import Center
from minicolumn.prediction.selectors import Selected
from minicolumn.prediction.targets import Target
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tuned:
    """The circuits of a target's fits, or those that its fits started from.

    Attributes
    ----------
    bank
        The circuits of all targets.
    rows
        Which of them are those of a target, by its identity.
    name
        ``gradient``; or the selector that chose where fits start.
    """

    bank: Bank
    rows: Mapping[int, NDArray[np.intp]]
    name: str
    center: Center = mean_of_defined

    def select(
        self, target: Target, mechanism: str, rng: np.random.Generator
    ) -> Selected:
        """Return the circuits of a target: none if it could not be fitted."""
        none = np.empty(0, dtype=np.intp)
        return Selected.of_bank(self.bank, self.rows.get(target.identity, none))

    @classmethod
    def of(
        cls, described: pa.Table, fitted: bool, name: str, states: States
    ) -> "Tuned":
        """Take circuits out of a table of the kind `tables.TUNED_STATISTICS`."""
        frame = described.to_pandas()
        means = (
            frame[frame["fitted"] == fitted]
            .groupby(["session_id", "start", "mechanism"], dropna=False)[
                list(STATISTIC_NAMES)
            ]
            .mean()
        )
        keys = means.index.droplevel("mechanism").unique()
        rest = _of(means, None, keys)
        both = {m: InBothStates(rest, _of(means, m, keys)) for m in MECHANISMS}
        session = keys.get_level_values("session_id").to_numpy()
        rows = {int(one): np.flatnonzero(session == one) for one in np.unique(session)}
        fits = pa.Table.from_pandas(keys.to_frame(index=False))
        return cls(Bank(fits, both, states), rows, name)


def tuned_rows(
    described: pa.Table,
    start: str,
    targets: Sequence[Target],
    states: States,
    scale: Floats,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Yield rows of `tables.PREDICTIONS`: by the fits, and by what they started from.

    Parameters
    ----------
    described
        What the simulator did, of the kind `tables.TUNED_STATISTICS`.
    start
        The selector that chose where fits start: without the fits, it is the control.
    targets, states, scale, seed
        As of `minicolumn.prediction.study`.
    """
    for fitted, name in ((True, GRADIENT), (False, start)):
        selector = Tuned.of(described, fitted, name, states)
        for mechanism in MECHANISMS:
            forward = simulator(selector.bank, mechanism, SIMULATOR)
            for one in predict(targets, selector, forward, seed):
                yield from one.rows(scale)


def _of(means: pd.DataFrame, mechanism: str | None, keys: pd.MultiIndex) -> Floats:
    level = means.index.get_level_values("mechanism")
    chosen = means[level.isna() if mechanism is None else level == mechanism]
    return chosen.droplevel("mechanism").reindex(keys).to_numpy(float)

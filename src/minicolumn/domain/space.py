"""The space in which recordings are compared with simulations, one for each state."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

MOSTLY_DEFINED = 0.9
"""A statistic missing in more simulations than this leaves would cost too many rows."""

FEWEST_CIRCUITS = 10
WINSOR_PERCENTILES = (1, 99)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DomainSpace:
    """Simulated windows at one ACh level, of all mechanisms, in units of their SD.

    Attributes
    ----------
    names
        Statistics that span the space: those that simulations mostly define.
    mean, sd
        Of each, over simulations clipped at 1 and 99 %, shape (d,).
    values
        Simulations that define all of them, standardized, shape (rows, d).
    circuit_id
        Circuit of each row. Rows of one circuit are much alike (three mechanisms share
        its wiring and noise), so circuits are drawn and held out as a whole.
    """

    names: tuple[str, ...]
    mean: Floats
    sd: Floats
    values: Floats
    circuit_id: NDArray[np.int64]

    @classmethod
    def of(cls, windows: pd.DataFrame) -> Self | None:
        """Return the space of simulated windows, from `simulated_windows`.

        None if no statistic is mostly defined and varies, or if fewer than
        `FEWEST_CIRCUITS` define all that are: too few to say where others lie.
        """
        names = tuple(
            name
            for name in STATISTIC_NAMES
            if _spans(np.asarray(windows[name], dtype=float))
        )
        values = windows[list(names)].to_numpy(float)
        whole = np.isfinite(values).all(axis=1)
        circuit_id = windows["circuit_id"].to_numpy(np.int64)[whole]
        if not names or np.unique(circuit_id).size < FEWEST_CIRCUITS:
            return None
        values = values[whole]
        clipped = values.clip(*np.percentile(values, WINSOR_PERCENTILES, axis=0))
        mean, sd = clipped.mean(axis=0), clipped.std(axis=0)
        sd = np.where(sd > 0, sd, values.std(axis=0))
        return cls(names, mean, sd, (values - mean) / sd, circuit_id)

    def place(self, windows: pd.DataFrame) -> Floats:
        """Return windows in this space, (rows, d); NaN where a statistic is missing."""
        return (windows[list(self.names)].to_numpy(float) - self.mean) / self.sd

    def halves(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return the rows of a random half of the circuits, and of the others."""
        circuits = rng.permutation(np.unique(self.circuit_id))
        first = np.isin(self.circuit_id, circuits[: circuits.size // 2])
        return self.values[first], self.values[~first]

    def one_per_circuit(self, most: int, rng: np.random.Generator) -> Floats:
        """Return one random row of each circuit, of at most so many: independent."""
        shuffled = rng.permutation(len(self.circuit_id))
        _, first = np.unique(self.circuit_id[shuffled], return_index=True)
        return self.values[shuffled[rng.permutation(first)[:most]]]


def simulated_windows(simulated: pa.Table, level: float) -> pd.DataFrame:
    """Return the simulations at the ACh level nearest to ``level`` that stayed finite.

    ``simulated`` is a table of the kind `tables.SIMULATED_STATISTICS`.
    """
    keys = ["circuit_id", "level", "outcome"]
    table = simulated.select([*keys, *STATISTIC_NAMES]).to_pandas()
    table = table[table["outcome"] != Outcome.NOT_FINITE]
    distance = (table["level"] - level).abs()
    return table[distance == distance.min()]


def _spans(values: Floats) -> bool:
    defined = values[np.isfinite(values)]
    enough = defined.size >= max(MOSTLY_DEFINED * values.size, 1)
    return bool(enough and np.ptp(defined) > 0)

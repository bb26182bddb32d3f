"""The space in which a cohort is compared with simulations, one for each state."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, strings
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

MOSTLY_DEFINED = 0.9
"""A statistic missing in more simulations than this leaves would cost too many rows."""

FEWEST_CIRCUITS = 10
WINSOR_PERCENTILES = (1, 99)

Floats = NDArray[np.float64]


class Windows(NamedTuple):
    """Simulated windows: values (windows, 11), and the circuit of each (windows,)."""

    values: Floats
    circuit_id: NDArray[np.int64]

    @classmethod
    def at_level(cls, simulated: pa.Table, level: float) -> Self:
        """Return the windows at the level nearest to ``level`` that stayed finite.

        ``simulated`` is a table of the kind `tables.SIMULATED_STATISTICS`.
        """
        table = simulated.filter(
            pa.array(strings(simulated, "outcome") != Outcome.NOT_FINITE, pa.bool_())
        )
        distance = np.abs(columns(table, ["level"])[:, 0] - level)
        nearest = distance == distance.min(initial=np.inf)
        values = columns(table, STATISTIC_NAMES)[nearest]
        return cls(values, table["circuit_id"].to_numpy()[nearest])


@dataclass(frozen=True, eq=False)
class CohortSpace:
    """Simulated windows at one ACh level, of all mechanisms, in units of their SD.

    Attributes
    ----------
    spans
        Which statistics span the space: those that simulations mostly define, (11,).
    mean, sd
        Of each, over simulations clipped at 1 and 99 %, (d,).
    values
        Simulations that define all of them, standardized, (windows, d).
    circuit_id
        Circuit of each row. Rows of one circuit are much alike (three mechanisms share
        its wiring and noise), so a sample takes one row per circuit.
    """

    spans: NDArray[np.bool_]
    mean: Floats
    sd: Floats
    values: Floats
    circuit_id: NDArray[np.int64]

    @classmethod
    def of(cls, windows: Windows) -> Self | None:
        """Return the space of simulated windows.

        None if no statistic is mostly defined and varies, or if fewer than
        `FEWEST_CIRCUITS` define all that are: too few to say where others lie.
        """
        spans = np.array([_spans(column) for column in windows.values.T])
        values = windows.values[:, spans]
        whole = np.isfinite(values).all(axis=1)
        circuit_id = windows.circuit_id[whole]
        if not spans.any() or np.unique(circuit_id).size < FEWEST_CIRCUITS:
            return None
        values = values[whole]
        clipped = values.clip(*np.percentile(values, WINSOR_PERCENTILES, axis=0))
        mean, sd = clipped.mean(axis=0), clipped.std(axis=0)
        sd = np.where(sd > 0, sd, values.std(axis=0))
        return cls(spans, mean, sd, (values - mean) / sd, circuit_id)

    @property
    def names(self) -> tuple[str, ...]:
        """Statistics that span the space."""
        return tuple(np.array(STATISTIC_NAMES)[self.spans].tolist())

    def place(self, values: Floats) -> Floats:
        """Return windows (windows, 11) in this space, (windows, d); NaN if missing."""
        return (values[:, self.spans] - self.mean) / self.sd

    def one_per_circuit(self, most: int, rng: np.random.Generator) -> Floats:
        """Return one random row of each circuit, of at most so many: independent."""
        shuffled = rng.permutation(len(self.circuit_id))
        _, first = np.unique(self.circuit_id[shuffled], return_index=True)
        return self.values[shuffled[rng.permutation(first)[:most]]]


def _spans(values: Floats) -> bool:
    defined = values[np.isfinite(values)]
    enough = defined.size >= max(MOSTLY_DEFINED * values.size, 1)
    return bool(enough and np.ptp(defined) > 0)

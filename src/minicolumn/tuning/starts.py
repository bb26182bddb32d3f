"""The circuits that fits of a session start from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, rows_where
from minicolumn.config.tuned import Start
from minicolumn.inference.circuits.nearest import nearest
from minicolumn.keys import TUNED_CIRCUITS, Stream, generator
from minicolumn.learning.splits import SplitRule
from minicolumn.outcomes import Outcome
from minicolumn.sessions.session import Observed, Session
from minicolumn.statistics.names import STATISTIC_NAMES

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Bank:
    """Training circuits, and what they did without acetylcholine.

    A fit has no level of its own: what ACh does at rest is part of what it fits. So
    circuits are compared with a session as they are, at level 0, which all mechanisms
    share.

    Attributes
    ----------
    rows
        Their rows of the table `tables.CIRCUITS`.
    statistics
        (circuits, 11).
    """

    rows: Rows
    statistics: NDArray[np.float64]

    @classmethod
    def of(cls, circuits: pa.Table, simulated: pa.Table, rule: SplitRule) -> "Bank":
        """Return the training circuits of two tables that fired, and did not run away.

        They are of the kinds `tables.CIRCUITS` and `tables.SIMULATED_STATISTICS`, the
        latter of any one mechanism.
        """
        alone = rows_where(simulated, level=0.0, outcome=str(Outcome.OK))
        place = {id_: k for k, id_ in enumerate(alone["circuit_id"].to_pylist())}
        train = rule.members(circuits["circuit_id"].to_numpy(), "train")
        rows = circuits.filter(pa.array(train, pa.bool_())).to_pylist()
        rows = [row for row in rows if row["circuit_id"] in place]
        values = columns(alone, STATISTIC_NAMES)
        return cls(rows, values[[place[row["circuit_id"]] for row in rows]])


@dataclass(frozen=True, eq=False)
class Starts:
    """How the circuits are chosen that fits start from.

    Attributes
    ----------
    kind
        ``nearest``, ``prior`` or ``posterior``.
    n
        How many per session.
    bank
        Of the first two kinds.
    samples
        Of the last, of the kind `tables.POSTERIOR_SAMPLES`.
    least
        Conditioning epochs that must define a statistic.
    seed
        All that is drawn follows from it.
    """

    kind: Start
    n: int
    bank: Bank
    samples: pa.Table
    least: int
    seed: int

    def of(self, session: Session) -> Rows:
        """Return the circuits for a session, by its conditioning epochs alone."""
        choose = {
            "nearest": self._nearest,
            "prior": self._prior,
            "posterior": self._posterior,
        }
        return choose[self.kind](session)

    def _nearest(self, session: Session) -> Rows:
        bank = self.bank
        scale = np.nanstd(bank.statistics, axis=0)
        scale[~(scale > 0)] = np.nan
        at_rest = Observed.of(session, self.least).conditioning
        n = min(self.n, len(bank.rows))
        chosen = nearest(bank.statistics, at_rest, scale, n)
        return [bank.rows[row] for row in chosen]

    def _prior(self, session: Session) -> Rows:
        """Return circuits of the bank, which are draws of the prior."""
        chosen = self._rng(session).permutation(len(self.bank.rows))[: self.n]
        return [self.bank.rows[row] for row in chosen]

    def _posterior(self, session: Session) -> Rows:
        """Return samples under any mechanism, wired as new circuits."""
        rng, own = (
            self._rng(session),
            rows_where(self.samples, session_id=session.identity),
        )
        rows = own.take(rng.permutation(own.num_rows)[: self.n]).to_pylist()
        ids = rng.integers(TUNED_CIRCUITS.start, TUNED_CIRCUITS.stop, len(rows))
        return [row | {"circuit_id": int(i)} for row, i in zip(rows, ids, strict=True)]

    def _rng(self, session: Session) -> np.random.Generator:
        return generator(self.seed, Stream.TUNED_STARTS, session.identity)

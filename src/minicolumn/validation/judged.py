"""What a model says of the mice of one group, alone and in cohorts."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import NONE, RIVALS
from minicolumn.domain.typicality import Domain, by_class, fisher, left_out
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.inference.mechanism.cohorts import draw_cohorts
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import agreements
from minicolumn.inference.mechanism.strata import (
    Pooling,
    evidence,
    of_classes,
    together,
)
from minicolumn.keys import Stream, generator
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.session import Session


@dataclass(frozen=True, eq=False)
class Said:
    """Answers about mice, or about cohorts of them.

    Attributes
    ----------
    acting
        What truly acts in each, (n,): a mechanism, a rival, or `NONE`.
    log_probability, typicality
        (n, classes) and (n, 1 + classes), of `strata` and `Domain`.
    agreement
        (n, classes), of the published method.
    """

    acting: NDArray[np.str_]
    log_probability: NDArray[np.float64]
    typicality: NDArray[np.float64]
    agreement: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> "Said":
        """Return some of the answers, or some of them several times."""
        return Said(*(getattr(self, one.name)[rows] for one in fields(Said)))

    def claims(self, rule: Rule) -> list[str]:
        """Return what is claimed of each."""
        return rule.claims(self.log_probability, by_class(self.typicality))


@dataclass(frozen=True, eq=False)
class Judged(Said):
    """Answers about single mice.

    Attributes
    ----------
    strata
        Log probabilities of `MechanismModel`, (mice, strata).
    table
        Features, (mice, features).
    """

    strata: NDArray[np.float64]
    table: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        model: MechanismModel,
        domain: Domain,
        directions: NDArray[np.float64],
        mice: Sequence[Session],
        acting: NDArray[np.str_],
    ) -> Self:
        """Judge scaled mice, whoever they are, in which ``acting``, (mice,), acts.

        Those that lack a statistic are left out.
        """
        table, typicality = feature_table(mice), domain.p_values(mice)
        whole = ~model.lacks(table) & np.isfinite(typicality).all(axis=1)
        table = table[whole]
        strata = model.log_probability(table)
        return cls(
            acting[whole],
            of_classes(strata),
            typicality[whole],
            agreements(table, directions),
            strata,
            table,
        )

    def judged_by(self, model: MechanismModel) -> Self:
        """Return what another model says of the same mice."""
        strata = model.log_probability(self.table)
        return replace(self, strata=strata, log_probability=of_classes(strata))

    def cohorts(self, size: int, n_cohorts: int, seed: int) -> NDArray[np.int64]:
        """Return cohorts of mice in which the same acts, as in recorded, (n, size).

        What acts in too few mice makes no cohort.
        """
        rng = generator(seed, Stream.VALIDATION_COHORTS, size)
        alike = [np.flatnonzero(self.acting == one) for one in np.unique(self.acting)]
        groups = [mice for mice in alike if len(mice) >= size] or alike
        drawn = draw_cohorts(groups, size, n_cohorts // len(groups), rng)
        return drawn.reshape(-1, size)

    def together(
        self, members: NDArray[np.int64], pooling: Pooling, false_alarm: float
    ) -> Said:
        """Return answers about cohorts, whose mice are ``members`` (n, size)."""
        typicality = self.typicality[members]
        kept = ~left_out(typicality, false_alarm)[..., None]
        said = evidence(self.strata, pooling.contamination)
        return Said(
            self.acting[members[:, 0]],
            together(said[members], pooling.correlation, kept),
            fisher(typicality, kept),
            self.agreement[members].sum(axis=1),
        )


def acting_in(cohort: pa.Table, negligible: float) -> NDArray[np.str_]:
    """Return what acts in each mouse, in order of circuit.

    Without a rival, it is `NONE` where ACh rises at most ``negligible``-fold. A mouse
    out of distribution has no true class, but a mechanism may act in it.
    """
    columns = cohort.select(["circuit_id", "truth", "mechanism", "rise"]).to_pandas()
    mice = columns.groupby("circuit_id").first()
    truth, mechanism = (mice[name].to_numpy(str) for name in ("truth", "mechanism"))
    rises = mice["rise"].to_numpy() > negligible
    return np.where(np.isin(truth, RIVALS), truth, np.where(rises, mechanism, NONE))

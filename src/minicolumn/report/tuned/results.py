"""What the page about fitted circuits is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import pandas as pd

from minicolumn.files import tables
from minicolumn.files.documents import read_document
from minicolumn.perturbation.over_circuits import PerturbationSummary
from minicolumn.prediction.combinations import GRADIENT
from minicolumn.report.results import OfSessions, of_sessions, where
from minicolumn.report.sections.sizes import beside_observed
from minicolumn.report.start import Start
from minicolumn.scoring.summary import Scores
from minicolumn.tuning.drift import Drift, drifts
from minicolumn.tuning.fits_archive import load


@dataclass(frozen=True, eq=False, kw_only=True)
class TunedResults(OfSessions):
    """Everything the page shows.

    Attributes
    ----------
    steps, checks, predictions, observed
        Tables of the kinds with their types; ``predictions`` are by the fits and by the
        circuits they started from.
    drift
        How far each fit moved its circuit.
    obstacles
        By session without fits: why, in a sentence.
    """

    beside: ClassVar = ("checks.parquet", "predictions.parquet", "scores.json")
    steps: Annotated[pd.DataFrame, tables.TUNED_STEPS]
    checks: Annotated[pd.DataFrame, tables.TUNED_CHECKS]
    predictions: Annotated[pd.DataFrame, tables.PREDICTIONS]
    observed: Annotated[pd.DataFrame, tables.OBSERVED_CHANGES]
    drift: tuple[Drift, ...]
    obstacles: Mapping[int, str]

    @classmethod
    def read(
        cls,
        paths: Mapping[str, Any],
        config: Mapping[str, Any],
        defaults: Mapping[str, Any],
        started: Start,
        perturbation: PerturbationSummary | None = None,
    ) -> Self:
        """Read what the page is made from; as `minicolumn.report.results.Results.read`.

        Raises
        ------
        UnreadableTableError
            If a table is damaged or of another kind.
        """
        found = dict(map(load, paths["fits"]))
        return cls(
            config=config,
            defaults=defaults,
            provenance=(),
            started=started,
            perturbation=perturbation,
            scores=read_document(paths["scores"], Scores),
            drift=tuple(drifts(found)),
            obstacles={k: one for k, one in found.items() if isinstance(one, str)},
            **cls.frames(paths),
        )

    @property
    def start(self) -> str:
        """The selector of the circuits that fits started from."""
        return str(self.config["tuned"]["start"])

    @cached_property
    def distances(self) -> pd.DataFrame:
        """Root mean square of ``z`` from evaluation epochs, one row for each fit.

        Columns ``session_id``, ``start``, ``before`` and ``after``, over the statistics
        that were fitted.
        """
        trained = where(self.checks, trained=True)
        keys = [trained["session_id"], trained["start"]]
        squares: pd.DataFrame = trained[["z_before", "z_after"]].pow(2)
        roots = squares.groupby(keys).mean().pow(0.5)
        names = {"z_before": "before", "z_after": "after"}
        return roots.rename(columns=names).reset_index()

    @cached_property
    def decided(self) -> pd.DataFrame:
        """Predictions of changes whose observed direction is more than noise.

        Those of the true mechanism where it is known, else of all; with ``right``, and
        ``when``: by circuits ``before`` or ``after`` the fit.
        """
        rows = beside_observed(
            of_sessions(self.predictions),
            self.observed,
            self.scores.undecided_below_se,
        )
        if self.truth:
            rows = where(rows, training_set=rows["session_id"].map(self.truth))
        rows = where(rows, decided=True)
        fitted = rows["selector"] == GRADIENT
        return rows.assign(
            when=fitted.map({True: "after", False: "before"}),
            right=np.sign(rows["predicted"]) == np.sign(rows["observed"]),
        )

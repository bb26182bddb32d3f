"""The published method of prediction against this one, on the same sessions."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.prediction.combinations import POSTERIOR, PRIOR
from minicolumn.report.results import Results, where
from minicolumn.scoring import published
from minicolumn.scoring.dissociation import mcnemar
from minicolumn.scoring.evidence import Evidence, evidence
from minicolumn.scoring.panel import agreement
from minicolumn.statistics.names import STATISTIC_NAMES

_KEYS = ["session_id", "statistic", "training_set"]


def content(results: Results) -> dict[str, Any]:
    """Return what follows from the published counts, and the same sessions twice."""
    methods = (results.predicted(PRIOR), results.predicted(POSTERIOR))
    return {
        "paired": published.paired(),
        "interaction": published.interaction_p(),
        "published": published.PUBLISHED,
        "rows": compare(*methods),
    }


class Comparison(NamedTuple):
    """Sessions whose direction two methods predict, of one mechanism and statistic.

    They are sessions in which both predictions and the observation have a direction;
    evidence is None without any. ``p`` is of McNemar's exact test, two-sided, of the
    sessions that only one method gets right.
    """

    statistic: str
    mechanism: str
    constant: Evidence | None
    conditioned: Evidence | None
    constant_only: int
    conditioned_only: int
    p: float | None


def compare(constant: pd.DataFrame, conditioned: pd.DataFrame) -> list[Comparison]:
    """Return comparisons by statistic and mechanism.

    Both tables are predictions of one architecture, from `Results.predicted`.
    """
    wide = constant.merge(conditioned, on=_KEYS, suffixes=("_constant", ""))
    groups = (
        where(wide, statistic=statistic, training_set=mechanism)
        for statistic in STATISTIC_NAMES
        for mechanism in MECHANISMS
    )
    return [_compared(rows) for rows in groups if len(rows)]


def _compared(rows: pd.DataFrame) -> Comparison:
    matches = [
        agreement(rows[name].to_numpy(float), rows["observed"].to_numpy(float))
        for name in ("predicted_constant", "predicted")
    ]
    decided = np.abs(np.prod(matches, axis=0)) > 0  # not so where either is missing
    constant, conditioned = (one[decided] > 0 for one in matches)
    constant_only = int(np.sum(constant > conditioned))
    conditioned_only = int(np.sum(conditioned > constant))
    return Comparison(
        str(rows["statistic"].iloc[0]),
        str(rows["training_set"].iloc[0]),
        evidence(int(constant.sum()), len(constant)),
        evidence(int(conditioned.sum()), len(conditioned)),
        constant_only,
        conditioned_only,
        mcnemar(constant_only, conditioned_only),
    )

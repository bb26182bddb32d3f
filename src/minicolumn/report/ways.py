"""The published method to predict beside the conditioned one, on the same sessions."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.prediction.combinations import POSTERIOR, PRIOR
from minicolumn.report.results import where
from minicolumn.scoring.dissociation import mcnemar
from minicolumn.scoring.evidence import Evidence, evidence
from minicolumn.scoring.panel import agreement
from minicolumn.statistics.names import STATISTIC_NAMES

_KEYS = ["session_id", "statistic", "training_set"]


class BothWays(NamedTuple):
    """Sessions whose direction two ways predicted, of one mechanism and statistic.

    Attributes
    ----------
    statistic, mechanism
        What was predicted, and under which mechanism.
    constant, conditioned
        Matches among sessions in which both ways and the observation have a direction;
        None without any.
    constant_only, conditioned_only
        Sessions that only one of the two gets right.
    p
        Two-sided exact p-value of McNemar's test; None without any such session.
    """

    statistic: str
    mechanism: str
    constant: Evidence | None
    conditioned: Evidence | None
    constant_only: int
    conditioned_only: int
    p: float | None


def both_ways(changes: pd.DataFrame, architecture: str | None) -> list[BothWays]:
    """Return the two ways beside each other, by statistic and mechanism.

    ``changes`` are those of `Results`.
    """
    mine = where(changes, architecture=architecture)
    wide = where(mine, selector=PRIOR).merge(
        where(mine, selector=POSTERIOR), on=_KEYS, suffixes=("_constant", "")
    )
    return [
        _beside(where(wide, statistic=statistic, training_set=mechanism))
        for statistic in STATISTIC_NAMES
        for mechanism in MECHANISMS
        if len(where(wide, statistic=statistic, training_set=mechanism))
    ]


def _beside(rows: pd.DataFrame) -> BothWays:
    observed = rows["observed"].to_numpy(float)
    constant, conditioned = (
        agreement(rows[name].to_numpy(float), observed)
        for name in ("predicted_constant", "predicted")
    )
    decided = np.abs(constant * conditioned) > 0  # not so where either is missing
    constant, conditioned = constant[decided] > 0, conditioned[decided] > 0
    constant_only = int(np.sum(constant & ~conditioned))
    conditioned_only = int(np.sum(~constant & conditioned))
    return BothWays(
        str(rows["statistic"].iloc[0]),
        str(rows["training_set"].iloc[0]),
        evidence(int(constant.sum()), len(constant)),
        evidence(int(conditioned.sum()), len(conditioned)),
        constant_only,
        conditioned_only,
        mcnemar(constant_only, conditioned_only),
    )

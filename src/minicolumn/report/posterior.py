"""What the report shows of the circuits that each session could be."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from minicolumn.prediction.predictive_check import ALL_STATISTICS
from minicolumn.report import figures_posterior as figures
from minicolumn.report.posterior_record import PosteriorRecord
from minicolumn.report.results import where
from minicolumn.scoring.multiplicity import holm
from minicolumn.surrogates.names import TRAINING_SETS

LABELS = {
    "marginals": "Density of each circuit parameter given one session at rest, under "
    "three mechanisms, over the prior",
    "known": "How much narrower than the prior each parameter becomes, by number of "
    "epochs, on held-out mice",
    "calibration": "Expected coverage, and ranks of the true value of each parameter "
    "among draws, on held-out mice",
    "predicted": "Predicted range of change of each session under three mechanisms "
    "beside its observed change, by statistic",
}
SIGNIFICANT = 0.05


def drawings(record: PosteriorRecord) -> dict[str, Figure]:
    """Return the figures of what is known of circuits, by name."""
    return {
        "marginals": figures.marginals(
            where(record.circuits, session_id=record.shown), record.manifest["prior"]
        ),
        "known": figures.known(record.checks),
        "calibration": figures.calibration(record.checks),
    }


def content(record: PosteriorRecord, architecture: str | None) -> dict[str, Any]:
    """Return what the section says, besides its figures."""
    p = list(record.checks["ks_p"].values())
    return {
        "n_mice": record.checks["n_mice"],
        "draws": record.checks["draws"],
        "smallest_ks_p": min(holm(p)) if p else None,
        "training_mice": record.manifest["learning"]["mice"],
        "gained": _gained(record.manifest["learning"]),
        "n_weights": record.manifest["n_weights"],
        "shown": record.shown,
        "best_known": _best_known(record.checks),
        "predictive": predictive_rows(record.predictive, architecture),
    }


def _gained(learning: Mapping[str, Any]) -> float:
    """Return by how many nats the posterior beats the prior on validation mice."""
    return float(learning["prior"] - min(learning["validation"]))


def _best_known(checks: Mapping[str, Any]) -> Sequence[str]:
    """Return the parameters that contract by half and more, most first."""
    most = checks["contraction"][max(checks["contraction"], key=int)]
    found = sorted(most, key=lambda name: -most[name])
    return [name for name in found if most[name] >= 0.5]


def predictive_rows(
    predictive: pd.DataFrame, architecture: str | None
) -> list[dict[str, Any]]:
    """Return, by training set, how many sessions the predictive check rejects."""
    rows = []
    for name in TRAINING_SETS:
        whole = where(
            predictive,
            architecture=architecture,
            training_set=name,
            statistic=ALL_STATISTICS,
        )["p"].dropna()
        if len(whole):
            rows.append(
                {
                    "training_set": name,
                    "n": len(whole),
                    "n_rejected": int(np.sum(whole < SIGNIFICANT)),
                    "median_p": float(whole.median()),
                }
            )
    return rows

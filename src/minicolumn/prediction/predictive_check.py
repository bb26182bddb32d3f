"""Could a mechanism have produced what a session did? A posterior predictive check.

Replicated changes are what the mechanism's emulator says of circuits that fit the
session at rest, with the error of the observed change added. If the observed change is
an ordinary one among them, the mechanism may be right; if none is like it, the
mechanism, or the model, is not (Gelman, Meng & Stern 1996, Stat Sinica 6:733).
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

from minicolumn.keys import Stream, generator
from minicolumn.prediction.predict import Prediction
from minicolumn.statistics.names import STATISTIC_NAMES

ALL_STATISTICS = "all"


@dataclass(frozen=True, eq=False)
class PredictiveCheck:
    """Bayesian p-values of one session under one emulator.

    Attributes
    ----------
    p
        Two-sided, of each statistic, (11,); NaN where it is not predicted or observed.
    p_whole
        Of the whole vector of change: the share of replicates that are as far from
        their own center (Mahalanobis); None if no statistic is defined.
    n_statistics
        Statistics in ``p_whole``.
    """

    p: NDArray[np.float64]
    p_whole: float | None
    n_statistics: int

    @classmethod
    def of(
        cls,
        predicted: NDArray[np.float64],
        observed: NDArray[np.float64],
        se: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> Self:
        """Compare an observed change with draws of its prediction, (draws, 11).

        ``observed`` and ``se`` are the change and its standard error, (11,); ``rng``
        draws the error of each replicate.
        """
        noise = rng.standard_normal(predicted.shape) * se
        defined = np.isfinite(predicted).all(axis=0) & np.isfinite(observed + se)
        p = np.full(len(observed), np.nan)
        replicates, seen = (predicted + noise)[:, defined], observed[defined]
        above = _share(replicates >= seen)
        below = _share(replicates <= seen)
        p[defined] = np.minimum(1.0, 2 * np.minimum(above, below))
        if not defined.any():
            return cls(p, None, 0)
        return cls(p, _p_whole(replicates, seen), int(defined.sum()))


def check_rows(
    prediction: Prediction, se: NDArray[np.float64], seed: int
) -> list[dict[str, Any]]:
    """Return the rows of `tables.PREDICTIVE_CHECKS` of one prediction.

    ``se`` is the standard error of the target's observed change, (11,). The error of
    each replicate follows from ``seed`` and the target.
    """
    target = prediction.target
    rng = generator(seed, Stream.PREDICTIVE_CHECKS, target.identity)
    found = PredictiveCheck.of(prediction.change.draws, target.observed.change, se, rng)
    key = {
        "session_id": target.identity,
        "training_set": prediction.training_set,
        "architecture": prediction.forward,
    }
    single = [
        {**key, "statistic": name, "n_statistics": 1, "p": float(p)}
        for name, p in zip(STATISTIC_NAMES, found.p, strict=True)
    ]
    together = {"n_statistics": found.n_statistics, "p": found.p_whole}
    return [*single, {**key, "statistic": ALL_STATISTICS, **together}]


def errors_of_observation(observed: pa.Table) -> dict[int, NDArray[np.float64]]:
    """Return the standard error of each session's observed change, (11,).

    ``observed`` is a table of the kind `tables.OBSERVED_CHANGES`.
    """
    rows = observed.to_pandas().set_index(["session_id", "statistic"])["se"]
    se = rows.unstack().reindex(columns=list(STATISTIC_NAMES))
    return dict(zip(se.index.tolist(), se.to_numpy(float), strict=True))


def _p_whole(replicates: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    # In units of their SD, so that shrinkage treats all statistics alike.
    sd = replicates.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    reference_set = LedoitWolf().fit(replicates / sd)
    distance = reference_set.mahalanobis(replicates / sd)
    return float(_share(distance >= reference_set.mahalanobis(seen[None] / sd)))


def _share(counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share along the first axis, the observed one counted: never 0."""
    return (1 + counted.sum(axis=0)) / (1 + len(counted))

"""Whether derivatives of surrogates are those of the simulator."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 10
"""Pairs of derivatives that a comparison needs."""


@dataclass(frozen=True)
class Agreement:
    """Derivatives of surrogate and simulator, over circuits, parameters and states.

    Attributes
    ----------
    n
        Pairs that are compared.
    correlation
        Of the two, without centering: a derivative of 0 has a meaning. None with fewer
        than ten pairs.
    reliability
        Share of the mean square of the simulator's derivatives that is not their own
        error.
    ceiling
        Correlation that exact derivatives would have with those of the simulator: the
        root of the reliability.
    slope
        Of the simulator's derivatives on the surrogate's, through 0: below 1, those of
        the surrogate are too large.
    """

    n: int
    correlation: float | None = None
    reliability: float | None = None
    ceiling: float | None = None
    slope: float | None = None


def agreement(sensitivities: pd.DataFrame) -> dict[str, Agreement]:
    """Return the agreement by statistic, and of all together (``all``).

    ``sensitivities`` has the columns of `tables.SENSITIVITIES`.
    """
    both = sensitivities.dropna(subset=["surrogate", "simulator", "simulator_se"])
    by_statistic = {str(name): _of(one) for name, one in both.groupby("statistic")}
    return {"all": _of(both), **by_statistic}


def _of(pairs: pd.DataFrame) -> Agreement:
    n = len(pairs)
    surrogate, simulator, error = (
        pairs[name].to_numpy(float)
        for name in ("surrogate", "simulator", "simulator_se")
    )
    size = np.sqrt(np.sum(surrogate**2) * np.sum(simulator**2))
    if n < LEAST or size == 0:
        return Agreement(n)
    reliability = float(max(1 - np.mean(error**2) / np.mean(simulator**2), 0.0))
    together = surrogate @ simulator
    slope = float(together / (surrogate @ surrogate))
    return Agreement(
        n, float(together / size), reliability, float(np.sqrt(reliability)), slope
    )

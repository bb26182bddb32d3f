"""From the changes of the circuits that a target could be to one prediction."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined

Floats = NDArray[np.float64]
Center = Callable[[Floats], Floats]
"""Takes changes (circuits, 11) to the one that is predicted, (11,)."""

INTERVAL = (0.05, 0.95)
# A network that ignores the level may still differ by rounding.
_NO_CHANGE = 1e-9


@dataclass(frozen=True, eq=False)
class ChangeDistribution:
    """What may happen to each statistic of one target; all but ``draws`` are (11,).

    Attributes
    ----------
    draws
        Change of each circuit that the target could be, residuals included,
        (draws, 11).
    predicted
        The one change that is predicted: the center of what the forward model says.
    p_up
        Probability that the statistic rises; no change counts half.
    low, high
        5th and 95th percentile. These three are NaN unless two draws define the
        statistic.
    """

    draws: Floats
    predicted: Floats
    p_up: Floats
    low: Floats
    high: Floats


def push_forward(
    changes: Floats,
    center: Center,
    residuals: Floats | None,
    rng: np.random.Generator,
) -> ChangeDistribution:
    """Describe the changes of all circuits that one target could be.

    The direction is that of the forward model alone. Residuals say how wide the
    interval is: they have no center of their own (`residuals.change_residuals`).

    ``changes`` are what the forward model says of each circuit, (circuits, 11), and
    ``center`` is that of the selector. ``rng`` draws one of the ``residuals``,
    (residuals, 11), for each circuit; without them, the model is taken at its word.
    """
    draws = changes
    if residuals is not None:
        draws = changes + residuals[rng.integers(len(residuals), size=len(changes))]
    low, high = quantiles(draws, INTERVAL)
    return ChangeDistribution(draws, center(changes), _p_up(draws), low, high)


def median_change(changes: Floats) -> Floats:
    """Return the median over the circuits that define it, (11,); NaN if none does."""
    return quantiles(changes, (0.5,), least=1)[0]


def quantiles(draws: Floats, shares: tuple[float, ...], least: int = 2) -> Floats:
    """Return quantiles of the draws that define a statistic, (shares, 11).

    NaN where fewer than ``least`` do.
    """
    found = np.full((len(shares), draws.shape[1]), np.nan)
    for place, column in enumerate(draws.T):
        defined = column[np.isfinite(column)]
        if len(defined) >= least:
            found[:, place] = np.quantile(defined, shares)
    return found


def _p_up(draws: Floats) -> Floats:
    rises = np.where(np.abs(draws) < _NO_CHANGE, 0.5, (draws > 0).astype(float))
    p_up = mean_of_defined(np.where(np.isfinite(draws), rises, np.nan))
    return np.where(np.isfinite(draws).sum(axis=0) > 1, p_up, np.nan)

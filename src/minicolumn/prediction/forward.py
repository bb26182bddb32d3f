"""Forward models say what circuits would do in another condition."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from minicolumn.prediction.bank import Bank
from minicolumn.prediction.combinations import BANK, RATE_ALONE
from minicolumn.prediction.selectors import Selected
from minicolumn.prediction.targets import Target
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.names import source_mechanism

Floats = NDArray[np.float64]
_RATE = STATISTIC_NAMES.index("mean_rate")


@dataclass(frozen=True, eq=False)
class Forward:
    """Says how each circuit changes from rest to running.

    Attributes
    ----------
    name
        Architecture of a surrogate, or one of the names in `combinations`.
    training_set
        What it was trained on: a mechanism, or a control.
    change
        Takes the circuits chosen for a target, and the target, to their changes,
        (circuits, 11).
    residuals
        By how much it misses, (residuals, 11); None if it is taken at its word.
    """

    name: str
    training_set: str
    change: Callable[[Selected, Target], Floats]
    residuals: Floats | None = None

    @property
    def mechanism(self) -> str:
        """What acetylcholine does in it, and so which circuits it is given."""
        return source_mechanism(self.training_set)


def emulator(model: Trained, residuals: Floats | None = None) -> Forward:
    """Return the forward model that a trained surrogate is."""

    @lru_cache(maxsize=1)  # all targets share the circuits of the prior
    def emulated(chosen: Selected) -> Floats:
        rest, running = (
            model.predict(chosen.circuits, level).statistics
            for level in (chosen.rest, chosen.running)
        )
        return running - rest

    return Forward(
        model.architecture,
        model.training_set,
        lambda chosen, _: emulated(chosen),
        residuals,
    )


def simulator(bank: Bank, mechanism: str, name: str = BANK) -> Forward:
    """Return what the simulator did, for circuits of its bank alone."""
    return Forward(
        name, mechanism, lambda chosen, _: bank.change(mechanism, chosen.rows)
    )


def rate_alone(bank: Bank, mechanism: str) -> Forward:
    """Return the change that goes with the target's own change of rate.

    One change for all circuits together, (1, 11), on the line through the origin that
    fits their simulated changes best (least squares).
    """

    def change(chosen: Selected, target: Target) -> Floats:
        slope = rate_slope(bank.change(mechanism, chosen.rows))
        return slope[None] * target.observed.change[_RATE]

    return Forward(RATE_ALONE, mechanism, change)


def rate_slope(change: Floats) -> Floats:
    """Return the slope through the origin of each change on that of the rate, (11,).

    NaN for the rate itself, which would only repeat what it was told.
    """
    rate = change[:, [_RATE]]
    used = np.isfinite(rate + change)
    product, square = (
        np.where(used, values, 0.0).sum(axis=0) for values in (rate * change, rate**2)
    )
    nan = np.full(len(square), np.nan)
    slope = np.divide(product, square, out=nan, where=square > 0)
    slope[_RATE] = np.nan
    return slope

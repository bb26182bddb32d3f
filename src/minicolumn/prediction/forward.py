"""Forward models say what circuits would do in another condition.

Another one is a class with the members of `Forward`.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from minicolumn.errors import PredictionError
from minicolumn.prediction.bank import Bank
from minicolumn.prediction.combinations import BANK, RATE_ALONE
from minicolumn.prediction.selectors import Selected
from minicolumn.prediction.targets import Target
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.names import source_mechanism
from minicolumn.surrogates.rows import LEVEL

Floats = NDArray[np.float64]
_RATE = STATISTIC_NAMES.index("mean_rate")


class Forward(Protocol):
    """Says how each circuit changes from rest to running."""

    @property
    def name(self) -> str:
        """Architecture of a surrogate, or one of the names in `combinations`."""
        ...

    @property
    def training_set(self) -> str:
        """What it was trained on: a mechanism, or a control."""
        ...

    @property
    def mechanism(self) -> str:
        """What acetylcholine does in it, and so which circuits it is given."""
        ...

    @property
    def residuals(self) -> Floats | None:
        """By how much it misses, (residuals, 11); None if it is taken at its word."""
        ...

    def change(self, chosen: Selected, target: Target) -> Floats:
        """Return the change of each of the circuits chosen for a target, (n, 11)."""
        ...


@dataclass(eq=False)
class Emulator:
    """A trained surrogate."""

    model: Trained
    residuals: Floats | None = None
    _last: tuple[Selected, Floats] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Architecture of the surrogate."""
        return self.model.architecture

    @property
    def training_set(self) -> str:
        """What the surrogate was trained on."""
        return self.model.training_set

    @property
    def mechanism(self) -> str:
        """The mechanism whose simulations it was trained on."""
        return source_mechanism(self.training_set)

    def change(self, chosen: Selected, target: Target) -> Floats:
        """Return emulated changes; circuits that all targets share, once."""
        if self._last is None or self._last[0] is not chosen:
            self._last = chosen, self._emulated(chosen)
        return self._last[1]

    def _emulated(self, chosen: Selected) -> Floats:
        raised = chosen.inputs.copy()
        raised[:, LEVEL] = chosen.running
        predict = self.model.surrogate.predict
        return predict(raised) - predict(chosen.inputs)


@dataclass(frozen=True, eq=False)
class SimulatorBank:
    """What the simulator did, for circuits of its bank alone."""

    bank: Bank
    mechanism: str
    name: str = BANK
    residuals: Floats | None = None

    @property
    def training_set(self) -> str:
        """The mechanism simulated."""
        return self.mechanism

    def change(self, chosen: Selected, target: Target) -> Floats:
        """Return simulated changes.

        Raises
        ------
        PredictionError
            If the circuits are in no bank.
        """
        return _simulated(self.bank, self.mechanism, chosen)


@dataclass(frozen=True, eq=False)
class RateAlone:
    """The change that goes with the target's own change of rate.

    The line through the origin is fitted by least squares to the simulated changes of
    the circuits.
    """

    bank: Bank
    mechanism: str
    name: str = RATE_ALONE
    residuals: Floats | None = None

    @property
    def training_set(self) -> str:
        """The mechanism simulated."""
        return self.mechanism

    def change(self, chosen: Selected, target: Target) -> Floats:
        """Return one change for all circuits together, (1, 11)."""
        slope = rate_slope(_simulated(self.bank, self.mechanism, chosen))
        return slope[None] * target.observed.change[_RATE]


def rate_slope(change: Floats) -> Floats:
    """Return the slope through the origin of each change on that of the rate, (11,).

    NaN for the rate itself, which would only repeat what it was told.
    """
    rate = change[:, [_RATE]]
    used = np.isfinite(rate + change)
    product, square = (
        np.where(used, values, 0.0).sum(axis=0) for values in (rate * change, rate**2)
    )
    slope = np.where(square > 0, product / np.where(square > 0, square, 1.0), np.nan)
    slope[_RATE] = np.nan
    return slope


def _simulated(bank: Bank, mechanism: str, chosen: Selected) -> Floats:
    if chosen.rows is None:
        raise PredictionError(
            "these circuits were never simulated, so the simulator bank knows nothing "
            "of them: select circuits by prior or nearest, or use a surrogate"
        )
    return bank.simulated[mechanism].change[chosen.rows]

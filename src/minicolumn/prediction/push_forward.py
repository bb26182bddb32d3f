"""From circuits to change: what emulators say of them at another level of ACh."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.mice import Level
from minicolumn.surrogates.models import Surrogate
from minicolumn.surrogates.rows import LEVEL, Rows

INTERVAL = (0.05, 0.95)
# A network that ignores the level may still differ by rounding.
_NO_CHANGE = 1e-9


@dataclass(frozen=True, eq=False)
class ChangeDistribution:
    """What may happen to each statistic of one mouse; all but ``draws`` are (11,).

    Attributes
    ----------
    draws
        Change of each circuit that is possible, (draws, 11).
    p_up
        Probability that it rises; no change counts half.
    median
        Its median.
    low, high
        Its 5th and 95th percentile. All are NaN where the emulator has not learned the
        statistic.
    """

    draws: NDArray[np.float64]
    p_up: NDArray[np.float64]
    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, draws: NDArray[np.float64]) -> Self:
        """Describe changes (draws, 11); a statistic with a NaN has no distribution."""
        rises = np.where(np.abs(draws) < _NO_CHANGE, 0.5, draws > 0).mean(axis=0)
        known = np.isfinite(draws).all(axis=0)
        low, median, high = np.quantile(draws, (INTERVAL[0], 0.5, INTERVAL[1]), axis=0)
        return cls(draws, np.where(known, rises, np.nan), median, low, high)


def push_forward(
    surrogate: Surrogate,
    circuits: NDArray[np.float64],
    running: NDArray[np.float64],
    errors: NDArray[np.float64] | None = None,
    rng: np.random.Generator | None = None,
) -> ChangeDistribution:
    """Raise the ACh level of possible circuits and see what each statistic does.

    Parameters
    ----------
    surrogate
        Emulator of one mechanism.
    circuits
        Parameters and level at rest, (draws, 19), original units.
    running
        Level while running, (draws,).
    errors
        By how much the emulated change of other circuits missed the simulated one,
        (errors, 11), from `change_errors`; one is drawn for each circuit. Without
        them, the emulator is taken at its word.
    rng
        Draws the errors.
    """
    raised = circuits.copy()
    raised[:, LEVEL] = running
    changes = surrogate.predict(raised) - surrogate.predict(circuits)
    if errors is not None:
        assert rng is not None
        changes = changes + errors[rng.integers(len(errors), size=len(changes))]
    return ChangeDistribution.of(changes)


def change_errors(
    surrogate: Surrogate,
    held_out: Rows,
    rest: Level,
    running: Level,
    rng: np.random.Generator,
) -> NDArray[np.float64] | None:
    """Return by how much the emulated change of circuits misses the simulated one.

    Parameters
    ----------
    surrogate
        The emulator.
    held_out
        Simulations of circuits that it was not trained on.
    rest, running
        Ranges of the levels of both states: every pair of simulated levels within them
        gives one error per circuit.
    rng
        Where an error of one statistic is undefined, draws another of its errors.

    Returns
    -------
    NDArray
        Simulated minus emulated change, (errors, 11): what the emulator gets wrong, and
        the noise of a simulation of one window. None without any pair. A statistic
        without any error has 0 throughout: of it, nothing is known.
    """
    missed = held_out.targets - surrogate.predict(held_out.inputs)
    level, circuit = held_out.inputs[:, LEVEL], held_out.circuit_id
    low, high = (
        np.flatnonzero((level >= allowed.low) & (level <= allowed.high))
        for allowed in (rest, running)
    )
    before, after = np.nonzero(circuit[low][:, None] == circuit[high][None])
    if not len(before):
        return None
    errors = missed[high[after]] - missed[low[before]]
    for column in errors.T:
        gone = ~np.isfinite(column)
        found = column[~gone]
        column[gone] = rng.choice(found, gone.sum()) if len(found) else 0.0
    return errors

"""By how much a surrogate misses the simulated change of circuits it has not seen."""

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.base import Between
from minicolumn.config.mice import Level
from minicolumn.surrogates.models import Surrogate
from minicolumn.surrogates.rows import LEVEL, Rows


def change_residuals(
    surrogate: Surrogate,
    held_out: Rows,
    rest: Level,
    rise: Between,
    rng: np.random.Generator,
) -> NDArray[np.float64] | None:
    """Return simulated minus emulated changes of held-out circuits, (residuals, 11).

    They are the error of the emulator and the noise of one simulated window. The median
    of each statistic is taken out: otherwise a bias of the emulator would be a
    direction, and for an emulator that ignores the level it would be the effect of
    acetylcholine itself.

    Parameters
    ----------
    surrogate
        The emulator.
    held_out
        Simulations of circuits that it was not trained on.
    rest, rise
        Ranges of the level at rest, and of its rise: every pair of simulated levels
        within them gives one residual per circuit. None without any pair.
    rng
        Where a residual of one statistic is undefined, draws another of its residuals;
        a statistic without any has 0 throughout, as nothing is known about it.
    """
    missed = held_out.targets - surrogate.predict(held_out.inputs)
    level, circuit = held_out.inputs[:, LEVEL], held_out.circuit_id
    resting = np.flatnonzero((level >= rest.low) & (level <= rest.high))
    rises = level[None] - level[resting][:, None]
    same = circuit[resting][:, None] == circuit[None]
    before, after = np.nonzero(same & (rises >= rise.low) & (rises <= rise.high))
    if not len(before):
        return None
    residuals = missed[after] - missed[resting[before]]
    for column in residuals.T:
        gone = ~np.isfinite(column)
        found = column[~gone]
        column[gone] = rng.choice(found, gone.sum()) if len(found) else 0.0
    return residuals - np.median(residuals, axis=0)

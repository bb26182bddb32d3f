"""Which outcome a simulation has."""

import numpy as np
from numpy.typing import NDArray

from minicolumn.outcomes import Outcome


def outcome_of(
    n_spikes: int, n_units: int, duration_s: float, v: NDArray, runaway_hz: float
) -> Outcome:
    """Return the outcome of one simulation from its spikes and final voltages (N,)."""
    if not np.isfinite(v).all():
        return Outcome.NOT_FINITE
    if n_spikes == 0:
        return Outcome.SILENT
    if n_spikes / n_units / duration_s > runaway_hz:
        return Outcome.RUNAWAY
    return Outcome.OK

"""How a simulation can end: always a row, never a missing one."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Outcome(StrEnum):
    """What became of one simulation."""

    OK = "ok"
    SILENT = "silent"
    RUNAWAY = "runaway"
    NOT_FINITE = "not_finite"

    @property
    def sentence(self) -> str:
        """What a person should read."""
        return {
            Outcome.OK: "it ran and fired",
            Outcome.SILENT: "no neuron fired in the window",
            Outcome.RUNAWAY: "the mean rate exceeded the runaway limit",
            Outcome.NOT_FINITE: "a membrane potential became nan or inf",
        }[self]


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

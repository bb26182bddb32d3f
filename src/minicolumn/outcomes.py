"""How a simulation or a session can end: always a row, never a missing one.

One light module, because the stage that writes an outcome and those that read it must
not import each other.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one simulation."""

    OK = "ok"  # it ran and fired
    SILENT = "silent"  # no neuron fired in the window
    RUNAWAY = "runaway"  # the mean rate exceeded the runaway limit
    NOT_FINITE = "not_finite"  # a membrane potential became nan or inf


def outcome_of(
    n_spikes: int, n_units: int, duration_s: float, finite: bool, runaway_hz: float
) -> Outcome:
    """Return the outcome of one simulation; ``finite`` are its final voltages."""
    if not finite:
        return Outcome.NOT_FINITE
    if n_spikes == 0:
        return Outcome.SILENT
    if n_spikes / n_units / duration_s > runaway_hz:
        return Outcome.RUNAWAY
    return Outcome.OK


# A session that is not scored has a sentence as its outcome instead.
SESSION_OK = "ok"

# The origin of a session that no animal made.
SYNTHETIC = "synthetic"

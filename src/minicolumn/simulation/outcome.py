"""Which outcome a simulation has."""

from minicolumn.outcomes import Outcome


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

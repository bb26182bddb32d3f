"""From the three tables of a recording to its epochs and its outcome."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from minicolumn.config import Epochs, UnitFilter
from minicolumn.keys import Stream, generator
from minicolumn.outcomes import SESSION_OK, SYNTHETIC
from minicolumn.recordings.balance import balanced
from minicolumn.recordings.catalog import sessions
from minicolumn.recordings.epochs import Epoch, Stimulus, find_epochs
from minicolumn.recordings.intervals import Interval
from minicolumn.recordings.running import SpeedTrace, clean_speed
from minicolumn.recordings.units import count_areas, selected_units

ALL_PROBES = "all_probes"


def epochs_of_session(
    session_id: int,
    units: pa.Table,
    speed: pa.Table,
    intervals: pa.Table,
    unit_filter: UnitFilter,
    rule: Epochs,
    window_s: float,
    n_units_min: int,
    description: str,
    seed: int,
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return the session's rows for the epochs table and for the sessions table.

    A session that cannot be scored still lists the epochs it has; its outcome says why
    it is not scored.

    Parameters
    ----------
    session_id
        Identity of the session.
    units, speed, intervals
        `minicolumn.files.tables.UNITS`, `SPEED` and `INTERVALS`.
    unit_filter, rule
        Which units are used, and what makes an epoch.
    window_s
        Length of every epoch.
    n_units_min
        Fewer selected units and the session is not scored.
    description
        What the session's file says about itself.
    seed
        With the session's identity, it fixes which epochs a random balance keeps.

    Returns
    -------
    epochs, sessions
        Columns of `minicolumn.files.tables.EPOCHS` and of `SESSIONS` (one row).
    """
    selected = selected_units(units, unit_filter)
    found = find_epochs(
        speed_trace(speed),
        stimuli_of(intervals),
        invalid_for(intervals, selected),
        rule,
        window_s,
    )
    rng = generator(seed, Stream.BALANCE, session_id)
    epochs = balanced(found, rule.balance, rng)
    outcome = session_outcome(
        len(selected), count_areas(units), epochs, unit_filter, rule, n_units_min
    )
    rows = {name: [getattr(e, name) for e in epochs] for name in Epoch._fields}
    return (
        {
            "session_id": [session_id] * len(epochs),
            "epoch": list(range(len(epochs))),
            "n_units": [len(selected)] * len(epochs),
            **rows,
        },
        {
            "session_id": [session_id],
            "origin": [origin_of(session_id, description)],
            "outcome": [outcome],
            "n_units": [len(selected)],
            "n_stationary": [_count(epochs, "stationary")],
            "n_running": [_count(epochs, "running")],
        },
    )


def origin_of(session_id: int, description: str) -> str:
    """Return whose session this is: ``synthetic``, ``allen`` or ``other``.

    A file that calls itself synthetic is, wherever it lies; only the identities in the
    catalog are the Allen Institute's.
    """
    if SYNTHETIC in description.lower():
        return SYNTHETIC
    known = {session.session_id for session in sessions()}
    return "allen" if session_id in known else "other"


def session_outcome(
    n_selected: int,
    areas: dict[str, int],
    epochs: Sequence[Epoch],
    unit_filter: UnitFilter,
    rule: Epochs,
    n_units_min: int,
) -> str:
    """Return `SESSION_OK`, or one sentence that says why the session is not scored.

    Parameters
    ----------
    n_selected
        Units that passed selection.
    areas
        Good units per area in the file, selected or not.
    epochs
        What `find_epochs` found.
    unit_filter, rule
        What was asked for.
    n_units_min
        How many units must pass.
    """
    if n_selected < n_units_min:
        wanted = ", ".join(unit_filter.areas)
        found = ", ".join(f"{area} {count}" for area, count in areas.items())
        return (
            f"{n_selected} units in {wanted} pass the filters and "
            f"{n_units_min} are needed; good units in the file: {found or 'none'}"
        )
    scarce = [
        f"{_count(epochs, state) or 'no'} {state} epochs"
        for state in ("running", "stationary")
        if _count(epochs, state) < rule.per_state_at_least
    ]
    if scarce:
        return f"{' and '.join(scarce)}; {rule.per_state_at_least} per state are needed"
    return SESSION_OK


def speed_trace(speed: pa.Table) -> SpeedTrace:
    """Return the cleaned speed of a `minicolumn.files.tables.SPEED` table."""
    return clean_speed(
        speed["start_s"].to_numpy(),
        speed["stop_s"].to_numpy(),
        speed["speed_cm_s"].to_numpy(),
    )


def stimuli_of(intervals: pa.Table) -> list[Stimulus]:
    """Return the stimulus blocks of a `minicolumn.files.tables.INTERVALS` table."""
    return [
        Stimulus(row["start_s"], row["stop_s"], row["label"])
        for row in intervals.to_pylist()
        if row["kind"] == "stimulus"
    ]


def invalid_for(intervals: pa.Table, selected: pa.Table) -> list[Interval]:
    """Return when the spikes of the selected units are void, by their probes.

    The labels ``stimulus`` and ``optotagging`` say that the screen or the laser failed,
    which voids no spikes.
    """
    void = {ALL_PROBES, *selected["probe"].to_pylist()}
    return [
        (row["start_s"], row["stop_s"])
        for row in intervals.to_pylist()
        if row["kind"] == "invalid" and row["label"] in void
    ]


def _count(epochs: Sequence[Epoch], state: str) -> int:
    return sum(epoch.state == state for epoch in epochs)

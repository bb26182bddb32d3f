"""From a recorded session to its epochs and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.config import Epochs, UnitFilter
from minicolumn.keys import Stream, generator
from minicolumn.outcomes import SESSION_OK, SYNTHETIC
from minicolumn.recordings.balance import balanced
from minicolumn.recordings.catalog import sessions
from minicolumn.recordings.epochs import Epoch, find_epochs
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.units import count_areas, select_units
from minicolumn.states import State


@dataclass(frozen=True)
class EpochRule:
    """Which units are used, and which windows are epochs.

    Attributes
    ----------
    units
        Which units are used.
    epochs
        What makes a window running or stationary.
    window_s
        Length of every epoch.
    """

    units: UnitFilter
    epochs: Epochs
    window_s: float

    def select(self, recorded: Recorded) -> NDArray[np.int64]:
        """Return the rows of the units that are used."""
        return select_units(recorded.units, self.units)

    def find(self, recorded: Recorded) -> list[Epoch]:
        """Return all epochs in order of time, before any balance."""
        return find_epochs(
            recorded.trace,
            recorded.stimuli,
            recorded.invalid_for(self.select(recorded)),
            self.epochs,
            self.window_s,
        )


def epochs_of_session(
    recorded: Recorded, rule: EpochRule, n_units_min: int, seed: int
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return the session's rows of the epochs table and of the sessions table.

    A session that cannot be scored still lists its epochs; its outcome says why it is
    not scored.

    Parameters
    ----------
    recorded
        The session.
    rule
        Which units are used, and which windows are epochs.
    n_units_min
        With fewer selected units, the session is not scored.
    seed
        With the session's identity, it fixes which epochs a random balance keeps.

    Returns
    -------
    epochs, sessions
        Columns of `minicolumn.files.tables.EPOCHS` and of `SESSIONS` (one row).
    """
    rng = generator(seed, Stream.BALANCE, recorded.session_id)
    epochs = balanced(rule.find(recorded), rule.epochs.balance, rng)
    n_units = len(rule.select(recorded))
    outcome = session_outcome(
        n_units, n_units_min, count_areas(recorded.units), epochs, rule
    )
    rows = {name: [getattr(e, name) for e in epochs] for name in Epoch._fields}
    return (
        {
            "session_id": [recorded.session_id] * len(epochs),
            "epoch": list(range(len(epochs))),
            "n_units": [n_units] * len(epochs),
            **rows,
        },
        {
            "session_id": [recorded.session_id],
            "origin": [origin_of(recorded.session_id, recorded.description)],
            "outcome": [outcome],
            "n_units": [n_units],
            "n_stationary": [count(epochs, "stationary")],
            "n_running": [count(epochs, "running")],
        },
    )


def origin_of(session_id: int, description: str) -> str:
    """Return whose session this is: ``synthetic``, ``allen``, or ``other``.

    A file that calls itself synthetic is synthetic, wherever it is kept. Only the
    identities in the catalog belong to the Allen Institute.
    """
    if SYNTHETIC in description.lower():
        return SYNTHETIC
    known = {session.session_id for session in sessions()}
    return "allen" if session_id in known else "other"


def session_outcome(
    n_selected: int,
    n_units_min: int,
    areas: dict[str, int],
    epochs: Sequence[Epoch],
    rule: EpochRule,
) -> str:
    """Return `SESSION_OK`, or one sentence that says why the session is not scored.

    Parameters
    ----------
    n_selected
        Units that passed selection.
    n_units_min
        How many units must pass.
    areas
        Good units per area in the file, selected or not.
    epochs
        The session's epochs.
    rule
        What was asked for.
    """
    if n_selected < n_units_min:
        wanted = ", ".join(rule.units.areas)
        found = ", ".join(f"{area} {n}" for area, n in areas.items())
        return (
            f"{n_selected} units in {wanted} pass the filters and "
            f"{n_units_min} are needed; good units in the file: {found or 'none'}"
        )
    least = rule.epochs.per_state_at_least
    states: tuple[State, ...] = ("running", "stationary")
    numbers = {state: count(epochs, state) for state in states}
    scarce = [f"{n or 'no'} {s} epochs" for s, n in numbers.items() if n < least]
    if scarce:
        return f"{' and '.join(scarce)}; {least} per state are needed"
    return SESSION_OK


def count(epochs: Sequence[Epoch], state: State) -> int:
    """Return how many epochs are of one state."""
    return sum(epoch.state == state for epoch in epochs)

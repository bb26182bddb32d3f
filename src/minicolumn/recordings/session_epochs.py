"""From a recorded session to its epochs and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.config import Epochs, UnitFilter
from minicolumn.config.recordings import Balance
from minicolumn.keys import Stream, generator
from minicolumn.outcomes import SESSION_OK, SYNTHETIC
from minicolumn.recordings.catalog import sessions
from minicolumn.recordings.epochs import Epoch, find_epochs
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.units import count_areas, select_units
from minicolumn.states import STATES


@dataclass(frozen=True)
class EpochRule:
    """Which units are used, and which windows of one length are epochs."""

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

    A session that is not scored, such as one with fewer than ``n_units_min`` selected
    units, still lists its epochs; its outcome says why. With the session's identity,
    ``seed`` fixes which epochs a random balance keeps.

    Returns
    -------
    epochs, sessions
        Columns of `minicolumn.files.tables.EPOCHS` and of `SESSIONS` (one row).
    """
    rng = generator(seed, Stream.BALANCE, recorded.session_id)
    epochs = balanced(rule.find(recorded), rule.epochs.balance, rng)
    n_units = len(rule.select(recorded))
    areas = count_areas(recorded.units)
    session = {
        "session_id": recorded.session_id,
        "origin": origin_of(recorded.session_id, recorded.description),
        "outcome": session_outcome(n_units, n_units_min, areas, epochs, rule),
        "n_units": n_units,
        **counts(epochs),
    }
    rows = {name: [getattr(e, name) for e in epochs] for name in Epoch._fields}
    return (
        {
            "session_id": [recorded.session_id] * len(epochs),
            "epoch": list(range(len(epochs))),
            "n_units": [n_units] * len(epochs),
            **rows,
        },
        {name: [value] for name, value in session.items()},
    )


def balanced(
    epochs: Sequence[Epoch], how: Balance, rng: np.random.Generator
) -> list[Epoch]:
    """Return equally many epochs of each state, in order of time.

    Mice rest and run in long stretches: without balance, one state may have ten times
    as many epochs as the other, from another hour of the session. ``none`` keeps all
    epochs. ``random`` draws from the state that has more, by ``rng``. ``nearest``
    keeps, for each epoch of the scarcer state in order of time, the epoch of the other
    state that is nearest in time and not yet taken, so that slow drift affects both
    states alike.
    """
    if how == "none":
        return list(epochs)
    few, many = sorted(
        ([e for e in epochs if e.state == state] for state in STATES), key=len
    )
    if how == "random":
        kept = [many[i] for i in rng.choice(len(many), len(few), replace=False)]
    else:
        kept = []
        for epoch in few:
            gaps_s = [abs(other.start_s - epoch.start_s) for other in many]
            kept.append(many.pop(int(np.argmin(gaps_s))))
    return sorted([*few, *kept], key=lambda epoch: epoch.start_s)


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

    ``areas`` counts the good units of each area in the file, selected or not.
    """
    if n_selected < n_units_min:
        wanted = ", ".join(rule.units.areas)
        found = ", ".join(f"{area} {n}" for area, n in areas.items())
        return (
            f"{n_selected} units in {wanted} pass the filters and "
            f"{n_units_min} are needed; good units in the file: {found or 'none'}"
        )
    least = rule.epochs.per_state_at_least
    scarce = [
        f"{n or 'no'} {name.removeprefix('n_')} epochs"
        for name, n in reversed(counts(epochs).items())
        if n < least
    ]
    if scarce:
        return f"{' and '.join(scarce)}; {least} per state are needed"
    return SESSION_OK


def counts(epochs: Sequence[Epoch]) -> dict[str, int]:
    """Return how many epochs each state has, as ``n_stationary`` and ``n_running``."""
    return {f"n_{s}": sum(epoch.state == s for epoch in epochs) for s in STATES}

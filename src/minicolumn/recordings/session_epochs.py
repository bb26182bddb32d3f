"""From a recorded session to its epochs and its outcome."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config import Epochs, NamedStates, UnitFilter
from minicolumn.config.recordings import Balance
from minicolumn.keys import Stream, generator
from minicolumn.outcomes import SESSION_OK, SYNTHETIC
from minicolumn.recordings.catalog import sessions
from minicolumn.recordings.epochs import By, Epoch, Labels, find_epochs
from minicolumn.recordings.intervals import Interval
from minicolumn.recordings.losses import time_lost, told
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.units import count_areas, select_units
from minicolumn.states import STATES, State
from minicolumn.statistics.presence import present

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EpochRule:
    """Which units are used, and which windows of one length are epochs of what."""

    units: UnitFilter
    epochs: Epochs
    window_s: float
    states: NamedStates

    def select(self, recorded: Recorded) -> NDArray[np.int64]:
        """Return the rows of the units that are used."""
        return select_units(recorded.units, self.units)

    def find(self, recorded: Recorded) -> list[Epoch]:
        """Return all epochs in order of time, before any balance."""
        return find_epochs(
            recorded.trace,
            recorded.stimuli,
            self.void(recorded),
            self.epochs,
            self.window_s,
            self.told_by(recorded),
            recorded.pupil,
        )

    def told_by(self, recorded: Recorded) -> Labels | By:
        """Return what tells states apart: when each was, if a table says so."""
        by = self.states.by
        return recorded.labels if by == "intervals" else by

    def void(self, recorded: Recorded) -> list[Interval]:
        """Return when a selected unit has invalid spikes or was not recorded."""
        units = self.select(recorded)
        return [*recorded.invalid_for(units), *recorded.unobserved_for(units)]

    def lost(
        self, recorded: Recorded, epochs: Sequence[Epoch]
    ) -> dict[State, dict[str, float]]:
        """Return where the seconds of each state went that are not in ``epochs``."""
        told_by = self.told_by(recorded)
        return time_lost(
            recorded.trace,
            recorded.stimuli,
            self.void(recorded),
            self.epochs,
            self.window_s,
            epochs,
            None if isinstance(told_by, str) else told_by,
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
    for warning in _warnings(recorded, rule, epochs):
        logger.warning("session %d: %s", recorded.session_id, warning)
    session = {
        "session_id": recorded.session_id,
        "origin": origin_of(recorded.session_id, recorded.description),
        "outcome": _few_units(n_units, n_units_min, areas, rule)
        or _few_epochs(recorded, epochs, rule)
        or _few_present(recorded, epochs, rule, n_units_min)
        or SESSION_OK,
        "n_units": n_units,
        "compared": rule.states.compared,
        **counts(epochs),
    }
    rows = {name: [getattr(e, name) for e in epochs] for name in Epoch._fields}
    rows["state_name"] = [rule.states.names[epoch.state] for epoch in epochs]
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

    A file whose description begins with the word SYNTHETIC calls itself synthetic,
    wherever it is kept; one of synthetic textures does not. Only the identities in the
    catalog belong to the Allen Institute.
    """
    if description.split(maxsplit=1)[:1] == [SYNTHETIC.upper()]:
        return SYNTHETIC
    known = {session.session_id for session in sessions()}
    return "allen" if session_id in known else "other"


def _few_units(
    n_selected: int, n_units_min: int, areas: dict[str, int], rule: EpochRule
) -> str | None:
    """Say that too few units passed selection; ``areas`` counts the good ones."""
    if n_selected >= n_units_min:
        return None
    wanted = ", ".join(rule.units.areas)
    found = ", ".join(f"{area} {n}" for area, n in areas.items())
    return (
        f"{n_selected} units in {wanted} pass the filters and "
        f"{n_units_min} are needed; good units in the file: {found or 'none'}"
    )


def _few_epochs(
    recorded: Recorded, epochs: Sequence[Epoch], rule: EpochRule
) -> str | None:
    """Say which state has too few epochs, and where its seconds went."""
    least = rule.epochs.per_state_at_least
    scarce: dict[State, int] = {
        state: n
        for state in reversed(STATES)
        if (n := sum(epoch.state == state for epoch in epochs)) < least
    }
    if not scarce:
        return None
    names = rule.states.names
    numbers = " and ".join(f"{n or 'no'} {names[s]} epochs" for s, n in scarce.items())
    lost = rule.lost(recorded, epochs)
    reasons = [told(lost[state], names[state]) for state in scarce]
    reasons += [*_faults(recorded, rule), *_pupil(recorded, rule)]
    return f"{numbers}; {least} per state are needed ({'; '.join(reasons)})"


def _pupil(recorded: Recorded, rule: EpochRule) -> list[str]:
    """Say how much of the pupil is known, where it takes part."""
    if rule.states.by != "speed_and_pupil":
        return []
    share = np.isfinite(recorded.pupil).sum() / max(recorded.pupil.size, 1)
    return [
        f"a pupil that fails the rule counts as a speed that does; it is known for "
        f"{share:.0%} of the time"
    ]


def _faults(recorded: Recorded, rule: EpochRule) -> list[str]:
    """Say what is wrong with the speed, where it says the state."""
    faults = "" if rule.states.by == "intervals" else recorded.trace.faults
    return [faults] if faults else []


def _few_present(
    recorded: Recorded, epochs: Sequence[Epoch], rule: EpochRule, n_units_min: int
) -> str | None:
    """Say that too few of the selected units ever fire."""
    fired = present(_counts(recorded, epochs, rule).T)
    if fired.sum() >= n_units_min:
        return None
    return (
        f"{fired.sum()} of {fired.size} units that pass the filters fire in an epoch "
        f"and {n_units_min} are needed"
    )


def _counts(
    recorded: Recorded, epochs: Sequence[Epoch], rule: EpochRule
) -> NDArray[np.int64]:
    """Return the spikes of each selected unit in each epoch, (units, epochs)."""
    units = recorded.units.take(pa.array(rule.select(recorded), pa.int64()))
    edges_s = np.ravel([(epoch.start_s, epoch.stop_s) for epoch in epochs])
    fired = [
        np.searchsorted(train.values.to_numpy(), edges_s)
        for train in units["spike_times_s"]
    ]
    places = np.reshape(fired, (len(fired), edges_s.size))
    return places[:, 1::2] - places[:, ::2]


def _warnings(
    recorded: Recorded, rule: EpochRule, epochs: Sequence[Epoch]
) -> Iterator[str]:
    """Yield what makes epochs doubtful that are used all the same."""
    yield from _faults(recorded, rule)
    n_spikes = _counts(recorded, epochs, rule)
    if not n_spikes.size:
        return
    silent = int(np.sum(n_spikes.sum(axis=0) == 0))
    if silent:
        yield f"no selected unit fires in {silent} of {len(epochs)} windows"
    # The file's presence ratio is that of its whole session, not of what is scored.
    halves = np.array_split(n_spikes, 2, axis=1)
    absent = int(np.sum(np.any([half.sum(axis=1) == 0 for half in halves], axis=0)))
    if absent and len(epochs) > 1:
        yield (
            f"{absent} of {len(n_spikes)} selected units fire in no window of the "
            "first or of the second half"
        )


def counts(epochs: Sequence[Epoch]) -> dict[str, int]:
    """Return how many epochs each state has, as ``n_stationary`` and ``n_running``."""
    return {f"n_{s}": sum(epoch.state == s for epoch in epochs) for s in STATES}

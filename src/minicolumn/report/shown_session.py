"""The recorded session that the page shows: which one, and what of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from minicolumn.config import UnitFilter
from minicolumn.files.store import read_table
from minicolumn.files.tables import EPOCHS
from minicolumn.outcomes import SESSION_OK
from minicolumn.recordings.epochs import Stimulus
from minicolumn.recordings.intervals import Interval
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.running import SpeedTrace
from minicolumn.recordings.units import fast_spiking, select_units

MOST_UNITS = 40
SHORTEST_EXCERPT_S = 20.0
LONGEST_EXCERPT_S = 40.0
_KINDS = ("units", "speed", "intervals", "epochs")


@dataclass(frozen=True, eq=False)
class ShownSession:
    """What the figure of one session shows.

    Attributes
    ----------
    session_id, origin
        Which session, and whose.
    speed
        Cleaned running speed of the whole session.
    stimuli, invalid
        What was on the screen, and when spikes cannot be trusted.
    epochs
        Rows of `minicolumn.files.tables.EPOCHS`.
    excerpt
        Start and stop in s of the stretch whose spikes are shown.
    trains
        Spike times in s of the units shown, in the excerpt.
    fast
        Which of them have the narrow waveform of fast-spiking neurons.
    n_units
        How many units passed selection, shown or not.
    """

    session_id: int
    origin: str
    speed: SpeedTrace
    stimuli: Sequence[Stimulus]
    invalid: Sequence[Interval]
    epochs: pd.DataFrame
    excerpt: Interval
    trains: Sequence[NDArray[np.float64]]
    fast: NDArray[np.bool_]
    n_units: int


def choose_session(sessions: pd.DataFrame) -> int | None:
    """Return the session to show; None without any.

    It is not picked by eye: it has the median number of epochs among the scored
    sessions, or among all sessions if none is scored.
    """
    scored = sessions.take(np.flatnonzero(sessions["outcome"] == SESSION_OK))
    candidates = scored if len(scored) else sessions
    if candidates.empty:
        return None
    n_epochs = candidates["n_stationary"] + candidates["n_running"]
    order = np.lexsort((candidates["session_id"], n_epochs))
    return int(candidates["session_id"].iloc[order[(len(order) - 1) // 2]])


def read_chosen(
    sessions: pd.DataFrame,
    paths: Mapping[str, Sequence[str]],
    unit_filter: Mapping[str, Any],
) -> ShownSession | None:
    """Choose the session to show, and read it; None without any.

    ``sessions`` is a table of the kind `tables.SESSIONS`; the others are those of
    `read_session`.
    """
    chosen = choose_session(sessions)
    if chosen is None:
        return None
    origin = dict(zip(sessions["session_id"], sessions["origin"], strict=True))
    return read_session(chosen, origin[chosen], paths, unit_filter)


def read_session(
    session_id: int,
    origin: str,
    paths: Mapping[str, Sequence[str]],
    unit_filter: Mapping[str, Any],
) -> ShownSession:
    """Read what is shown of a session.

    Parameters
    ----------
    session_id, origin
        As in the sessions table.
    paths
        Paths of the ``units``, ``speed``, ``intervals`` and ``epochs`` of all sessions.
    unit_filter
        The section ``recordings.units`` as plain values.
    """
    mine = {kind: path_of(session_id, paths[kind]) for kind in _KINDS}
    parts = (mine[kind] for kind in ("units", "speed", "intervals"))
    recorded = Recorded.read(session_id, *parts)
    rows = select_units(recorded.units, UnitFilter(**unit_filter))
    units = recorded.units.take(rows)
    epochs = read_table(mine["epochs"], EPOCHS).to_pandas()
    excerpt = excerpt_of(epochs, recorded.trace)
    trains = [train.values.to_numpy() for train in units["spike_times_s"][:MOST_UNITS]]
    return ShownSession(
        session_id,
        origin,
        recorded.trace,
        recorded.stimuli,
        recorded.invalid_for(rows),
        epochs,
        excerpt,
        [t[(t >= excerpt[0]) & (t < excerpt[1])] for t in trains],
        fast_spiking(units)[:MOST_UNITS],
        len(units),
    )


def path_of(session_id: int, paths: Sequence[str]) -> str:
    """Return the path of one session: its number names the file or its directory."""
    return next(
        path
        for path in paths
        if str(session_id) in (Path(path).stem, Path(path).parent.name)
    )


def excerpt_of(epochs: pd.DataFrame, speed: SpeedTrace) -> Interval:
    """Return a stretch about the closest pair of epochs of different states."""
    if not speed.time_s.size:
        return 0.0, SHORTEST_EXCERPT_S
    first_s, last_s = float(speed.time_s[0]), float(speed.time_s[-1])
    ordered = epochs.sort_values("start_s")
    changes = np.asarray(ordered["state"][1:]) != np.asarray(ordered["state"][:-1])
    gaps_s = np.asarray(ordered["start_s"][1:]) - np.asarray(ordered["stop_s"][:-1])
    if not changes.any():
        return first_s, min(last_s, first_s + SHORTEST_EXCERPT_S)
    before = int(np.argmin(np.where(changes, gaps_s, np.inf)))
    pair = ordered.iloc[[before, before + 1]]
    start_s, stop_s = float(pair["start_s"].min()), float(pair["stop_s"].max())
    middle_s = (start_s + stop_s) / 2
    half_s = np.clip(stop_s - start_s, SHORTEST_EXCERPT_S, LONGEST_EXCERPT_S) / 2
    return max(first_s, middle_s - half_s), min(last_s, middle_s + half_s)

"""What each session did between rest and running."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.statistics.names import STATISTIC_NAMES

OK = "ok"  # the outcome of a session that is scored


@dataclass(frozen=True, eq=False)
class ObservedSession:
    """The statistics of one session by state; all arrays are (11,).

    Attributes
    ----------
    session_id
        Identity of the session.
    stationary, running
        Medians over the epochs that define the statistic; NaN with too few of them.
    n_stationary, n_running
        Epochs that define the statistic.
    """

    session_id: int
    stationary: NDArray[np.float64]
    running: NDArray[np.float64]
    n_stationary: NDArray[np.int64]
    n_running: NDArray[np.int64]

    @property
    def change(self) -> NDArray[np.float64]:
        """Running minus stationary; NaN unless both states have enough epochs."""
        return self.running - self.stationary


def scored_sessions(recorded: pa.Table, sessions: pa.Table) -> pa.Table:
    """Return the rows of sessions whose outcome is ok.

    The others keep their row, and their reason, in ``sessions`` (a table of the kind
    `tables.SESSIONS`).
    """
    ok = np.asarray(sessions["outcome"].to_pylist()) == OK
    scored = sessions["session_id"].to_numpy()[ok]
    kept = np.isin(recorded["session_id"].to_numpy(), scored)
    return recorded.filter(pa.array(kept, pa.bool_()))


def observed_sessions(
    recorded: pa.Table, per_state_at_least: int
) -> list[ObservedSession]:
    """Return every session of the table, in order of its identity.

    The session, not the epoch, is the unit of all scores: epochs of one mouse are not
    independent.

    Parameters
    ----------
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`, of any number of sessions.
    per_state_at_least
        Epochs that must define a statistic for its median to count.
    """
    session_id = recorded["session_id"].to_numpy()
    state = np.asarray(recorded["state"].to_pylist(), dtype=str)
    values = np.column_stack([recorded[name].to_numpy() for name in STATISTIC_NAMES])
    sessions = []
    for session in np.unique(session_id):
        stationary, running = (
            values[(session_id == session) & (state == name)]
            for name in ("stationary", "running")
        )
        sessions.append(
            ObservedSession(
                int(session),
                _medians(stationary, per_state_at_least),
                _medians(running, per_state_at_least),
                np.isfinite(stationary).sum(axis=0),
                np.isfinite(running).sum(axis=0),
            )
        )
    return sessions


def _medians(values: NDArray[np.float64], at_least: int) -> NDArray[np.float64]:
    medians = np.full(values.shape[1], np.nan)
    enough = np.isfinite(values).sum(axis=0) >= at_least
    if enough.any():
        medians[enough] = np.nanmedian(values[:, enough], axis=0)
    return medians

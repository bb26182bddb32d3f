"""What each session did between rest and running."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.outcomes import SESSION_OK
from minicolumn.statistics.names import STATISTIC_NAMES


@dataclass(frozen=True, eq=False)
class ObservedSession:
    """The statistics of one session by state; all arrays are (11,).

    Attributes
    ----------
    session_id
        Identity of the session.
    at_rest
        Medians over every second stationary epoch: what predictions may know.
    stationary
        Medians over the other stationary epochs: what the change is measured from.
        Were both the same epochs, their noise would enter prediction and observation
        alike, and signs would agree by regression to the mean.
    running
        Medians over the running epochs. All medians are NaN where the state has too
        few epochs that define the statistic.
    n_stationary, n_running
        Epochs that define the statistic.
    """

    session_id: int
    at_rest: NDArray[np.float64]
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
    ok = np.asarray(sessions["outcome"].to_pylist()) == SESSION_OK
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
        Epochs of a state that must define a statistic for its medians to count.
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
        n_stationary = np.isfinite(stationary).sum(axis=0)
        n_running = np.isfinite(running).sum(axis=0)
        sessions.append(
            ObservedSession(
                int(session),
                _medians(stationary[::2], n_stationary >= per_state_at_least),
                _medians(stationary[1::2], n_stationary >= per_state_at_least),
                _medians(running, n_running >= per_state_at_least),
                n_stationary,
                n_running,
            )
        )
    return sessions


def _medians(
    values: NDArray[np.float64], enough: NDArray[np.bool_]
) -> NDArray[np.float64]:
    medians = np.full(values.shape[1], np.nan)
    defined = enough & np.isfinite(values).any(axis=0)
    if defined.any():
        medians[defined] = np.nanmedian(values[:, defined], axis=0)
    return medians

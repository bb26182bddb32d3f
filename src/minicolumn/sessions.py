"""What each session did between rest and running.

The session, not the epoch, is the unit of all scores: epochs of one mouse are not
independent. Epochs say how well a session's own change is known.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.outcomes import SESSION_OK
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SessionEpochs:
    """The epochs of one session by state, in order of time; (epochs, 11) each.

    Attributes
    ----------
    session_id
        Identity of the session.
    at_rest
        Every second stationary epoch: what predictions may know.
    stationary
        The other stationary epochs: what the change is measured from. Were both the
        same epochs, their noise would enter prediction and observation alike, and
        signs would agree by regression to the mean.
    running
        The running epochs.
    least
        Epochs of a state that must define a statistic for it to count.
    """

    session_id: int
    at_rest: Floats
    stationary: Floats
    running: Floats
    least: int

    @property
    def n_stationary(self) -> NDArray[np.int64]:
        """Stationary epochs of both kinds that define each statistic, (11,)."""
        return _defined(self.at_rest) + _defined(self.stationary)

    @property
    def n_running(self) -> NDArray[np.int64]:
        """Running epochs that define each statistic, (11,)."""
        return _defined(self.running)

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Whether both states have enough epochs that define each statistic, (11,)."""
        return (self.n_stationary >= self.least) & (self.n_running >= self.least)


@dataclass(frozen=True, eq=False)
class ObservedSession:
    """The statistics of one session by state; all arrays are (11,).

    Attributes
    ----------
    session_id
        Identity of the session.
    at_rest, stationary, running
        Medians over the epochs of `SessionEpochs`; NaN where the state has too few
        epochs that define the statistic.
    n_stationary, n_running
        Epochs that define the statistic.
    """

    session_id: int
    at_rest: Floats
    stationary: Floats
    running: Floats
    n_stationary: NDArray[np.int64]
    n_running: NDArray[np.int64]

    @classmethod
    def of(cls, epochs: SessionEpochs) -> "ObservedSession":
        """Return the medians of a session's epochs."""
        enough_rest = epochs.n_stationary >= epochs.least
        return cls(
            epochs.session_id,
            _medians(epochs.at_rest, enough_rest),
            _medians(epochs.stationary, enough_rest),
            _medians(epochs.running, epochs.n_running >= epochs.least),
            epochs.n_stationary,
            epochs.n_running,
        )

    @property
    def change(self) -> Floats:
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


def session_epochs(recorded: pa.Table, per_state_at_least: int) -> list[SessionEpochs]:
    """Return the epochs of every session of the table, in order of its identity.

    Parameters
    ----------
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`, of any number of sessions.
    per_state_at_least
        Epochs of a state that must define a statistic for it to count.
    """
    session_id = recorded["session_id"].to_numpy()
    state = np.asarray(recorded["state"].to_pylist(), dtype=str)
    values = np.column_stack([recorded[name].to_numpy() for name in STATISTIC_NAMES])
    found = []
    for session in np.unique(session_id):
        stationary, running = (
            values[(session_id == session) & (state == name)]
            for name in ("stationary", "running")
        )
        found.append(
            SessionEpochs(
                int(session),
                at_rest=stationary[::2],
                stationary=stationary[1::2],
                running=running,
                least=per_state_at_least,
            )
        )
    return found


def observed_sessions(
    recorded: pa.Table, per_state_at_least: int
) -> list[ObservedSession]:
    """Return the medians of every session; parameters as of `session_epochs`."""
    epochs = session_epochs(recorded, per_state_at_least)
    return [ObservedSession.of(one) for one in epochs]


def _defined(epochs: Floats) -> NDArray[np.int64]:
    return np.isfinite(epochs).sum(axis=0)


def _medians(values: Floats, enough: NDArray[np.bool_]) -> Floats:
    medians = np.full(values.shape[1], np.nan)
    defined = enough & np.isfinite(values).any(axis=0)
    if defined.any():
        medians[defined] = np.nanmedian(values[:, defined], axis=0)
    return medians

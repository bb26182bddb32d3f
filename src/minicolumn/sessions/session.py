"""The described epochs of one session, and what it did between rest and running.

The session, not the epoch, is the unit of all scores: epochs of one mouse are not
independent. Epochs say how well a session's own change is known.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, rows_where, strings
from minicolumn.outcomes import SESSION_OK
from minicolumn.states import State
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.statistics.scales import scaled

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

N_STATISTICS = len(STATISTIC_NAMES)


@dataclass(frozen=True, eq=False)
class Session:
    """The epochs of one recorded session, or of one simulated mouse, in order of time.

    Attributes
    ----------
    identity
        The session, or the circuit of the mouse.
    stationary, running
        Statistics of each epoch in the order of `ALL_NAMES`, (epochs, statistics), NaN
        where undefined.
    stationary_bout, running_bout
        The number of the bout that each epoch is of, (epochs,), ascending. Epochs of a
        bout are not independent. None: every epoch is one by itself, as windows of a
        simulation are, which has forgotten its noise by the next one.
    """

    identity: int
    stationary: Floats
    running: Floats
    stationary_bout: Counts | None = None
    running_bout: Counts | None = None

    def bout(self, state: State) -> Counts:
        """Return the bout of each epoch of a state, (epochs,), counted from 0."""
        number = getattr(self, f"{state}_bout")
        if number is None:
            return np.arange(len(getattr(self, state)))
        return np.unique(number, return_inverse=True)[1]

    def take(self, stationary: Counts, running: Counts) -> Self:
        """Return the session with some of its epochs of each state, by their rows."""
        return replace(
            self,
            stationary=self.stationary[stationary],
            running=self.running[running],
            stationary_bout=self.bout("stationary")[stationary],
            running_bout=self.bout("running")[running],
        )

    def at_most(self, stationary: int, running: int) -> Self:
        """Return the session with at most so many epochs of each state.

        They are evenly spaced in their order: as far apart, and so as independent, as
        epochs of the session can be.
        """
        return self.take(
            _spaced(len(self.stationary), stationary),
            _spaced(len(self.running), running),
        )

    @property
    def conditioning(self) -> Floats:
        """Epochs of every second stationary bout, (epochs, 11): predictions know them.

        Were a change measured from them, too, their noise would enter prediction and
        observation alike, and signs would agree by regression to the mean. Neighbors
        share noise, so bouts are divided and not their epochs; a single bout has two
        halves.
        """
        return self.stationary[self.is_conditioning, :N_STATISTICS]

    @property
    def evaluation(self) -> Floats:
        """The other stationary epochs, (epochs, 11): what a change is measured from."""
        return self.stationary[~self.is_conditioning, :N_STATISTICS]

    @property
    def evaluation_bout(self) -> Counts:
        """The bout of each of these, (epochs,)."""
        return self.bout("stationary")[~self.is_conditioning]

    @property
    def is_conditioning(self) -> NDArray[np.bool_]:
        """Which stationary epochs are `conditioning`, (epochs,)."""
        number = self.bout("stationary")
        if number.any():
            return number % 2 == 0
        return np.arange(number.size) < (number.size + 1) // 2

    @property
    def ran(self) -> Floats:
        """The running epochs, (epochs, 11)."""
        return self.running[:, :N_STATISTICS]

    def scaled(self) -> Self:
        """Return the session with every statistic on the scale of even noise."""
        rest, run = scaled(self.stationary), scaled(self.running)
        return replace(self, stationary=rest, running=run)


@dataclass(frozen=True, eq=False)
class Observed:
    """The medians of one session by set of epochs; all arrays are (11,).

    Medians are NaN where the state has too few epochs that define the statistic;
    ``n_stationary`` and ``n_running`` are how many do.
    """

    identity: int
    conditioning: Floats
    evaluation: Floats
    running: Floats
    n_stationary: Counts
    n_running: Counts

    @classmethod
    def of(cls, session: Session, least: int) -> Self:
        """Return the medians of a session's epochs.

        ``least`` epochs of a state must define a statistic for it to count.
        """
        rest, run = session.stationary[:, :N_STATISTICS], session.ran
        n_rest, n_run = (np.isfinite(epochs).sum(axis=0) for epochs in (rest, run))
        return cls(
            session.identity,
            medians(session.conditioning, n_rest >= least),
            medians(session.evaluation, n_rest >= least),
            medians(run, n_run >= least),
            n_rest,
            n_run,
        )

    @property
    def change(self) -> Floats:
        """Running minus evaluation; NaN unless both states have enough epochs."""
        return self.running - self.evaluation


def sessions_of(table: pa.Table, identity: str = "session_id") -> list[Session]:
    """Return every session of a table, in order of its identity.

    The table is of the kind `tables.RECORDED_STATISTICS`, epochs in order of time, or
    `tables.COHORT`; ``identity`` is its column ``session_id`` or ``circuit_id``.
    """
    ids = table[identity].to_numpy()
    running = strings(table, "state") == "running"
    values = columns(table, ALL_NAMES)
    order = np.argsort(ids, kind="stable")
    found, first = np.unique(ids[order], return_index=True)
    return [
        _session(one, values[rows], running[rows], identity == "session_id")
        for one, rows in zip(found.tolist(), np.split(order, first)[1:], strict=True)
    ]


def _session(
    identity: int, values: Floats, running: NDArray[np.bool_], in_time: bool
) -> Session:
    session = Session(identity, values[~running], values[running])
    if not in_time:
        return session
    number = bouts(running)
    return replace(
        session, stationary_bout=number[~running], running_bout=number[running]
    )


def bouts(running: NDArray[np.bool_]) -> Counts:
    """Return the bout of each epoch of a session in order of time, (epochs,).

    A bout is all epochs of one state up to the next one of the other state.

    Examples
    --------
    >>> bouts(np.array([True, True, False, True]))
    array([0, 0, 1, 2])
    """
    return np.cumsum(np.diff(running, prepend=running[:1]))


def scored(recorded: pa.Table, sessions: pa.Table) -> pa.Table:
    """Return the rows of sessions whose outcome is ok.

    The others keep their row, and their reason, in ``sessions`` (a table of the kind
    `tables.SESSIONS`).
    """
    ok = rows_where(sessions, outcome=SESSION_OK)
    kept = np.isin(recorded["session_id"].to_numpy(), ok["session_id"].to_numpy())
    return recorded.filter(pa.array(kept, pa.bool_()))


def _spaced(n: int, most: int) -> Counts:
    return np.linspace(0, n - 1, min(n, most)).round().astype(np.int64)


def medians(values: Floats, enough: NDArray[np.bool_] | bool = True) -> Floats:
    """Return the median of each statistic over epochs, (statistics,); NaN if none."""
    found = np.full(values.shape[1], np.nan)
    defined = enough & np.isfinite(values).any(axis=0)
    if defined.any():
        found[defined] = np.nanmedian(values[:, defined], axis=0)
    return found

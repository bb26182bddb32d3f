"""How well each observed direction is known, and what that leaves to be predicted.

A sign that is noise cannot be predicted. Bouts of a session are redrawn, separately in
each state, to see how much its change depends on them: neighboring epochs are not
independent, so a bout is the unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from minicolumn.scoring.evidence import Evidence, evidence
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.welch import welch
from minicolumn.sessions.session import Counts, Observed, Session
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]
FEWEST_BOUTS = 2
"""One bout says nothing of how far it may be from others."""

DECIDING = ("change", "se", "df")
"""Columns of `tables.OBSERVED_CHANGES` that `undecided` needs."""


class Epochs(NamedTuple):
    """Epochs of one state that define a statistic, and their bouts, (epochs,) each."""

    values: Floats
    bout: Counts

    @classmethod
    def of(cls, values: Floats, bout: Counts) -> Self:
        """Return the defined epochs, and their bouts counted from 0."""
        defined = np.isfinite(values)
        return cls(values[defined], np.unique(bout[defined], return_inverse=True)[1])

    @property
    def n_bouts(self) -> int:
        """How many bouts there are."""
        return int(self.bout.max(initial=-1)) + 1

    def redrawn(self, n_bouts: int, n: int, rng: np.random.Generator) -> Floats:
        """Return medians over the epochs of so many bouts, drawn ``n`` times, (n,)."""
        share = np.full(self.n_bouts, 1 / self.n_bouts)
        times = rng.multinomial(n_bouts, share, size=n)
        order = np.argsort(self.values)
        count = times[:, self.bout[order]].cumsum(axis=1)
        half = count[:, -1:] / 2
        low, high = (one.argmax(axis=1) for one in (count >= half, count > half))
        return (self.values[order][low] + self.values[order][high]) / 2


def observe_changes(
    sessions: Iterable[Session], least: int, resampling: Resampling, compared: str
) -> list[dict[str, Any]]:
    """Return the rows of the table `tables.OBSERVED_CHANGES`.

    One per session and statistic, the undefined ones included, with NaN for what is not
    defined: a change without enough epochs; its error with fewer than `FEWEST_BOUTS` in
    either state. ``compared`` is `minicolumn.config.ComparedStates.compared`.
    """
    rows = []
    for session in sessions:
        observed = Observed.of(session, least)
        parts = (
            (session.ran, session.bout("running")),
            (session.evaluation, session.evaluation_bout),
            (session.stationary, session.bout("stationary")),
        )
        for i, name in enumerate(STATISTIC_NAMES):
            running, evaluated, rest = (
                Epochs.of(values[:, i], bout) for values, bout in parts
            )
            rows.append(
                {
                    "session_id": session.identity,
                    "statistic": name,
                    "compared": compared,
                    "change": float(observed.change[i]),
                    "n_stationary": int(observed.n_stationary[i]),
                    "n_running": int(observed.n_running[i]),
                    **_UNKNOWN,
                }
            )
            if np.isfinite(observed.change[i]):
                rows[-1] |= _known(running, evaluated, rest, resampling)
    return rows


_UNKNOWN = dict.fromkeys(
    ("se", "df", "p_sign", "half_change_1", "half_change_2", "sham_change"), np.nan
)


def _known(
    running: Epochs, scored: Epochs, rest: Epochs, resampling: Resampling
) -> dict[str, float]:
    """Return what the bouts of one session say of one statistic's change."""
    found: dict[str, float] = {}
    if len(scored.values) > 1:
        early, late = np.array_split(scored.values, [len(scored.values) // 2])
        found["sham_change"] = _change(late, early)
    if min(running.n_bouts, scored.n_bouts) > 1:
        for i in (0, 1):
            halves = (one.values[one.bout % 2 == i] for one in (running, scored))
            found[f"half_change_{i + 1}"] = _change(*halves)
    if min(running.n_bouts, rest.n_bouts) >= FEWEST_BOUTS:
        errors, se, df = redrawn_errors(running, scored, rest, resampling)
        change = _change(running.values, scored.values)
        same = np.sign(change + errors) * np.sign(change)
        found |= {"se": se, "df": df, "p_sign": float(np.mean((1 + same) / 2))}
    return found


def redrawn_errors(
    running: Epochs, scored: Epochs, rest: Epochs, resampling: Resampling
) -> tuple[Floats, float, float]:
    """Return errors of a session's change as bouts are redrawn.

    They are the errors, (resamples,), and the standard error with its degrees of
    freedom. Redrawn samples of n bouts scatter by (n - 1) / n of the variance that
    other bouts would have. As many bouts as are ``scored`` are drawn from all at rest:
    those that predictions know scatter like the others.
    """
    rng, n = resampling.rng(), resampling.n_resamples
    medians = [
        running.redrawn(running.n_bouts, n, rng) - np.median(running.values),
        rest.redrawn(scored.n_bouts, n, rng) - np.median(rest.values),
    ]
    n_bouts = np.array([running.n_bouts, rest.n_bouts])
    squares = np.var(medians, axis=1, ddof=1) * n_bouts / (n_bouts - 1)
    return np.subtract(*medians), *welch(squares, n_bouts)


def _change(running: Floats, stationary: Floats) -> float:
    return float(np.median(running) - np.median(stationary))


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def undecided(
    change: Floats, se: Floats, df: Floats, below_se: float
) -> NDArray[np.bool_]:
    """Return which changes are too near zero for their direction to be known.

    The limit is ``below_se`` standard errors with many bouts. With few, it is that of
    Student's t with as large a tail and ``df`` degrees of freedom: an error from three
    bouts is not known well itself. A change without a standard error is undecided; a
    missing one is neither.
    """
    limit = stats.t.isf(stats.norm.sf(below_se), np.where(df > 0, df, np.nan))
    known = (np.abs(change) >= limit * se) & (change != 0)
    return np.isfinite(change) & ~known


@dataclass(frozen=True)
class Reliability:
    """How well the directions of one statistic are known; None where undefined.

    Attributes
    ----------
    statistic
        Which one.
    n
        Sessions with an observed change.
    n_undecided
        Of these, sessions whose direction is undecided.
    ceiling
        Mean over sessions of P(sign correct): the accuracy to be expected of an oracle
        that knows the true direction of each. It is an upper bound: of pure noise,
        whose larger deviations look certain, it is about 0.75.
    halves_agree
        Sessions whose even and odd bouts go the same way, against a coin: pure noise
        agrees in half of them.
    """

    statistic: str
    n: int
    n_undecided: int
    ceiling: float | None
    halves_agree: Evidence | None


def reliabilities(observed: pa.Table, below_se: float) -> list[Reliability]:
    """Summarize a table of the kind `tables.OBSERVED_CHANGES` by statistic."""
    statistic = np.asarray(observed["statistic"].to_pylist(), dtype=str)
    columns = {
        name: observed[name].to_numpy()
        for name in ("change", "se", "df", "p_sign", "half_change_1", "half_change_2")
    }
    found = []
    for name in STATISTIC_NAMES:
        mine = {key: values[statistic == name] for key, values in columns.items()}
        p_sign = mine["p_sign"][np.isfinite(mine["p_sign"])]
        agree = _finite(mine["half_change_1"] * mine["half_change_2"])
        found.append(
            Reliability(
                name,
                int(np.isfinite(mine["change"]).sum()),
                int(undecided(mine["change"], mine["se"], mine["df"], below_se).sum()),
                float(p_sign.mean()) if p_sign.size else None,
                evidence(int((agree > 0).sum()), int((agree != 0).sum())),
            )
        )
    return found

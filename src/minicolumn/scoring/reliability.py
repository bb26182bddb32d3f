"""How well each observed direction is known, and what that leaves to be predicted.

A sign that is noise cannot be predicted. Epochs of a session are redrawn, separately in
each state, to see how much its change depends on them. They are taken as independent;
neighbors are not quite, so the true errors are somewhat larger.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from minicolumn.scoring.evidence import Evidence, evidence
from minicolumn.scoring.resampling import Resampling
from minicolumn.sessions.session import Observed, Session
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]
FEWEST_EPOCHS = 3
"""Resampling two epochs says little of how far they may be from others."""

DECIDING = ("change", "se", "df")
"""Columns of `tables.OBSERVED_CHANGES` that `undecided` needs."""


def observe_changes(
    sessions: Iterable[Session], least: int, resampling: Resampling
) -> list[dict[str, Any]]:
    """Return the rows of the table `tables.OBSERVED_CHANGES`.

    One per session and statistic, the undefined ones included, with NaN for what is not
    defined: a change without enough epochs; its error with fewer than `FEWEST_EPOCHS`
    scored epochs in either state.
    """
    rows = []
    for session in sessions:
        observed = Observed.of(session, least)
        enough = np.minimum(observed.n_stationary, observed.n_running) >= least
        for i, name in enumerate(STATISTIC_NAMES):
            running = _finite(session.ran[:, i])
            stationary = _finite(session.evaluation[:, i])
            rows.append(
                {
                    "session_id": session.identity,
                    "statistic": name,
                    "change": float(observed.change[i]),
                    "n_stationary": int(observed.n_stationary[i]),
                    "n_running": int(observed.n_running[i]),
                    "df": max(len(running) + len(stationary) - 2, 0),
                    **_known(running, stationary, enough[i], resampling),
                }
            )
    return rows


def _known(
    running: Floats, stationary: Floats, enough: bool, resampling: Resampling
) -> dict[str, float]:
    """Return what the epochs of one session say of one statistic's change."""
    names = ("se", "p_sign", "half_change_1", "half_change_2", "sham_change")
    if not enough or min(len(running), len(stationary)) < 2:
        return dict.fromkeys(names, np.nan)
    halves = [_change(running[i::2], stationary[i::2]) for i in (0, 1)]
    middle = len(stationary) // 2
    sham = _change(stationary[middle:], stationary[:middle])
    redrawn = redrawn_changes(running, stationary, resampling)
    sign = np.sign(_change(running, stationary))
    p_sign = np.mean((1 + np.sign(redrawn) * sign) / 2)
    known = min(len(running), len(stationary)) >= FEWEST_EPOCHS
    se = np.std(redrawn, ddof=1) if known else np.nan
    return dict(zip(names, map(float, (se, p_sign, *halves, sham)), strict=True))


def redrawn_changes(
    running: Floats, stationary: Floats, resampling: Resampling
) -> Floats:
    """Return the change of a session, epochs redrawn with replacement, (resamples,)."""
    return stats.bootstrap(
        (running, stationary),
        _change,
        vectorized=True,
        n_resamples=resampling.n_resamples,
        method="percentile",
        rng=resampling.rng(),
    ).bootstrap_distribution


def _change(running: Floats, stationary: Floats, axis: int = -1) -> Any:
    return np.median(running, axis=axis) - np.median(stationary, axis=axis)


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def undecided(
    change: Floats, se: Floats, df: Floats, below_se: float
) -> NDArray[np.bool_]:
    """Return which changes are too near zero for their direction to be known.

    The limit is ``below_se`` standard errors with many epochs. With few, it is that of
    Student's t with as large a tail and ``df`` degrees of freedom: an error from three
    epochs is not known well itself. A change without a standard error is undecided; a
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
        Sessions whose even and odd epochs go the same way, against a coin: pure noise
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

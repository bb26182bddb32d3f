"""Whether an observed change is more than a change of firing rate.

Every change is taken twice: in the statistic as it is, and in its version at matched
rates (`statistics.rate_matched`). A change that matching removes could come from the
rate alone, so it is no evidence about correlation, synchrony or whatever else is named.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import ComparedStates
from minicolumn.files.store import columns_of
from minicolumn.prediction.bank import at_level
from minicolumn.scoring.welch import welch
from minicolumn.sessions.session import bouts
from minicolumn.statistics.names import MATCHED_NAMES, raw_name

BOTH_VERSIONS = [name for m in MATCHED_NAMES for name in (raw_name(m), m)]
N_TESTS = len(MATCHED_NAMES)
CONFIDENCE = 0.95
"""That all intervals of one source hold together (Bonferroni over the statistics)."""

Floats = NDArray[np.float64]


class Finding(StrEnum):
    """What a raw and a matched change say together; values are sentences' ends."""

    SURVIVES = "survives rate matching"
    REVERSES = "reverses at matched rates"
    RATE = "not distinguishable from a change of rate"
    HIDDEN = "shows only at matched rates"
    NONE = "no change shown"
    UNTESTED = "not tested"


@dataclass(frozen=True)
class Change:
    """A mean change with its interval, over ``n`` bouts, sessions or circuits."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def sign(self) -> int:
        """1 or -1 where the interval leaves out zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


def finding(raw: Change | None, matched: Change | None) -> Finding:
    """Return what the two changes say together; None means too few values."""
    if raw is None or matched is None:
        return Finding.UNTESTED
    if not matched.sign:
        return Finding.RATE if raw.sign else Finding.NONE
    if not raw.sign:
        return Finding.HIDDEN
    return Finding.SURVIVES if raw.sign == matched.sign else Finding.REVERSES


def mean_change(changes: Floats, n_tests: int) -> Change | None:
    """Return the mean of independent changes, NaN where undefined, with its interval.

    It is Student's; ``n_tests`` are to hold together. None for fewer than three.
    """
    defined = changes[np.isfinite(changes)]
    if defined.size < 3:
        return None
    se = defined.std(ddof=1) / np.sqrt(defined.size)
    return _interval(defined.mean(), se, defined.size - 1, n_tests, defined.size)


def difference(running: Floats, stationary: Floats, n_tests: int) -> Change | None:
    """Return the change between the bouts of two states with Welch's interval.

    Each value is the mean of one bout, NaN where undefined. None if a state has fewer
    than two.
    """
    running, stationary = (x[np.isfinite(x)] for x in (running, stationary))
    sizes = np.array([running.size, stationary.size])
    if sizes.min() < 2:
        return None
    squares = np.array([running.var(ddof=1), stationary.var(ddof=1)]) / sizes
    change = running.mean() - stationary.mean()
    return _interval(change, *welch(squares, sizes), n_tests, int(sizes.sum()))


def check_rate_matching(
    recorded: pa.Table,
    simulated: pa.Table,
    states: ComparedStates,
    per_state_at_least: int,
) -> dict[str, list[Any]]:
    """Return the columns of `tables.RATE_MATCHING`.

    Parameters
    ----------
    recorded, simulated
        Tables of the kinds `tables.RECORDED_STATISTICS`, of the sessions to be scored,
        and `tables.SIMULATED_STATISTICS`, of all mechanisms.
    states
        Their names, and their ACh levels: each is taken at the nearest simulated one.
    per_state_at_least
        Epochs of a state that must define a statistic.
    """
    rows: list[dict[str, Any]] = []
    of_sessions: list[dict[str, float]] = []
    for session_id, epochs in recorded.to_pandas().groupby("session_id"):
        changes = session_changes(epochs, per_state_at_least)
        rows += _rows("session", int(session_id), changes)
        of_sessions.append({k: c.mean if c else np.nan for k, c in changes.items()})
    means = pd.DataFrame(of_sessions, columns=BOTH_VERSIONS, dtype=float)
    rows += _rows("cohort", None, _means(means))
    for mechanism in MECHANISMS:
        rest, running = (
            at_level(simulated, mechanism, level, BOTH_VERSIONS)
            for level in (states.levels.stationary, states.levels.running)
        )
        rows += _rows(mechanism, None, _means(running - rest))
    return columns_of([row | {"compared": states.compared} for row in rows])


def session_changes(epochs: pd.DataFrame, least: int) -> dict[str, Change | None]:
    """Return the change of every statistic of one session, in both versions.

    Neighboring epochs are alike, whatever the state, so a bout is the unit
    (`sessions.session.bouts`). None unless ``least`` epochs of each state define the
    statistic, and two bouts.

    ``epochs`` are rows of `tables.RECORDED_STATISTICS` in order of time.
    """
    state = epochs["state"]
    values = epochs[BOTH_VERSIONS].astype(float)
    few = values.groupby(state).transform("count") < least
    bout = pd.Series(bouts((state == "running").to_numpy()), state.index, name="bout")
    means = values.mask(few).groupby([state, bout]).mean()
    running, rest = (
        means[means.index.get_level_values("state") == name]
        for name in ("running", "stationary")
    )
    return {
        name: difference(running[name].to_numpy(), rest[name].to_numpy(), N_TESTS)
        for name in BOTH_VERSIONS
    }


def _means(changes: pd.DataFrame) -> dict[str, Change | None]:
    return {
        name: mean_change(changes[name].to_numpy(float), N_TESTS)
        for name in BOTH_VERSIONS
    }


def _interval(mean: float, se: float, df: float, n_tests: int, n: int) -> Change:
    reach = float(stats.t.isf((1 - CONFIDENCE) / (2 * n_tests), df)) * se
    return Change(float(mean), float(mean - reach), float(mean + reach), n)


def _rows(
    source: str, session_id: int | None, changes: dict[str, Change | None]
) -> list[dict[str, Any]]:
    rows = []
    for name in MATCHED_NAMES:
        row: dict[str, Any] = {"source": source, "session_id": session_id}
        raw, matched = changes[raw_name(name)], changes[name]
        row |= {"statistic": raw_name(name), "finding": str(finding(raw, matched))}
        for version, change in (("raw", raw), ("matched", matched)):
            for field in ("mean", "low", "high", "n"):
                row[f"{version}_{field}"] = getattr(change, field, None)
        rows.append(row)
    return rows

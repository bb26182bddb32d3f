"""Whether recordings lie where the simulations are, epoch by epoch and as a cohort.

A surrogate knows only what was simulated: elsewhere it extrapolates, and no score of it
means anything. Each state is compared with simulations at its own ACh level.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from minicolumn.config.analysis import States
from minicolumn.domain.position import INSIDE, Baseline, inside
from minicolumn.domain.ranges import (
    PERCENTILES,
    Margin,
    margins_of,
    statistics_outside,
)
from minicolumn.domain.space import DomainSpace, simulated_windows
from minicolumn.domain.two_sample import (
    classifier_two_sample,
    maximum_mean_discrepancy,
)
from minicolumn.files.store import columns_of
from minicolumn.files.tables import DOMAIN
from minicolumn.keys import Stream, generator
from minicolumn.statistics.names import STATISTIC_NAMES

MOST_CIRCUITS = 1000
"""Simulated circuits that a cohort is compared with; more would only cost time."""

BOTH = "both"


def measure_domain_gap(
    recorded: pa.Table, simulated: pa.Table, states: States, seed: int
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return the columns of `tables.DOMAIN`, and what they say of the cohort.

    Parameters
    ----------
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`, scored sessions or not.
    simulated
        Table of the kind `tables.SIMULATED_STATISTICS`, of all mechanisms.
    states
        ACh level of each state; each is taken at the nearest simulated one.
    seed
        Fixes which circuits are held out, and all permutations.

    Returns
    -------
    tuple
        One row per epoch; one per session and state (``epoch`` is null: the medians of
        its epochs); and one per session (state "both"), which says whether the session
        is inside. And, as plain values: margins, coverage, and tests of the cohort.
    """
    epochs = recorded.to_pandas()
    rows: list[dict[str, Any]] = []
    cohort: dict[str, Any] = {"percentiles": PERCENTILES, "margins": [], "states": {}}
    for i, (state, level) in enumerate(states.model_dump().items()):
        rng = generator(seed, Stream.DOMAIN, i)
        windows = simulated_windows(simulated, level)
        mine = epochs[epochs["state"] == state]
        margins = margins_of(state, windows, mine)
        space = DomainSpace.of(windows)
        rows += _positions(state, mine, margins, space, rng)
        cohort["margins"] += [asdict(margin) for margin in margins]
        cohort["states"][state] = _compare(space, mine, level, rng)
    rows += _sessions(rows)
    cohort |= _coverage(rows) | {"p": _together(cohort["states"])}
    columns = columns_of(rows, DOMAIN.names)
    return columns, cohort


def _positions(
    state: str,
    epochs: pd.DataFrame,
    margins: list[Margin],
    space: DomainSpace | None,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Return one row per epoch and, from their medians, one per session."""
    names = list(STATISTIC_NAMES)
    medians = epochs.groupby("session_id", as_index=False)[names].median()
    windows = pd.concat([epochs, medians.assign(epoch=None)], ignore_index=True)
    measured: dict[str, Any] = dict.fromkeys(_MEASURES, [np.nan] * len(windows))
    if space is not None and len(windows):
        positions = Baseline.of(space, rng).measure(space.place(windows))
        measured = {name: getattr(positions, name) for name in _MEASURES}
    columns = {
        "session_id": [int(session) for session in windows["session_id"]],
        "state": [state] * len(windows),
        "epoch": [None if pd.isna(epoch) else int(epoch) for epoch in windows["epoch"]],
        "outside": statistics_outside(margins, windows),
        **measured,
        "inside": inside(np.asarray(measured["p"])),
    }
    return pa.table(columns).to_pylist()


_MEASURES = ("mahalanobis", "knn_ratio", "p_mahalanobis", "p_knn", "p")


def _sessions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per session that joins its states (Bonferroni)."""
    p_of: dict[int, dict[str, float]] = {}
    for row in rows:
        if row["epoch"] is None:
            p_of.setdefault(row["session_id"], {})[row["state"]] = row["p"]
    joined = []
    for session_id, by_state in sorted(p_of.items()):
        p = min(1.0, 2 * min(by_state.values())) if len(by_state) == 2 else np.nan
        p = np.nan if np.isnan(list(by_state.values())).any() else p
        nothing: dict[str, Any] = dict.fromkeys(_MEASURES, np.nan)
        key = {"session_id": session_id, "state": BOTH, "epoch": None, "outside": []}
        joined.append(key | nothing | {"p": p, "inside": inside(np.array([p]))[0]})
    return joined


def _compare(
    space: DomainSpace | None,
    epochs: pd.DataFrame,
    level: float,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return the tests of whether one epoch of each session could be simulated."""
    found: dict[str, Any] = {"level": level, "n_sessions": 0, "n_circuits": 0}
    found |= {"statistics": [], "mmd": None, "c2st": None}
    if space is None:
        return found
    # The middle epoch of each session: as noisy as a simulated window, as medians are
    # not, and independent of the other sessions.
    placed = space.place(epochs)
    whole = np.flatnonzero(np.isfinite(placed).all(axis=1))
    recorded = placed[_middle_of_each(epochs["session_id"].to_numpy()[whole], whole)]
    simulated = space.one_per_circuit(MOST_CIRCUITS, rng)
    found |= {"statistics": list(space.names), "n_circuits": len(simulated)}
    if len(recorded):
        mmd = maximum_mean_discrepancy(recorded, simulated, rng)
        c2st = classifier_two_sample(recorded, simulated, rng)
        found |= {"n_sessions": len(recorded), "mmd": asdict(mmd), "c2st": asdict(c2st)}
    return found


def _middle_of_each(
    session_id: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    sessions = np.unique(session_id)
    mine = [rows[session_id == session] for session in sessions]
    return np.array([one[one.size // 2] for one in mine], dtype=np.int64)


def _coverage(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the share of epochs and sessions inside, with exact 95 % intervals."""
    epochs = [row["inside"] for row in rows if row["epoch"] is not None]
    sessions = [row["inside"] for row in rows if row["state"] == BOTH]
    return {"coverage": {"epochs": _share(epochs), "sessions": _share(sessions)}}


def _share(flags: list[bool | None]) -> dict[str, Any]:
    known = [flag for flag in flags if flag is not None]
    share: dict[str, Any] = {"n": len(flags), "n_judged": len(known)}
    share |= {"n_inside": sum(known), "fraction": None, "interval": None}
    if known:
        found = stats.binomtest(sum(known), len(known)).proportion_ci(INSIDE)
        share["fraction"] = sum(known) / len(known)
        share["interval"] = [float(found.low), float(found.high)]
    return share


def _together(states: dict[str, Any]) -> float | None:
    """Return the p-value of the cohort: all its tests together (Bonferroni)."""
    p = [
        one[test]["p"]
        for one in states.values()
        for test in ("mmd", "c2st")
        if one[test]
    ]
    return min(1.0, len(p) * min(p)) if p else None

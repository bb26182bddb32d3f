"""Currents over sessions: the document."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
from scipy import stats

from minicolumn.learning.quartiles import Quartiles
from minicolumn.states import STATES

STATIONARY, RUNNING = STATES
LEAST_SESSIONS = 6
"""Fewer cannot reach p < .05 in a test of signed ranks."""


@dataclass(frozen=True)
class Flow:
    """The current from one group of units into another, over sessions.

    Of each session it is the median over networks.

    Attributes
    ----------
    share
        By state: share of the variance of all currents into the target.
    change
        Of the share, running minus stationary.
    p
        Of the change, by Wilcoxon's signed ranks; None with fewer than six sessions.
    agreement
        By state: correlation over time of the currents of networks that started from
        other weights.
    forecast, forecast_shifted
        By state: correlation of the next changes of the target in epochs that were not
        fitted with those forecast, and the same with this source shifted in time.
    """

    share: dict[str, Quartiles]
    change: Quartiles
    p: float | None
    agreement: dict[str, Quartiles]
    forecast: dict[str, Quartiles]
    forecast_shifted: dict[str, Quartiles]


@dataclass(frozen=True)
class Currents:
    """The contents of ``currents.json``.

    Attributes
    ----------
    n_sessions
        Sessions with currents in at least one state.
    n_networks
        Networks fitted to each session and state.
    explained
        By state: share of the variance of the activity that networks reproduce.
    flows
        By ``target from source``.
    """

    n_sessions: int
    n_networks: int
    explained: dict[str, Quartiles]
    flows: dict[str, Flow]


def summarize(currents: pa.Table) -> Currents:
    """Return what a table of the kind `tables.CURRENTS` says of all its sessions."""
    frame = currents.to_pandas()
    key = ["target", "source", "session_id", "state"]
    told = frame.drop(columns=["network", "compared"])
    middle = told.groupby(key).median().reset_index()
    return Currents(
        n_sessions=int(frame["session_id"].nunique()),
        n_networks=int(frame["network"].nunique()),
        explained=_by_state(middle, "explained"),
        flows={
            f"{target} from {source}": _flow(middle[of & (middle["source"] == source)])
            for target in middle["target"].unique()
            for source in middle["source"].unique()
            if (of := middle["target"] == target).any()
        },
    )


def _flow(middle: pd.DataFrame) -> Flow:
    share = middle.pivot_table("share", "session_id", "state")
    share = share.reindex(columns=list(STATES)).dropna()
    change = share[RUNNING] - share[STATIONARY]
    enough = len(change) >= LEAST_SESSIONS and bool(change.any())
    test: Any = stats.wilcoxon(change) if enough else None
    names = ("share", "agreement", "forecast", "forecast_shifted")
    return Flow(
        **{name: _by_state(middle, name) for name in names},
        change=Quartiles.of(change),
        p=float(test.pvalue) if enough else None,
    )


def _by_state(middle: pd.DataFrame, name: str) -> dict[str, Quartiles]:
    return {
        state: Quartiles.of(middle.loc[middle["state"] == state, name])
        for state in STATES
    }

"""Whether statistics follow acetylcholine (ACh) within sessions, as far as it is known.

Nobody measured ACh: its proxy is an index of pupil and running speed. Cholinergic axons
in mouse cortex follow both (Reimer et al. 2016, Nat Commun 7:13289), and a model of a
sensor of ACh from both was better than one from either (Neyhart et al. 2024, Cell Rep
43:114808). Both also follow noradrenaline and movement, so no answer is about ACh
alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import rankdata

from minicolumn.config.ach_index import DoseResponse, Weights
from minicolumn.scoring.nulls import swap_null
from minicolumn.scoring.resampling import Resampling, session_interval
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]

ALL_EPOCHS, WITHIN_STATES = "all epochs", "within states"
SCOPES = (ALL_EPOCHS, WITHIN_STATES)
"""Over all epochs, or without differences of states and drift over the session."""
ALPHA = 0.05


@dataclass(frozen=True)
class Followed:
    """How a statistic follows the index within sessions.

    Attributes
    ----------
    scope, statistic
        One of `SCOPES`, and of the statistics.
    n_sessions, n_testable, n_alone
        Sessions in which it is known, those among them with so many epochs that p can
        be below `ALPHA`, and those in which it is.
    rho, interval
        Mean over sessions of Spearman's correlation, and its 95 % bootstrap interval.
    p, p_max
        Two-sided over sessions, alone and corrected for all statistics and scopes.
    """

    scope: str
    statistic: str
    n_sessions: int
    n_testable: int
    n_alone: int
    rho: float | None
    interval: tuple[float, float] | None
    p: float | None
    p_max: float | None


@dataclass(frozen=True)
class DoseResponses:
    """The document ``dose_response.json``.

    Attributes
    ----------
    weights
        Of the z-scores of pupil and speed in the index.
    n_sessions
        Scored sessions with an index in enough epochs, and all scored ones.
    followed
        By scope and statistic.
    """

    weights: dict[str, float]
    n_sessions: tuple[int, int]
    followed: tuple[Followed, ...]


def ach_index(pupil: Floats, speed_cm_s: Floats, weights: Weights) -> Floats:
    """Return the relative ACh of the epochs of one session, (epochs,).

    It is the weighted sum of two z-scores over these epochs: of the mean size of the
    pupil, and of log(1 + mean speed). It is NaN in epochs in which one is unknown, and
    in all if one does not vary: then there is no index, only the other one.

    Examples
    --------
    >>> even = Weights(pupil=0.5, speed=0.5)
    >>> ach_index(np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 9.0]), even).round(2)
    array([-0.97, -0.35,  1.32])
    """
    known = np.isfinite(pupil) & np.isfinite(speed_cm_s)
    index = np.full(pupil.shape, np.nan)
    if known.any():
        parts = np.array([pupil[known], np.log1p(speed_cm_s[known])])
        spread = parts.std(axis=1, keepdims=True)
        spread[spread == 0] = np.nan
        z = (parts - parts.mean(axis=1, keepdims=True)) / spread
        index[known] = np.array([weights.pupil, weights.speed]) @ z
    return index


def followed_in_session(
    index: Floats, values: Floats, design: Floats | None = None
) -> tuple[float, float, float]:
    """Return Spearman's correlation, its p-value and its standardized size.

    Neighboring epochs are alike in both, so the index is compared with itself shifted
    in a circle over the epochs, by each number of them: the p-value is the share of
    shifts, none included, that correlate at least as much, and the last is the distance
    from the mean of shifts, in their SD. They are NaN where undefined.

    Parameters
    ----------
    index, values
        Of each epoch in order of time, (epochs,); the index is finite, and a value NaN
        if undefined.
    design
        What both may follow by themselves, (epochs, columns): its least-squares fit is
        taken off first.
    """
    if design is not None:
        index, values = (_without(one, design) for one in (index, values))
    shifted = np.array([np.roll(index, shift) for shift in range(len(index))])
    defined = np.isfinite(values)
    x = rankdata(shifted[:, defined], axis=1)
    y = rankdata(values[defined])
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean()
    size = np.sqrt(np.square(x).sum(axis=1) * np.square(y).sum())
    # A shift that leaves nothing to correlate is one that does not.
    with np.errstate(invalid="ignore"):
        rho = np.where(size > 0, (x @ y) / size, 0.0)
    if size[0] == 0:
        return np.nan, np.nan, np.nan
    as_large = np.abs(rho) >= np.abs(rho[0]) - 1e-12
    mean, sd = rho[1:].mean(), rho[1:].std()
    z = (rho[0] - mean) / sd if sd > 1e-12 else np.nan
    return float(rho[0]), float(as_large.mean()), float(z)


def states_and_drift(running: NDArray[np.bool_]) -> Floats:
    """Return indicators of both states and the number of each epoch, (epochs, 3).

    ``running`` says which epochs are of the state with more ACh, (epochs,). Over a
    session a pupil gets smaller and units are lost: without the third column, two that
    only drift would follow each other.
    """
    drift = np.linspace(-1, 1, len(running))
    return np.stack([running, ~running, drift], axis=1, dtype=float)


def _without(values: Floats, design: Floats) -> Floats:
    """Return values less what the columns of a design explain of them."""
    known = np.isfinite(values)
    slopes, *_ = np.linalg.lstsq(design[known], values[known])
    left = values - design @ slopes
    # What rounding leaves is nothing, and must not be ranked.
    return np.where(np.abs(left) < 1e-12 * np.nanmax(np.abs(values)), 0.0, left)


def indexed(epochs: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Return the epochs with their index: rows of `tables.ACH_INDEX`.

    ``epochs`` are of the kind `tables.EPOCHS`, in order of time within a session.
    """
    parts = [
        one.assign(
            ach_index=ach_index(
                one["mean_pupil"].to_numpy(float),
                one["mean_speed_cm_s"].to_numpy(float),
                weights,
            )
        )
        for _, one in epochs.groupby("session_id")
    ]
    return pd.concat(parts) if parts else epochs.assign(ach_index=np.nan)


def dose_responses(
    recorded: pa.Table, index: pd.DataFrame, settings: DoseResponse, compared: str
) -> list[dict[str, Any]]:
    """Return the rows of `tables.DOSE_RESPONSES`: each session, scope and statistic.

    Parameters
    ----------
    recorded
        Of the kind `tables.RECORDED_STATISTICS`, of the sessions to be scored.
    index
        Of `indexed`.
    settings
        How many epochs must have an index, and define a statistic.
    compared
        `minicolumn.config.ComparedStates.compared`.
    """
    both = recorded.to_pandas().merge(
        index[["session_id", "epoch", "ach_index"]], on=["session_id", "epoch"]
    )
    both = both[np.isfinite(both["ach_index"].astype(float))]
    return [
        {"session_id": int(session), "compared": compared, **row}
        for session, epochs in both.groupby("session_id")
        for row in _of_session(epochs.sort_values("epoch"), settings.epochs_at_least)
    ]


def _of_session(epochs: pd.DataFrame, least: int) -> Iterator[dict[str, Any]]:
    running = (epochs["state"] == "running").to_numpy()
    index = epochs["ach_index"].to_numpy(float)
    for name in STATISTIC_NAMES:
        values = epochs[name].to_numpy(float)
        n = int(np.isfinite(values).sum())
        if n < least:
            continue
        designs = {ALL_EPOCHS: None, WITHIN_STATES: states_and_drift(running)}
        for scope, design in designs.items():
            rho, p, z = followed_in_session(index, values, design)
            yield {"scope": scope, "statistic": name, "n_epochs": n,
                   "rho": rho, "p": p, "z": z}  # fmt: skip


def together(
    rows: Sequence[Mapping[str, Any]],
    n_scored: int,
    weights: Mapping[str, float],
    resampling: Resampling,
) -> DoseResponses:
    """Return what the sessions say together.

    Sessions are independent, so the sign of each is as likely as the other if a
    statistic does not follow the index, whatever its epochs have to do with each other:
    unless all sessions drift alike, which only the scope within states takes off.

    ``rows`` are those of `dose_responses`, and ``n_scored`` sessions were scored.
    """
    if not rows:
        return DoseResponses(dict(weights), (0, n_scored), ())
    keys = [(scope, name) for scope in SCOPES for name in STATISTIC_NAMES]
    values = pd.DataFrame(rows).set_index(["scope", "statistic", "session_id"])

    def table(column: str) -> Floats:
        wide = values[column].astype(float).unstack("session_id")
        return wide.reindex(index=pd.MultiIndex.from_tuples(keys)).to_numpy(float)

    rho, alone, n_epochs = table("rho"), table("p"), table("n_epochs")
    # The least p is that of no shift among as many as there are epochs.
    alone = np.where(1 / n_epochs < ALPHA, alone, np.nan)
    null = swap_null(table("z"), resampling)
    followed = tuple(
        _followed(*key, rho[k], alone[k], (null.p[k], null.p_max[k]), resampling)
        for k, key in enumerate(keys)
    )
    return DoseResponses(dict(weights), (rho.shape[1], n_scored), followed)


def _followed(
    scope: str,
    statistic: str,
    rho: Floats,
    alone: Floats,
    p: tuple[float, float],
    resampling: Resampling,
) -> Followed:
    found = rho[np.isfinite(rho)]
    return Followed(
        scope,
        statistic,
        n_sessions=len(found),
        n_testable=int(np.isfinite(alone).sum()),
        n_alone=int(np.sum(alone < ALPHA)),
        rho=float(found.mean()) if found.size else None,
        interval=session_interval(np.mean, (found,), resampling),
        p=_known(p[0]),
        p_max=_known(p[1]),
    )


def _known(p: float) -> float | None:
    return float(p) if np.isfinite(p) else None

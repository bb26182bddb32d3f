"""What a session did at rest and while running, as one vector.

The same function serves simulated mice and recorded sessions. Missing values stay
missing; whoever learns from them says what that means.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.statistics.names import (
    DESCRIBED_NAMES,
    MATCHED_NAMES,
    STATISTIC_NAMES,
    raw_name,
)

# The eleven first. Rates tell most of what depolarisation does and drown the rest: what
# is left at matched rates says more of synapses.
LEARNED_NAMES = (*DESCRIBED_NAMES, *MATCHED_NAMES)

# Where a change is one of proportion, or crowds near zero.
LOGARITHMIC = {
    "mean_rate",
    "rate_cv",
    "cv_isi",
    "lv",
    "fano",
    "synchrony_index",
    "peak_freq",
}
ROOTED = {"burst_fraction", "pairwise_corr", "fast_corr"}

# The first features: means at rest, and changes.
N_MEANS = 2 * len(LEARNED_NAMES)


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of one session, or of one simulated mouse.

    Attributes
    ----------
    identity
        Session, or circuit of the mouse.
    stationary, running
        `LEARNED_NAMES` as `transformed`, (epochs, statistics); NaN where undefined.
    """

    identity: int
    stationary: NDArray[np.float64]
    running: NDArray[np.float64]


def transformed(
    values: NDArray[np.float64], names: Sequence[str] = STATISTIC_NAMES
) -> NDArray[np.float64]:
    """Return statistics (..., ``names``) on scales on which their noise is even."""
    result = np.array(values, dtype=float)
    for column, name in enumerate(map(raw_name, names)):
        value = result[..., column]
        if name in LOGARITHMIC:
            positive = np.where(value > 0, value, np.nan)
            result[..., column] = np.log(positive)
        elif name in ROOTED:
            result[..., column] = np.sign(value) * np.sqrt(np.abs(value))
    return result


def windows_of(table: pa.Table, identity: str) -> list[Windows]:
    """Return the windows of every session of a table, in order of identity.

    Parameters
    ----------
    table
        Of the kind `tables.COHORT` or `tables.RECORDED_STATISTICS`.
    identity
        The column that names a session: ``circuit_id`` or ``session_id``.
    """
    ids = table[identity].to_numpy()
    running = np.asarray(table["state"].to_pylist(), dtype=str) == "running"
    values = transformed(
        np.column_stack([table[name].to_numpy() for name in LEARNED_NAMES]),
        LEARNED_NAMES,
    )
    order = np.argsort(ids, kind="stable")
    found, first = np.unique(ids[order], return_index=True)
    return [
        Windows(int(id_), values[rows[~running[rows]]], values[rows[running[rows]]])
        for id_, rows in zip(found, np.split(order, first)[1:], strict=True)
    ]


def features(windows: Windows) -> NDArray[np.float64]:
    """Return the vector of one session, (4 x statistics + 2,).

    Means at rest, changes of the mean from rest to running, standard errors of these
    changes, changes in standard errors (their inverse hyperbolic sine), and the
    logarithm of the number of epochs of each state. A mean needs one epoch that defines
    the statistic in each state it is taken over, an error two.
    """
    rest, rest_error2 = _mean_and_error2(windows.stationary)
    run, run_error2 = _mean_and_error2(windows.running)
    change, error = run - rest, np.sqrt(rest_error2 + run_error2)
    # A few thousand mice do not teach a network to divide.
    in_errors = np.divide(
        change, error, out=np.full_like(error, np.nan), where=error > 0
    )
    n_epochs = [len(windows.stationary), len(windows.running)]
    return np.concatenate(
        [rest, change, error, np.arcsinh(in_errors), np.log(n_epochs)]
    )


def _mean_and_error2(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means over epochs and their squared standard errors, NaN if undefined."""
    defined = np.isfinite(values)
    n = defined.sum(axis=0)
    nan = np.full(values.shape[1], np.nan)
    mean = np.divide(
        np.where(defined, values, 0.0).sum(axis=0), n, out=nan.copy(), where=n > 0
    )
    squares = np.where(defined, (values - mean) ** 2, 0.0).sum(axis=0)
    return mean, np.divide(squares, n * (n - 1), out=nan, where=n > 1)


def with_fewer_epochs(
    windows: Sequence[Windows], rng: np.random.Generator, at_least: int
) -> list[Windows]:
    """Return each session with a random number of its epochs in each state.

    Recorded sessions have as many as the animal gave. Fewer than ``at_least`` are never
    left, and sessions that have fewer keep all.
    """

    def some(values: NDArray[np.float64]) -> NDArray[np.float64]:
        n = len(values)
        kept = rng.integers(min(at_least, n), n, endpoint=True)
        return values[np.sort(rng.permutation(n)[:kept])]

    return [Windows(w.identity, some(w.stationary), some(w.running)) for w in windows]

"""What a session did at rest and while running, as one vector.

The same function serves simulated mice and recorded sessions. Missing values stay
missing; whoever learns from them says what that means.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES

# The first features: means at rest, and changes.
N_MEANS = 2 * len(ALL_NAMES)


def features(session: Session) -> NDArray[np.float64]:
    """Return the vector of one session that is `Session.scaled`.

    It is (4 x statistics + 2,): means at rest, changes of the mean from rest to
    running, standard errors of these changes, changes in standard errors (their inverse
    hyperbolic sine), and the logarithm of the number of epochs of each state. A mean
    needs one epoch that defines the statistic in each state it is taken over, an error
    two.
    """
    rest, rest_error2 = _mean_and_error2(session.stationary)
    run, run_error2 = _mean_and_error2(session.running)
    change, error = run - rest, np.sqrt(rest_error2 + run_error2)
    # A few thousand mice do not teach a network to divide.
    in_errors = np.divide(
        change, error, out=np.full_like(error, np.nan), where=error > 0
    )
    n_epochs = [len(session.stationary), len(session.running)]
    return np.concatenate(
        [rest, change, error, np.arcsinh(in_errors), np.log(n_epochs)]
    )


def feature_table(sessions: Sequence[Session]) -> NDArray[np.float64]:
    """Return the `features` of many sessions, (sessions, features)."""
    return np.array([features(session) for session in sessions]).reshape(
        len(sessions), 2 * N_MEANS + 2
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
    sessions: Sequence[Session], rng: np.random.Generator, at_least: int
) -> list[Session]:
    """Return each session with a random number of its epochs in each state.

    Recorded sessions have as many as the animal gave. Fewer than ``at_least`` are never
    left, and sessions that have fewer keep all.
    """

    def some(values: NDArray[np.float64]) -> NDArray[np.int64]:
        n = len(values)
        kept = rng.integers(min(at_least, n), n, endpoint=True)
        return np.sort(rng.permutation(n)[:kept])

    return [one.take(some(one.stationary), some(one.running)) for one in sessions]

"""What scores come to when nothing is there to be predicted.

Two nulls, each with a question of its own:

- *swapped*: the two states of every session are exchanged or not, by a coin. Then the
  observed directions mean nothing; whole sessions are swapped, so statistics keep their
  dependence. A constant guess can beat this null.
- *permuted*: predictions are dealt out to other sessions. Then it does not matter which
  circuits a session was given; a constant guess scores as before, so p = 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.scoring.resampling import Resampling

EXACT_UP_TO = 16  # sessions: 65,536 ways to swap
_PART = 4096  # swaps at a time, for memory
_EQUAL = 1e-9  # sums that differ by rounding alone are equal

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SwapNull:
    """Two-sided p-values of scores under swapped states; (scores,) each.

    Attributes
    ----------
    p
        For each score alone; NaN where no session contributes.
    p_max
        Corrected for all scores together: how often the *largest* of all standardized
        scores is at least as large (max-T; Westfall and Young 1993). As the same
        swaps serve all scores, it knows how they depend on each other.
    exact
        Whether every way to swap was counted.
    """

    p: Floats
    p_max: Floats
    exact: bool


def swap_null(contributions: Floats, resampling: Resampling) -> SwapNull:
    """Return p-values of scores that change sign as a session's states are swapped.

    ``contributions``, (scores, sessions), are what each session adds to each score: +1
    for a match, -1 for its opposite, or the same times a weight; 0 or NaN where it adds
    nothing. If more than `EXACT_UP_TO` sessions contribute, swaps are drawn.
    """
    values = np.nan_to_num(np.asarray(contributions, dtype=float))
    values = values[:, (values != 0).any(axis=0)]
    spread = np.sqrt(np.square(values).sum(axis=1))
    defined = spread > 0
    scaled = values[defined] / spread[defined, None]
    observed = np.abs(scaled.sum(axis=1)) - _EQUAL
    n = values.shape[1]
    exact = n <= EXACT_UP_TO
    alone, largest, total = np.zeros(len(scaled)), np.zeros(len(scaled)), 0
    for signs in _signs(n, resampling):
        size = np.abs(signs @ scaled.T)
        alone += (size >= observed).sum(axis=0)
        if len(scaled):
            largest += (size.max(axis=1)[:, None] >= observed).sum(axis=0)
        total += len(signs)
    # The cohort as it was is one of the swaps: counted already if all were.
    extra = 0 if exact else 1
    p, p_max = np.full((2, len(values)), np.nan)
    p[defined] = (alone + extra) / (total + extra)
    p_max[defined] = (largest + extra) / (total + extra)
    return SwapNull(p, p_max, exact)


def _signs(n: int, resampling: Resampling):
    """Yield +1 and -1 for every session, (swaps, sessions), in parts."""
    if n <= EXACT_UP_TO:
        # A swap of every session changes no |score|, so the last stays as it is.
        count = 2 ** max(n - 1, 0)
        for start in range(0, count, _PART):
            numbers = np.arange(start, min(start + _PART, count))
            yield 1.0 - 2.0 * ((numbers[:, None] >> np.arange(n)) & 1)
        return
    rng = resampling.rng()
    for start in range(0, resampling.n_permutations, _PART):
        count = min(_PART, resampling.n_permutations - start)
        yield rng.choice([-1.0, 1.0], size=(count, n))


def permutation_p(
    predicted: Floats, observed: Floats, resampling: Resampling
) -> float | None:
    """Return how surely predictions belong to their sessions, two-sided.

    The score is the sum over sessions of predicted times observed, (sessions,) each and
    none missing: of signs, it counts matches; of ranks, it is Spearman's correlation.
    Its distance from the mean over all permutations is compared with that of random
    ones: 1 for a constant prediction; None with fewer than two sessions.
    """
    n = len(predicted)
    if n < 2:
        return None
    x, y = predicted - np.mean(predicted), observed - np.mean(observed)
    rng = resampling.rng()
    shuffled = rng.permuted(np.tile(x, (resampling.n_permutations, 1)), axis=1)
    distance = np.abs(shuffled @ y)
    extreme = int((distance >= np.abs(x @ y) - _EQUAL * n).sum())
    return (1 + extreme) / (1 + resampling.n_permutations)

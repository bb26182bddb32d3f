"""Bootstrap over whatever was sampled independently: circuits, sessions."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESAMPLES = 4000
_AT_ONCE = 500  # resamples in memory together


def bootstrap(
    sums: Array,
    statistic: Callable[[Array], Array],
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Array:
    """Return ``statistic`` of units drawn with replacement, (resamples, ...).

    ``sums`` are what each unit adds to the sums that ``statistic`` is made of,
    (units, n); it takes total sums (resamples, n), and returns one value or row for
    each.
    """
    n, draws = len(sums), []
    for start in range(0, resamples, _AT_ONCE):
        size = min(_AT_ONCE, resamples - start)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=size)
        draws.append(statistic(weights @ sums))
    return np.concatenate(draws)


def percentile_interval(values: Array, confidence: float) -> tuple[float, float] | None:
    """Return the central interval of resampled values; None if any is undefined."""
    if not np.isfinite(values).all():
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)

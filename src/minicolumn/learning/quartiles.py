"""What most of many are like, for documents."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np


@dataclass(frozen=True)
class Quartiles:
    """Median and quartiles of what is defined; None where nothing is.

    Examples
    --------
    >>> Quartiles.of([1, 2, 3, float("nan")])
    Quartiles(median=2.0, low=1.5, high=2.5)
    """

    median: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, values: Any) -> Self:
        """Return those of values of any shape."""
        numbers = np.asarray(values, dtype=float)
        defined = numbers[np.isfinite(numbers)]
        if not len(defined):
            return cls(None, None, None)
        low, median, high = np.percentile(defined, [25, 50, 75]).tolist()
        return cls(median, low, high)

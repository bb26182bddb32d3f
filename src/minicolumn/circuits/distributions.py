"""The distributions of sampled parameters: from quantile to value, and back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.circuits import Range
from minicolumn.registry import added


def at_quantile(allowed: Range, quantile: Any) -> Any:
    """Return the value, or values, of a range at a quantile of its distribution."""
    low, high = allowed.low, allowed.high
    if made := _added(allowed.scale):
        return made.at_quantile(quantile, low, high)
    if allowed.scale == "integer":
        return np.minimum(low + np.floor(quantile * (high - low + 1)), high)
    if allowed.scale == "log":
        return low * (high / low) ** quantile
    return low + quantile * (high - low)


def quantile_of(
    allowed: Range, values: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the quantiles of values within a range.

    A whole number is an interval of quantiles, and ``rng`` draws a place within it.
    """
    low, high = allowed.low, allowed.high
    if made := _added(allowed.scale):
        return made.quantile_of(values, low, high)
    if allowed.scale == "integer":
        return (values - low + rng.random(len(values))) / (high - low + 1)
    if allowed.scale == "log":
        return np.log(values / low) / np.log(high / low)
    return (values - low) / (high - low)


def _added(scale: str) -> Any:
    one = added("distribution").get(scale)
    return one.made if one else None

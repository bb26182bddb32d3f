"""Distributions of the prior: from a quantile to a value, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minicolumn.registry import distribution
from minicolumn.registry.lookup import entry

if TYPE_CHECKING:  # the configuration has to know the names that are registered here
    from minicolumn.config.circuits import Range


def at_quantile(allowed: Range, quantile: Any) -> Any:
    """Return the value, or values, of a range at a quantile of its distribution."""
    found = entry("distribution", allowed.scale).made
    return found.at_quantile(quantile, allowed.low, allowed.high)


def quantile_of(
    allowed: Range, values: Any, rng: np.random.Generator | None = None
) -> Any:
    """Return the quantiles of an array of values of a range.

    A value of a discrete distribution has an interval of quantiles: ``rng`` draws a
    place within it, and without ``rng`` it is the middle.
    """
    found = entry("distribution", allowed.scale)
    place = ()
    if found.about["discrete"]:
        place = (0.5 if rng is None else rng.random(len(values)),)
    return found.made.quantile_of(values, allowed.low, allowed.high, *place)


@distribution("uniform")
class Uniform:
    """Uniform over the range."""

    @staticmethod
    def at_quantile(quantile: Any, low: float, high: float) -> Any:
        """Return the value at a quantile."""
        return low + quantile * (high - low)

    @staticmethod
    def quantile_of(value: Any, low: float, high: float) -> Any:
        """Return the quantile of a value."""
        return (value - low) / (high - low)


@distribution("log")
class Log:
    """Uniform in the logarithm; the range is above 0."""

    @staticmethod
    def at_quantile(quantile: Any, low: float, high: float) -> Any:
        """Return the value at a quantile."""
        return low * (high / low) ** quantile

    @staticmethod
    def quantile_of(value: Any, low: float, high: float) -> Any:
        """Return the quantile of a value."""
        return np.log(value / low) / np.log(high / low)


@distribution("integer", discrete=True)
class Integer:
    """Uniform over the whole numbers of the range, both ends included."""

    @staticmethod
    def at_quantile(quantile: Any, low: float, high: float) -> Any:
        """Return the value at a quantile."""
        return np.minimum(low + np.floor(quantile * (high - low + 1)), high)

    @staticmethod
    def quantile_of(value: Any, low: float, high: float, place: Any) -> Any:
        """Return the quantile of a value, at a place (0 to 1) within its interval."""
        return (value - low + place) / (high - low + 1)

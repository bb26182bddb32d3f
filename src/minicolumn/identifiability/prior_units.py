"""Parameters in SD of their prior: on its scale, which is linear or logarithmic."""

import math

import numpy as np

from minicolumn.circuits.distributions import at_quantile
from minicolumn.config.circuits import Prior, Range
from minicolumn.registry.lookup import entry

_QUANTILES = (np.arange(10_000) + 0.5) / 10_000


def inferred(prior: Prior) -> tuple[str, ...]:
    """Return the parameters that the prior lets vary."""
    return tuple(name for name, allowed in prior.items() if allowed.low < allowed.high)


def movable(prior: Prior) -> tuple[str, ...]:
    """Return those that can change by a little: not numbers of neurons."""
    return tuple(
        name
        for name in inferred(prior)
        if not entry("distribution", prior[name].scale).about.get("discrete")
    )


def sd_of(allowed: Range) -> float:
    """Return the SD of a parameter under its prior, of its logarithm if that is log.

    Examples
    --------
    >>> unit = Range(low=0, high=1, scale="uniform", source="an example")
    >>> round(12 * sd_of(unit) ** 2, 6)
    1.0
    """
    values = np.asarray(at_quantile(allowed, _QUANTILES), dtype=float)
    return float(np.std(np.log(values) if allowed.scale == "log" else values))


def moved(allowed: Range, value: float, steps: float) -> tuple[float, float]:
    """Return a value moved by SD of its prior, within its range, and by how many.

    Examples
    --------
    >>> unit = Range(low=0, high=1, scale="uniform", source="an example")
    >>> moved(unit, 0.9, 1.0)[0]
    1.0
    """
    to, back = (math.log, math.exp) if allowed.scale == "log" else (float, float)
    sd = sd_of(allowed)
    other = back(to(value) + steps * sd)
    other = min(max(other, allowed.low), allowed.high)
    return other, (to(other) - to(value)) / sd

"""The prior over circuits, in coordinates in which it is a standard normal.

Every sampled parameter goes to its quantile under the prior (so on the scale it was
sampled on) and from there to a standard normal. Nothing is bounded then, no draw can
fall outside the prior, and what the data say nothing about stays as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from minicolumn.circuits.distributions import at_quantile, quantile_of
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config.mice import Level
from minicolumn.config.physics import Range
from minicolumn.surrogates.rows import INPUT_NAMES

# No finite normal stands for the edge of a range: 4.75 SD out is as far as it goes.
_EDGE = 1e-6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class StandardPrior:
    """The prior over the parameters of a circuit and its ACh level at rest.

    Attributes
    ----------
    ranges
        Range of each of `INPUT_NAMES`, the inputs of a surrogate, in their order.
    """

    ranges: Mapping[str, Range]

    @classmethod
    def of(cls, prior: Mapping[str, Range], rest: Level) -> Self:
        """Join the prior over parameters and the range of the level at rest."""
        level = Range(low=rest.low, high=rest.high, scale="uniform", source="cohort")
        return cls({**{name: prior[name] for name in PARAMETER_NAMES}, "level": level})

    @property
    def names(self) -> tuple[str, ...]:
        """What is inferred: the inputs whose range is more than a point."""
        return tuple(n for n in INPUT_NAMES if self.ranges[n].low < self.ranges[n].high)

    def to_normal(
        self, inputs: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Return the coordinates, (rows, names), of inputs (rows, 19).

        A whole number stands for an interval of quantiles, and ``rng`` draws a place
        within it.

        Raises
        ------
        ValueError
            If a value lies outside its range; the message says which.
        """
        quantiles = np.empty((len(inputs), len(self.names)))
        for place, name in enumerate(self.names):
            values = inputs[:, INPUT_NAMES.index(name)]
            quantiles[:, place] = _quantiles(values, name, self.ranges[name], rng)
        return ndtri(np.clip(quantiles, _EDGE, 1 - _EDGE))

    def from_normal(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return inputs (..., 19) in original units of coordinates (..., names)."""
        inputs = np.empty((*z.shape[:-1], len(INPUT_NAMES)))
        inferred = dict(zip(self.names, np.moveaxis(ndtr(z), -1, 0), strict=True))
        for place, name in enumerate(INPUT_NAMES):
            allowed = self.ranges[name]
            inputs[..., place] = (
                at_quantile(allowed, inferred[name])
                if name in inferred
                else allowed.low
            )
        return inputs

    def as_json(self) -> dict[str, Any]:
        """Return the ranges as plain values."""
        return {name: allowed.model_dump() for name, allowed in self.ranges.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the prior that `as_json` wrote."""
        return cls({name: Range(**allowed) for name, allowed in values.items()})


def _quantiles(
    values: NDArray[np.float64], name: str, allowed: Range, rng: np.random.Generator
) -> NDArray[np.float64]:
    low, high = allowed.low, allowed.high
    slack = _ROUNDING * (high - low)
    outside = (values < low - slack) | (values > high + slack)
    if outside.any():
        raise ValueError(
            f"{name}={values[outside][0]:g} lies outside its range of {low:g} to "
            f"{high:g}: these circuits were drawn from another prior. Simulate them "
            "again, or put the range back into config.yaml"
        )
    return quantile_of(allowed, values, rng)

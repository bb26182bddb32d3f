"""The prior over circuits, in coordinates in which it is a standard normal.

Every sampled parameter goes to its quantile under the prior and from there to a
standard normal: nothing is bounded, and no draw falls outside the prior.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from minicolumn.circuits.distributions import at_quantile, quantile_of
from minicolumn.config.circuits import Range
from minicolumn.config.mice import Level

# The edge of a range has no finite normal: 4.75 SD out is as far as it goes.
_EDGE = 1e-6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class StandardPrior:
    """The prior over the parameters of a circuit and its ACh level at rest.

    ``ranges`` are in the order of the columns of inputs; the last is the level's.
    """

    ranges: Mapping[str, Range]

    @classmethod
    def of(cls, prior: Mapping[str, Range], rest: Level) -> Self:
        """Join the prior over parameters and the range of the level at rest."""
        level = Range(low=rest.low, high=rest.high, scale="uniform", source="cohort")
        return cls({**prior, "level": level})

    @property
    def names(self) -> tuple[str, ...]:
        """What is inferred: the inputs whose range is more than a point."""
        return tuple(name for name, r in self.ranges.items() if r.low < r.high)

    def to_normal(
        self, inputs: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Return the coordinates, (rows, names), of inputs (rows, inputs).

        ``rng`` draws the place of a whole number within its interval of quantiles.

        Raises
        ------
        ValueError
            If a value lies outside its range; the message says which.
        """
        values = dict(zip(self.ranges, inputs.T, strict=True))
        quantiles = np.empty((len(inputs), len(self.names)))
        for place, name in enumerate(self.names):
            _check_within(values[name], name, self.ranges[name])
            quantiles[:, place] = quantile_of(self.ranges[name], values[name], rng)
        return ndtri(np.clip(quantiles, _EDGE, 1 - _EDGE))

    def from_normal(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return inputs (..., inputs) in original units of coordinates (..., names)."""
        inputs = np.empty((*z.shape[:-1], len(self.ranges)))
        inferred = dict(zip(self.names, np.moveaxis(ndtr(z), -1, 0), strict=True))
        for place, (name, allowed) in enumerate(self.ranges.items()):
            point = name not in inferred
            inputs[..., place] = (
                allowed.low if point else at_quantile(allowed, inferred[name])
            )
        return inputs

    def as_json(self) -> dict[str, Any]:
        """Return the ranges as plain values."""
        return {name: allowed.model_dump() for name, allowed in self.ranges.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the prior that `as_json` wrote."""
        return cls({name: Range(**allowed) for name, allowed in values.items()})


def _check_within(values: NDArray[np.float64], name: str, allowed: Range) -> None:
    slack = _ROUNDING * (allowed.high - allowed.low)
    outside = (values < allowed.low - slack) | (values > allowed.high + slack)
    if outside.any():
        raise ValueError(
            f"{name}={values[outside][0]:g} lies outside its range of {allowed.low:g} "
            f"to {allowed.high:g}: these circuits were drawn from another prior. "
            "Simulate them again, or put the range back into config.yaml"
        )

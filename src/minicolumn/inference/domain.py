"""Whether a session at rest is like any simulated mouse: a warning, kept simple.

A posterior answers for any input, and what it says about one that no simulation comes
near is worth nothing. `transfer` looks at the gap between simulation and recording in
full; this is the flag that travels with each posterior.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf


@dataclass(frozen=True, eq=False)
class Domain:
    """Where simulated mice are, by squared Mahalanobis distance.

    Attributes
    ----------
    centre
        Mean over the training mice, (values,).
    precision
        Inverse of their covariance, shrunk after Ledoit & Wolf (2004), (values,
        values).
    held_out
        Ascending distances of mice that neither was fitted to, (mice,).
    """

    centre: NDArray[np.float64]
    precision: NDArray[np.float64]
    held_out: NDArray[np.float64]

    @classmethod
    def fit(cls, training: NDArray[np.float64], held_out: NDArray[np.float64]) -> Self:
        """Learn from values (mice, values) of disjoint mice."""
        fitted = LedoitWolf().fit(training)
        bare = cls(fitted.location_, np.asarray(fitted.precision_), np.empty(0))
        return cls(bare.centre, bare.precision, np.sort(bare.distance(held_out)))

    def distance(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the squared Mahalanobis distance of each row, (rows,)."""
        away = values - self.centre
        return np.einsum("ri,ij,rj->r", away, self.precision, away)

    def p(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of mice that are at least as far out, (rows,).

        It counts each row itself among the mice, so it is never 0, and uniform for
        rows that are like the held-out mice.
        """
        nearer = np.searchsorted(self.held_out, self.distance(values), side="left")
        return (1 + len(self.held_out) - nearer) / (1 + len(self.held_out))

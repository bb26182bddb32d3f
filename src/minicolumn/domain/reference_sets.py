"""How isolated a session is among simulated mice, as a conformal p-value.

The outlier score is the local outlier factor: a session is isolated whose neighborhood
is sparser than that of its neighbors (Breunig et al. 2000, SIGMOD Record 29:93). Mice
are crowded in some places and sparse in others, and a distance would accept a session
between two crowds. The rank of the score among the mice is a p-value that needs no
assumption on the shape of their distribution (cross-conformal prediction; Vovk 2015,
Ann Math Artif Intell 74:9): a mouse like them is rejected at level a with a probability
of about a.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf
from sklearn.neighbors import LocalOutlierFactor

NEIGHBORS = 10
# In units of the variance of a standardized feature: no axis is without noise.
SMALLEST_VARIANCE = 1e-4


class _Part(NamedTuple):
    """Mice of all folds but one, and the outlier scores of that one's mice."""

    whitening: NDArray[np.float64]
    crowd: LocalOutlierFactor
    own: NDArray[np.float64]

    @classmethod
    def of(cls, others: NDArray[np.float64], mine: NDArray[np.float64]) -> Self:
        """Return the part that sets ``mine`` aside, (mice, features) both."""
        whitening = _whitening(others)
        n_near = min(NEIGHBORS, len(others) - 1)
        crowd = LocalOutlierFactor(n_neighbors=n_near, novelty=True)
        part = cls(whitening, crowd.fit(others @ whitening), np.empty(0))
        return part._replace(own=np.sort(part.outlier_score(mine)))

    def outlier_score(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the local outlier factor of each session, (sessions,)."""
        return -self.crowd.score_samples(values @ self.whitening)


@dataclass(frozen=True, eq=False)
class ReferenceSet:
    """Simulated mice that sessions are compared with.

    Attributes
    ----------
    values
        Standardized features, 0 where missing, (mice, features).
    fold
        Which mice are set aside together, (mice,): axes that were fitted to a mouse
        would find it too near.
    """

    values: NDArray[np.float64]
    fold: NDArray[np.int64]

    @cached_property
    def _parts(self) -> list[_Part]:
        return [
            _Part.of(self.values[self.fold != k], self.values[self.fold == k])
            for k in np.unique(self.fold)
        ]

    def p_values(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cross-conformal p-value of each session, (sessions,)."""
        as_extreme = np.ones(len(values))
        for part in self._parts:
            less = np.searchsorted(part.own, part.outlier_score(values))
            as_extreme += part.own.size - less
        return as_extreme / (1 + len(self.values))


def _whitening(values: NDArray[np.float64]) -> NDArray[np.float64]:
    covariance, _ = ledoit_wolf(values)
    variance, axes = np.linalg.eigh(covariance)
    return axes / np.sqrt(np.maximum(variance, SMALLEST_VARIANCE))

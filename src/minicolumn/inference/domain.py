"""Whether a session looks like the simulated mice of a class.

An answer about a session that no simulation resembles is extrapolation. The distance of
a session to the mice of a class, ranked among the distances of these mice to each
other, is a p-value that needs no assumption on the shape of the class (cross-conformal
prediction; Vovk 2015, Ann Math Artif Intell 74:9): a mouse of that class is rejected at
level a with a probability of about a.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from sklearn.covariance import ledoit_wolf

NEIGHBOURS = 5
# In units of the variance of a standardised feature: no axis is without noise.
SMALLEST_VARIANCE = 1e-4


class _Part(NamedTuple):
    """Mice of all folds but one, and the distances of that one's mice to them."""

    whitening: NDArray[np.float64]
    points: KDTree
    distances: NDArray[np.float64]

    def distance(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean distance of sessions to their nearest mice, (sessions,)."""
        n_near = min(NEIGHBOURS, self.points.n)
        near, _ = self.points.query(values @ self.whitening, n_near)
        return near.reshape(len(values), -1).mean(axis=1)


@dataclass(frozen=True, eq=False)
class Cloud:
    """The mice of one class.

    Attributes
    ----------
    values
        Standardised features, 0 where missing, (mice, features).
    fold
        Which mice are set aside together, (mice,): axes that were fitted to a mouse
        would find it too near.
    """

    values: NDArray[np.float64]
    fold: NDArray[np.int64]

    @cached_property
    def _parts(self) -> list[_Part]:
        parts = []
        for k in np.unique(self.fold):
            others, mine = self.values[self.fold != k], self.values[self.fold == k]
            whitening = _whitening(others)
            part = _Part(whitening, KDTree(others @ whitening), np.empty(0))
            parts.append(part._replace(distances=np.sort(part.distance(mine))))
        return parts

    def p_values(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the p-value of each session, (sessions,): cross-conformal."""
        as_far = np.ones(len(values))
        for part in self._parts:
            nearer = np.searchsorted(part.distances, part.distance(values))
            as_far += part.distances.size - nearer
        return as_far / (1 + len(self.values))


def _whitening(values: NDArray[np.float64]) -> NDArray[np.float64]:
    covariance, _ = ledoit_wolf(values)
    variance, axes = np.linalg.eigh(covariance)
    return axes / np.sqrt(np.maximum(variance, SMALLEST_VARIANCE))


@dataclass(frozen=True, eq=False)
class Domain:
    """The clouds of all classes, in order."""

    clouds: Sequence[Cloud]

    @classmethod
    def of(
        cls,
        standardised: NDArray[np.float64],
        classes: NDArray[np.int64],
        fold: NDArray[np.int64],
    ) -> Self:
        """Return the domain of mice with ``standardised`` features (mice, features)."""
        values = np.nan_to_num(standardised)
        each = (classes == name for name in np.unique(classes))
        return cls([Cloud(values[mine], fold[mine]) for mine in each])

    def p_values(self, standardised: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the p-value of each session in each class, (sessions, classes)."""
        values = np.nan_to_num(standardised)
        return np.column_stack([cloud.p_values(values) for cloud in self.clouds])

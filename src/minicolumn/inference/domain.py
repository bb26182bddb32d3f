"""Whether a session looks like simulated mice, at rest and in how it changes.

An answer about a session that no simulation resembles is extrapolation. The distance of
a session to the mice of a class, ranked among the distances of these mice to each
other, is a p-value that needs no assumption on the shape of the class (cross-conformal
prediction; Vovk 2015, Ann Math Artif Intell 74:9): a mouse of that class is rejected at
level a with a probability of about a.

Two questions are asked. At rest mice of all classes are alike, so a session's rest is
compared with all of them; its rest and its change together, with those of each class.
A stranger who keeps still is found by the first: in twice as many dimensions, with a
quarter of the mice, it would look like many.
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
    """The clouds of all classes, in order; the first half of their columns is rest."""

    clouds: Sequence[Cloud]

    @cached_property
    def _at_rest(self) -> Cloud:
        n_rest = self.clouds[0].values.shape[1] // 2
        return Cloud(
            np.concatenate([cloud.values[:, :n_rest] for cloud in self.clouds]),
            np.concatenate([cloud.fold for cloud in self.clouds]),
        )

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
        """Return p-values of sessions at rest, and in each class.

        Parameters
        ----------
        standardised
            Features at rest, then their changes, (sessions, 2 x statistics); NaN where
            missing.

        Returns
        -------
        array
            (sessions, 1 + classes): of the rest, and of all in each class.
        """
        values = np.nan_to_num(standardised)
        n_rest = values.shape[1] // 2
        return np.column_stack(
            [
                self._at_rest.p_values(values[:, :n_rest]),
                *(cloud.p_values(values) for cloud in self.clouds),
            ]
        )


def by_class(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the p-value of being like the mice of each class, (..., classes).

    Parameters
    ----------
    p
        Of `Domain.p_values`, or of a cohort's by `answers.fisher`, (..., 1 + classes).
        Two questions give two chances of a false alarm, so the smaller counts double
        (Bonferroni).
    """
    return np.minimum(1.0, 2.0 * np.minimum(p[..., :1], p[..., 1:]))

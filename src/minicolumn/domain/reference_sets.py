"""Whether a session looks like simulated mice, at rest and in how it changes.

An answer about a session that no simulation resembles is extrapolation. How isolated a
session is among the mice of a class, ranked among these mice, is a p-value that needs
no assumption on the shape of the class (cross-conformal prediction; Vovk 2015, Ann Math
Artif Intell 74:9): a mouse of that class is rejected at level a with a probability of
about a. Isolated is who has a sparser neighborhood than the neighbors have (local
outlier factor; Breunig et al. 2000, SIGMOD Record 29:93). Mice are crowded in some
places and sparse in others, and a distance would let strangers between crowds pass.

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
from sklearn.covariance import ledoit_wolf
from sklearn.neighbors import LocalOutlierFactor

NEIGHBORS = 10
# In units of the variance of a standardized feature: no axis is without noise.
SMALLEST_VARIANCE = 1e-4


class _Part(NamedTuple):
    """Mice of all folds but one, and how isolated that one's mice are among them."""

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
    """The mice of one class.

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
        """Return the p-value of each session, (sessions,): cross-conformal."""
        as_extreme = np.ones(len(values))
        for part in self._parts:
            less = np.searchsorted(part.own, part.outlier_score(values))
            as_extreme += part.own.size - less
        return as_extreme / (1 + len(self.values))


def _whitening(values: NDArray[np.float64]) -> NDArray[np.float64]:
    covariance, _ = ledoit_wolf(values)
    variance, axes = np.linalg.eigh(covariance)
    return axes / np.sqrt(np.maximum(variance, SMALLEST_VARIANCE))


@dataclass(frozen=True, eq=False)
class Domain:
    """The reference_sets of all classes, in order; the first half of their columns is rest."""

    reference_sets: Sequence[ReferenceSet]

    @cached_property
    def _at_rest(self) -> ReferenceSet:
        n_rest = self.reference_sets[0].values.shape[1] // 2
        return ReferenceSet(
            np.concatenate(
                [
                    reference_set.values[:, :n_rest]
                    for reference_set in self.reference_sets
                ]
            ),
            np.concatenate(
                [reference_set.fold for reference_set in self.reference_sets]
            ),
        )

    @classmethod
    def of(
        cls,
        standardized: NDArray[np.float64],
        classes: NDArray[np.int64],
        fold: NDArray[np.int64],
    ) -> Self:
        """Return the domain of mice with ``standardized`` features (mice, features)."""
        values = np.nan_to_num(standardized)
        each = (classes == name for name in np.unique(classes))
        return cls([ReferenceSet(values[mine], fold[mine]) for mine in each])

    def p_values(self, standardized: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return p-values of sessions at rest, and in each class.

        Parameters
        ----------
        standardized
            Features at rest, then their changes, (sessions, 2 x statistics); NaN where
            missing.

        Returns
        -------
        array
            (sessions, 1 + classes): of the rest, and of all in each class.
        """
        values = np.nan_to_num(standardized)
        n_rest = values.shape[1] // 2
        return np.column_stack(
            [
                self._at_rest.p_values(values[:, :n_rest]),
                *(
                    reference_set.p_values(values)
                    for reference_set in self.reference_sets
                ),
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

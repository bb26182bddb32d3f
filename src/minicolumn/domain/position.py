"""How far single windows lie from simulations, in units of other simulations."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors

from minicolumn.domain.space import DomainSpace, Floats

INSIDE = 0.95
NEIGHBORS = 5


@dataclass(frozen=True, eq=False)
class Positions:
    """Distances of windows to the simulations; arrays are (windows,), NaN if missing.

    Attributes
    ----------
    mahalanobis
        Mahalanobis distance, over that within which 95 % of held-out simulations lie.
    knn_ratio
        Mean distance to the nearest simulations, over the median of held-out ones.
    p_mahalanobis, p_knn
        Share of held-out simulations that lie at least as far.
    """

    mahalanobis: Floats
    knn_ratio: Floats
    p_mahalanobis: Floats
    p_knn: Floats

    @property
    def p(self) -> Floats:
        """Both together (Bonferroni): one finds what the other may miss."""
        return np.minimum(1.0, 2 * np.minimum(self.p_mahalanobis, self.p_knn))


@dataclass(frozen=True, eq=False)
class Baseline:
    """Distances to one half of the circuits, and how far the other half lies."""

    covariance: LedoitWolf
    neighbors: NearestNeighbors
    held_out: tuple[Floats, Floats]

    @classmethod
    def of(cls, space: DomainSpace, rng: np.random.Generator) -> Self:
        """Fit both distances on a random half of the circuits."""
        fitted, held_out = space.halves(rng)
        neighbors = NearestNeighbors(n_neighbors=min(NEIGHBORS, len(fitted)))
        covariance, neighbors = LedoitWolf().fit(fitted), neighbors.fit(fitted)
        return cls(covariance, neighbors, _distances(covariance, neighbors, held_out))

    def measure(self, values: Floats) -> Positions:
        """Return where windows lie, (windows, d) in the space."""
        whole = np.isfinite(values).all(axis=1)
        columns = np.full((4, len(values)), np.nan)
        if whole.any():
            far, near = _distances(self.covariance, self.neighbors, values[whole])
            far_held, near_held = self.held_out
            columns[:, whole] = (
                far / np.quantile(far_held, INSIDE),
                near / np.median(near_held),
                _share_as_far(far, far_held),
                _share_as_far(near, near_held),
            )
        return Positions(*columns)


def _distances(
    covariance: LedoitWolf, neighbors: NearestNeighbors, values: Floats
) -> tuple[Floats, Floats]:
    nearest, _ = neighbors.kneighbors(values)
    return np.sqrt(covariance.mahalanobis(values)), nearest.mean(axis=1)


def _share_as_far(distance: Floats, held_out: Floats) -> Floats:
    further = len(held_out) - np.searchsorted(np.sort(held_out), distance)
    return (1 + further) / (1 + len(held_out))


def inside(p: Floats) -> list[bool | None]:
    """Return whether windows lie within the 95 % region; None where not known."""
    known: NDArray[np.bool_] = np.isfinite(p)
    return [
        bool(value >= 1 - INSIDE) if is_known else None
        for value, is_known in zip(p, known, strict=True)
    ]

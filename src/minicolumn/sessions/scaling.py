"""Features as a network and a distance can take them: standardized, nothing missing."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

# Beyond this many SD a feature says "extreme" and nothing more.
CLIP = 6.0
# A flag says that a feature is missing, where that happens to some sessions.
FLAG_FROM = 0.005


@dataclass(frozen=True, eq=False)
class Scale:
    """Center and SD of each feature over simulated mice, (features,).

    ``flagged`` are the columns whose absence is a feature of its own.
    """

    center: NDArray[np.float64]
    sd: NDArray[np.float64]
    flagged: NDArray[np.int64]

    @classmethod
    def of(cls, features: NDArray[np.float64]) -> Self:
        """Return the scale of ``features`` (mice, features), NaN where missing.

        A feature that no mouse has, or that is the same in all, becomes constant.
        """
        defined = np.isfinite(features)
        some = defined.any(axis=0)
        center, sd = np.zeros(features.shape[1]), np.ones(features.shape[1])
        center[some] = np.nanmedian(features[:, some], axis=0)
        sd[some] = np.nanstd(features[:, some], axis=0)
        sd[sd == 0] = 1.0
        return cls(center, sd, np.flatnonzero(1 - defined.mean(axis=0) > FLAG_FROM))

    @property
    def n_inputs(self) -> int:
        """Number of columns of `inputs`."""
        return self.center.size + self.flagged.size

    def standardized(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return features in SD from the center, clipped; NaN where missing."""
        return np.clip((features - self.center) / self.sd, -CLIP, CLIP)

    def inputs(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return standardized features, 0 where missing, and flags of what is."""
        values = np.nan_to_num(self.standardized(features))
        flags = ~np.isfinite(features[:, self.flagged])
        return np.column_stack([values, flags])

    def lacks(
        self, features: NDArray[np.float64], among: int | None = None
    ) -> NDArray[np.bool_]:
        """Return which sessions lack a feature that simulated mice have, (sessions,).

        A feature that some mice lack as well may be missing. Only the first ``among``
        features count.
        """
        always = np.setdiff1d(np.arange(features.shape[1])[:among], self.flagged)
        return np.logical_not(np.isfinite(features[:, always]).all(axis=1))

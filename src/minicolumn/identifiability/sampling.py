"""By how much statistics differ between epochs of one mouse that does not change."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from minicolumn.sessions.session import N_STATISTICS
from minicolumn.sessions.simulated import mice_of
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import SCALES
from minicolumn.surrogates.scaling import WINSOR_PERCENTILES

Floats = NDArray[np.floating]

LOGS, ROOTS = (
    np.array([SCALES[name] == scale for name in STATISTIC_NAMES])
    for scale in ("log", "sqrt")
)
LEAST_DEFINED = 0.5
"""Share of epochs at rest that must define a statistic for it to be used."""


@dataclass(frozen=True, eq=False)
class SamplingNoise:
    """The covariance of the statistics of one epoch, on the scales of even noise.

    Attributes
    ----------
    sd
        On those scales (`statistics.scales.scaled`), (11,); NaN for a statistic that is
        not used, since too few epochs define it.
    correlation
        (11, 11); the identity where a statistic is not used.
    floor
        Smallest size on those scales at which the noise in original units is taken,
        (11,): the lower quartile for roots, whose slope has no bound at 0; else 0.
    """

    sd: Floats
    correlation: Floats
    floor: Floats

    @classmethod
    def of(cls, cohort: pa.Table) -> Self:
        """Return the noise pooled over simulated mice at rest.

        Each epoch is compared with the mean of its mouse, in a table of the kind
        `tables.COHORT`; differences are winsorized at 1 and 99 %. The correlation is
        shrunk as Ledoit & Wolf (2004, J Multivar Anal 88:365) propose.

        Raises
        ------
        ValueError
            If no statistic varies, or no epoch defines all that are used.
        """
        rest = [mouse.stationary[:, :N_STATISTICS] for mouse in mice_of(cohort)[0]]
        epochs = np.concatenate(rest) if rest else np.empty((0, N_STATISTICS))
        used = np.isfinite(epochs).mean(axis=0) >= LEAST_DEFINED if len(epochs) else []
        used = np.flatnonzero(used)
        differences = _within_mice([one[:, used] for one in rest])
        if not len(used) or not len(differences):
            raise ValueError(
                f"no two of the {len(epochs)} epochs at rest of one simulated mouse "
                "define the same statistics: simulate more mice (cohort.mice_per_class)"
            )
        sd = np.full(N_STATISTICS, np.nan)
        sd[used] = differences.std(axis=0)
        sd[sd == 0] = np.nan
        varies = np.isfinite(sd[used])
        correlation = np.eye(N_STATISTICS)
        shrunk, _ = ledoit_wolf(
            differences[:, varies] / sd[used[varies]], assume_centered=True
        )
        scale = np.sqrt(np.diag(shrunk))
        places = used[varies]
        correlation[np.ix_(places, places)] = shrunk / np.outer(scale, scale)
        floor = np.zeros(N_STATISTICS)
        roots = np.flatnonzero(ROOTS & np.isfinite(sd))
        floor[roots] = np.nanpercentile(np.abs(epochs[:, roots]), 25, axis=0)
        return cls(sd, correlation, floor)

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which statistics are used, (11,)."""
        return np.isfinite(self.sd)

    def sd_at(self, values: Floats) -> Floats:
        """Return the noise in original units where statistics have ``values``.

        Half the width of the interval of one ``sd`` to either side on the even scale,
        not nearer to 0 there than ``floor``. Both are (..., 11); NaN where a value is
        not on its scale.
        """
        at = np.where(LOGS & ~(values > 0), np.nan, values)
        even = np.where(LOGS, np.log(np.where(LOGS, at, 1.0)), at)
        even = np.where(ROOTS, np.maximum(np.sqrt(np.abs(at)), self.floor), even)
        return (_original(even + self.sd) - _original(even - self.sd)) / 2

    def whiten(self, values: Floats) -> Floats:
        """Return values (11, n) in noise SD as independent ones of SD 1, (defined, n).

        Statistics with an undefined value say nothing, and are left out.
        """
        defined = self.used & np.isfinite(values).all(axis=1)
        root = np.linalg.cholesky(self.correlation[np.ix_(defined, defined)])
        return np.linalg.solve(root, values[defined])


def _within_mice(mice: list[Floats]) -> Floats:
    """Return differences from the mean of each mouse, over its complete epochs."""
    complete = [one[np.isfinite(one).all(axis=1)] for one in mice]
    several = [one for one in complete if len(one) > 1]
    if not several:
        return np.empty((0, 0))
    # n epochs differ from their own mean by (n - 1) / n of the variance.
    parts = [
        (one - one.mean(axis=0)) * np.sqrt(len(one) / (len(one) - 1)) for one in several
    ]
    together = np.concatenate(parts)
    low, high = np.percentile(together, WINSOR_PERCENTILES, axis=0)
    return together.clip(low, high)


def _original(even: Floats) -> Floats:
    values = np.where(LOGS, np.exp(np.where(LOGS, even, 0.0)), even)
    return np.where(ROOTS, even * np.abs(even), values)

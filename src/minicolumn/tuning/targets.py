"""What a fit aims at: the statistics of a session at rest, and their noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined
from minicolumn.config.tuned import Fitting
from minicolumn.sessions.session import Session, sessions_of
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import SCALES
from minicolumn.statistics.smooth import SMOOTH_NAMES

Floats = NDArray[np.float64]

PLACES = [STATISTIC_NAMES.index(name) for name in SMOOTH_NAMES]
"""Of the trained statistics among all."""
# Correlations may be negative, so their root has no use here.
LOGS = np.array([SCALES[name] == "log" for name in SMOOTH_NAMES])
ROOTS = np.array([name == "burst_fraction" for name in SMOOTH_NAMES])
FEWEST = 3
"""Statistics that must have a target: fewer say too little of a circuit."""


def even(values: Any, settings: Fitting, xp: Any = np) -> Any:
    """Return statistics (..., `SMOOTH_NAMES`) on scales on which their noise is even.

    Like `statistics.scales`, but finite and with finite slopes at 0. ``xp`` is the
    module of the arrays, NumPy or that of JAX.
    """
    logs = xp.log(xp.where(LOGS, values + settings.loss_log_offset, 1.0))
    roots = xp.sqrt(xp.where(ROOTS, values + settings.loss_root_offset, 1.0))
    return xp.where(LOGS, logs, xp.where(ROOTS, roots, values))


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets of one session, on even scales; all arrays are (`SMOOTH_NAMES`,).

    Attributes
    ----------
    center
        Mean over the conditioning epochs, NaN where undefined.
    sd
        What one epoch scatters by.
    n_epochs
        Epochs that define the statistic.
    used
        Which statistics are trained.
    """

    center: Floats
    sd: Floats
    n_epochs: NDArray[np.int64]
    used: NDArray[np.bool_]

    @classmethod
    def of(cls, conditioning: Floats, sd: Floats, settings: Fitting) -> "Targets":
        """Return the targets of a session, from its conditioning epochs alone.

        ``conditioning`` are those of `Session.conditioning`, (epochs, 11), and ``sd``
        is that of `epoch_sd`.
        """
        epochs = even(conditioning[:, PLACES], settings)
        n = np.isfinite(epochs).sum(axis=0)
        trained = np.array([one not in settings.untrained for one in SMOOTH_NAMES])
        used = trained & (n >= settings.epochs_at_least) & (sd > 0)
        return cls(mean_of_defined(epochs), sd, n, used)

    def obstacle(self, n_epochs: int, settings: Fitting) -> str:
        """Return why nothing can be fitted to them, in a sentence, or nothing."""
        if n_epochs < settings.epochs_at_least:
            return (
                f"{n_epochs} conditioning epochs at rest are too few: tuned."
                f"epochs_at_least={settings.epochs_at_least}"
            )
        if self.used.sum() < FEWEST:
            missing = [
                name
                for name, n in zip(SMOOTH_NAMES, self.n_epochs, strict=True)
                if n < settings.epochs_at_least
            ]
            return (
                f"only {self.used.sum()} statistics have a target: undefined at rest "
                f"are {', '.join(missing)}"
            )
        return ""


def epoch_sd(
    cohort: pa.Table, settings: Fitting, center: Callable[[Floats], Any] = np.median
) -> Floats:
    """Return what one epoch at rest scatters by, on even scales, (`SMOOTH_NAMES`,).

    It is that of simulated mice, in a table of the kind `tables.COHORT`: so it does not
    depend on any session. ``center`` is as of `scatter`.
    """
    return scatter(sessions_of(cohort, identity="circuit_id"), settings, center)


def scatter(
    sessions: Sequence[Session],
    settings: Fitting,
    center: Callable[[Floats], Any] = np.median,
) -> Floats:
    """Return what one epoch of sessions at rest scatters by, (`SMOOTH_NAMES`,).

    The median over sessions of the variance over their epochs: few restless ones do not
    set it. ``center`` is what takes the place of the median.
    """
    variances = [_variance(one, settings) for one in sessions]
    table = np.array(variances).reshape(-1, len(SMOOTH_NAMES))
    sd = np.full(len(SMOOTH_NAMES), np.nan)
    for place, column in enumerate(table.T):
        defined = column[np.isfinite(column)]
        sd[place] = np.sqrt(center(defined)) if defined.size else np.nan
    return sd


def _variance(mouse: Session, settings: Fitting) -> Floats:
    epochs = even(mouse.stationary[:, PLACES], settings)
    n = np.isfinite(epochs).sum(axis=0)
    squares = mean_of_defined((epochs - mean_of_defined(epochs)) ** 2)
    return np.where(n > 1, squares * n / np.maximum(n - 1, 1), np.nan)

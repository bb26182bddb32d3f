"""Statistics on scales on which their noise is even."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minicolumn.statistics.names import ALL_NAMES, EXTRAS, MATCHED, STATISTICS

SCALES = {one.name: one.scale for one in (*STATISTICS, *EXTRAS, *MATCHED)}
"""By name of a statistic, raw or matched."""


def scaled(
    values: NDArray[np.float64], names: Sequence[str] = ALL_NAMES
) -> NDArray[np.float64]:
    """Return statistics (..., ``names``), each on its own scale; NaN if it has none."""
    result = np.array(values, dtype=float)
    scales = np.array([SCALES[name] for name in names])
    log, root = scales == "log", scales == "sqrt"
    positive = np.where(result[..., log] > 0, result[..., log], np.nan)
    result[..., log] = np.log(positive)
    result[..., root] = np.sign(result[..., root]) * np.sqrt(np.abs(result[..., root]))
    return result

"""Statistics on scales on which their noise is even."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minicolumn.statistics.names import ALL_NAMES, raw_name

# Where a change is one of proportion, or crowds near zero.
LOGARITHMIC = {
    "mean_rate",
    "rate_cv",
    "cv_isi",
    "lv",
    "fano",
    "synchrony_index",
    "peak_freq",
}
ROOTED = {"burst_fraction", "pairwise_corr", "fast_corr"}


def scaled(
    values: NDArray[np.float64], names: Sequence[str] = ALL_NAMES
) -> NDArray[np.float64]:
    """Return statistics (..., ``names``), each on its own scale; NaN if it has none."""
    result = np.array(values, dtype=float)
    for column, name in enumerate(map(raw_name, names)):
        value = result[..., column]
        if name in LOGARITHMIC:
            positive = np.where(value > 0, value, np.nan)
            result[..., column] = np.log(positive)
        elif name in ROOTED:
            result[..., column] = np.sign(value) * np.sqrt(np.abs(value))
    return result

"""The error of a difference between two samples of unlike spread and size."""

import numpy as np
from numpy.typing import NDArray


def welch(squares: NDArray[np.float64], n: NDArray[np.int64]) -> tuple[float, float]:
    """Return the standard error of a difference, and its degrees of freedom.

    Of Welch 1947, Biometrika 34:28. ``squares`` are the squared standard errors of the
    two samples, and ``n`` their sizes, at least 2, (2,) each.

    Examples
    --------
    >>> welch(np.array([2.0, 2.0]), np.array([3, 3]))
    (2.0, 4.0)
    """
    total = squares.sum()
    df = total**2 / np.sum(squares**2 / (n - 1)) if total > 0 else n.sum() - 2
    return float(np.sqrt(total)), float(df)

"""p-values corrected for their number.

`nulls.swap_null` has a third correction, which knows how the scores depend on each
other.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """Return p-values adjusted for their number, in the order given.

    The step-down method of Holm (1979, Scand J Stat 6:65) bounds the chance of any
    false rejection, whatever the dependence between the tests.

    Raises
    ------
    ValueError
        If a value is not a probability.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3)
    array([0.03, 0.06, 0.06])
    """
    values = _probabilities(p)
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def benjamini_hochberg(p: Sequence[float]) -> NDArray[np.float64]:
    """Return p-values adjusted so that a threshold bounds the share of false finds.

    Benjamini and Hochberg (1995, J R Stat Soc B 57:289): among scores with an adjusted
    value below 5 %, at most 5 % are expected to be false, if the tests are independent
    or depend positively. Two mechanisms that predict opposite directions do not, so no
    verdict rests on it.

    Raises
    ------
    ValueError
        If a value is not a probability.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3)
    array([0.03, 0.04, 0.04])
    """
    values = _probabilities(p)
    if not values.size:
        return values
    return np.asarray(stats.false_discovery_control(values, method="bh"))


def _probabilities(p: Sequence[float]) -> NDArray[np.float64]:
    values = np.asarray(p, dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"not all p-values lie within 0 and 1: {list(p)}")
    return values

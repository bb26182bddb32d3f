"""Which neurons of a connectome are in one circuit."""

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.connectome.measured import Measured


def neighborhood(
    found: Measured, n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return ``n`` neurons that are connected with each other, ascending.

    It grows from a random neuron. The next is drawn in proportion to the strength of
    its connections, in both directions, with those that are in it; or from all neurons
    where there is no such connection. Each type has its share of the whole.
    """
    total = len(found.kind)
    if n == total:
        return np.arange(total)
    both = found.strength + found.strength.T
    left, pull, inside = (
        sizes_of(found.sizes, n),
        np.zeros(total),
        np.zeros(total, bool),
    )
    for _ in range(n):
        may = (left[found.kind] > 0) & ~inside
        weight = pull * may
        up_to = np.cumsum(weight if weight.any() else may)
        one = int(np.searchsorted(up_to, rng.random() * up_to[-1], side="right"))
        inside[one] = True
        left[found.kind[one]] -= 1
        start, end = both.indptr[one : one + 2]
        pull[both.indices[start:end]] += both.data[start:end]
    return np.flatnonzero(inside)


def sizes_of(sizes: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return how many of ``n`` neurons are of each type, by largest remainders.

    Examples
    --------
    >>> sizes_of(np.array([801, 60, 59, 80]), 50)
    array([40,  3,  3,  4])
    """
    exact = sizes * n / sizes.sum()
    whole = np.floor(exact).astype(np.int64)
    last = np.argsort(whole - exact, kind="stable")[: n - whole.sum()]
    whole[last] += 1
    return whole

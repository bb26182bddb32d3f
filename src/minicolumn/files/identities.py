"""Which circuits or sessions a table is about, as the run planned it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Identities:
    """The identities of a table, ``first`` to below ``stop``, in one of its columns.

    Each has as many ``rows``; None if that depends on the data, where some may have no
    row at all.
    """

    column: str
    first: int
    stop: int
    rows: int | None = None

    def difference(self, found: NDArray[np.int64]) -> str:
        """Return how a column differs from what is planned; empty if it does not.

        Examples
        --------
        >>> shard = Identities("circuit_id", 0, 2, rows=2)
        >>> shard.difference(np.array([0, 0, 1, 1]))
        ''
        >>> shard.difference(np.array([0, 0, 1, 7]))
        'has circuit_id 7, where 0 to 1 were planned'
        >>> shard.difference(np.array([0, 1, 1]))
        'has 1 rows of circuit_id 0, not 2'
        """
        outside = found[(found < self.first) | (found >= self.stop)]
        if outside.size:
            return (
                f"has {self.column} {outside[0]}, where {self.first} to "
                f"{self.stop - 1} were planned"
            )
        counts = np.bincount(found - self.first, minlength=self.stop - self.first)
        wrong = np.flatnonzero(counts != self.rows)
        if self.rows is None or not wrong.size:
            return ""
        return (
            f"has {counts[wrong[0]]} rows of {self.column} {self.first + wrong[0]}, "
            f"not {self.rows}"
        )

"""Which circuits or sessions a table is about, as the run planned it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Identities:
    """The identities that one column of a table may have, in half-open ranges.

    Each has as many ``rows``; None if that depends on the data, where some may have no
    row at all. A row without an identity, such as the sum of all, is about nobody.
    """

    column: str
    ranges: tuple[tuple[int, int], ...]
    rows: int | None = None

    @classmethod
    def of(cls, column: str, ids: Iterable[int], rows: int | None = None) -> Self:
        """Return identities one by one; neighbors become one range.

        Examples
        --------
        >>> Identities.of("session_id", [7, 4, 5]).ranges
        ((4, 6), (7, 8))
        """
        ranges: list[tuple[int, int]] = []
        for one in sorted(ids):
            begins = ranges.pop()[0] if ranges and ranges[-1][1] == one else one
            ranges.append((begins, one + 1))
        return cls(column, tuple(ranges), rows)

    def difference(self, found: NDArray[np.int64]) -> str:
        """Return how a column differs from what is planned; empty if it does not.

        Examples
        --------
        >>> shard = Identities("circuit_id", ((0, 2),), rows=2)
        >>> shard.difference(np.array([0, 0, 1, 1]))
        ''
        >>> shard.difference(np.array([0, 0, 1, 7]))
        'has circuit_id 7, where 0 to 1 were planned'
        >>> shard.difference(np.array([0, 1, 1]))
        'has 1 rows of circuit_id 0, not 2'
        """
        planned = np.concatenate([np.arange(0), *(np.arange(*r) for r in self.ranges)])
        outside = found[~np.isin(found, planned)]
        if outside.size:
            return f"has {self.column} {outside[0]}, where {self._told()} were planned"
        ids, counts = np.unique(np.append(found, planned), return_counts=True)
        wrong = np.flatnonzero(counts - 1 != self.rows)
        if self.rows is None or not wrong.size:
            return ""
        return (
            f"has {counts[wrong[0]] - 1} rows of {self.column} {ids[wrong[0]]}, not "
            f"{self.rows}"
        )

    def _told(self) -> str:
        few = [f"{first} to {stop - 1}" for first, stop in self.ranges[:3]]
        return ", ".join(few) + (", ..." if self.ranges[3:] else "") or "none"

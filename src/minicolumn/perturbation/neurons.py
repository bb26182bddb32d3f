"""Who is who in a reference circuit, which its students share."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Neurons(NamedTuple):
    """Area and type of each neuron, and whether it is recorded, (N,) each.

    ``kind`` is the place of its type among those of the family.
    """

    area: NDArray[np.int64]
    kind: NDArray[np.int64]
    recorded: Mask

    @property
    def excitatory(self) -> Mask:
        """Which are excitatory: the first type of every family."""
        return self.kind == 0

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.area.size

    @property
    def readout(self) -> Mask:
        """Recorded excitatory neurons of the last area: many spikes there are "go"."""
        return self.recorded & self.excitatory & (self.area == self.area.max())

    def groups(self, among: Mask | None = None) -> Iterator[Mask]:
        """Yield the excitatory and the inhibitory neurons of each area, if any."""
        among = np.ones(self.n, bool) if among is None else among
        for area in range(self.area.max() + 1):
            for excitatory in (True, False):
                members = among & (self.area == area) & (self.excitatory == excitatory)
                if members.any():
                    yield members

    def means(self, among: Mask) -> NDArray[np.float32]:
        """Return what takes values of neurons to means of groups, (N, groups)."""
        return np.stack([one / one.sum() for one in self.groups(among)], 1, dtype="f4")

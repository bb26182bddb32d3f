"""Who is who in a reference circuit, which its students share."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Neurons(NamedTuple):
    """Area and type of each neuron, and whether it is recorded, (N,) each."""

    area: NDArray[np.int64]
    excitatory: Mask
    recorded: Mask

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.area.size

    @property
    def readout(self) -> Mask:
        """Recorded excitatory neurons of the last area: many spikes there are "go"."""
        return self.recorded & self.excitatory & (self.area == self.area.max())

    def groups(self, among: Mask | None = None) -> Iterator[Mask]:
        """Yield the neurons of each area and type, of those ``among``, if there are."""
        among = np.ones(self.n, bool) if among is None else among
        for area in range(self.area.max() + 1):
            for kind in (True, False):
                members = among & (self.area == area) & (self.excitatory == kind)
                if members.any():
                    yield members

    def means(self, among: Mask) -> NDArray[np.float32]:
        """Return what takes values of neurons to means of groups, (N, groups)."""
        return np.stack([one / one.sum() for one in self.groups(among)], 1, dtype="f4")

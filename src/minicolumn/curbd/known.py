"""A synthetic session whose currents are known: what the method has to find again."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.curbd.activity import HIGHEST, Activity
from minicolumn.curbd.decomposition import correlation, currents
from minicolumn.curbd.network import Fit, advanced, initial_weights

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Known:
    """The activity of a network, which has no units but those that are seen.

    Attributes
    ----------
    weights
        (to, from).
    activity
        Of two groups of equal size.
    """

    weights: Floats
    activity: Activity

    @classmethod
    def draw(
        cls,
        shape: tuple[int, int, int],
        gain: float,
        kick: float,
        bin_s: float,
        tau_s: float,
        rng: np.random.Generator,
    ) -> Self:
        """Draw a network of random weights, and let it run.

        Parameters
        ----------
        shape
            Epochs, bins, and units.
        gain
            Of the weights: from 1 on the network does not come to rest.
        kick
            SD of the change of state before each epoch. Without one, the activity
            stays on few dimensions.
        bin_s, tau_s
            Length of a bin, and the time constant.
        rng
            Draws weights and states.
        """
        n_epochs, n_bins, n = shape
        weights = initial_weights(n, gain, rng)
        h, epochs = rng.standard_normal((1, n)), []
        for _ in range(n_epochs):
            h = h + kick * rng.standard_normal(h.shape)
            states = []
            for _ in range(n_bins):
                states.append(h[0])
                h = advanced(h, weights[None], bin_s, tau_s)
            epochs.append(np.tanh(states).clip(-HIGHEST, HIGHEST))
        group = np.where(np.arange(n) < n // 2, "A", "B")
        return cls(weights, Activity(tuple(epochs), group))

    @property
    def dimension(self) -> float:
        """Participation ratio of the activity: on how many dimensions it lies."""
        variance = np.linalg.eigvalsh(np.cov(np.concatenate(self.activity.epochs).T))
        return float(variance.sum() ** 2 / np.sum(variance**2))

    def recovery(self, found: Fit) -> dict[tuple[str, str], list[float]]:
        """Return the correlation of true currents with those of each network fitted.

        By target and source; ``found`` was fitted to all epochs.
        """
        rates = np.concatenate([one[1:] for one in self.activity.epochs])
        recovered = {}
        for target in self.activity.groups:
            for source in self.activity.groups:
                to, of = (self.activity.group == name for name in (target, source))
                true = rates[:, of] @ self.weights[to][:, of].T
                flow = currents(found, to, of)
                recovered[target, source] = [
                    correlation(flow[:, network], true)
                    for network in range(flow.shape[1])
                ]
        return recovered

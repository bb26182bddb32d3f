"""A prior: the middle of a range is more likely than its ends, linearly so."""

import numpy as np

from minicolumn.registry import distribution


@distribution("triangular")
class Triangular:
    """A symmetric triangle between low and high."""

    @staticmethod
    def at_quantile(quantile, low, high):
        """Return the value below which a share of the circuits lies."""
        tail = np.minimum(quantile, 1 - quantile)
        from_edge = np.sqrt(tail / 2)  # of the whole range, from the nearer end
        return low + (high - low) * np.where(quantile < 0.5, from_edge, 1 - from_edge)

    @staticmethod
    def quantile_of(value, low, high):
        """Return the share of the circuits that lies below a value."""
        place = (value - low) / (high - low)
        tail = 2 * np.minimum(place, 1 - place) ** 2
        return np.where(place < 0.5, tail, 1 - tail)

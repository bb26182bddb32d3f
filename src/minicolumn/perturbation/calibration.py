"""How light is calibrated: the least that does as much as in a reference circuit."""

from collections.abc import Callable

HALVINGS = 7


def halved(enough: Callable[[float], bool], most: float) -> float:
    """Return the least of what is enough between 0 and ``most``, by halving.

    Examples
    --------
    >>> round(halved(lambda light: light > 3, 8.0), 1)
    3.0
    """
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return (low + high) / 2

"""What else than acetylcholine may act while a mouse runs: the rivals of mechanisms."""

from collections.abc import Iterator
from dataclasses import dataclass

from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import RIVALS, Rival
from minicolumn.errors import ExtensionError
from minicolumn.registry.lookup import entry


@dataclass(frozen=True)
class Strengths:
    """How strong a rival may be, and where that is from; see `registry.rival`."""

    name: Rival
    low: float
    high: float
    source: str
    description: str

    def at(self, quantile: float) -> float:
        """Return a strength; they are uniform."""
        return self.low + quantile * (self.high - self.low)


def strengths(rival: Rival) -> Strengths:
    """Return the range of one rival; it is described by its function's docstring."""
    one = entry("rival", rival)
    described = (one.made.__doc__ or rival).strip().partition("\n")[0]
    return Strengths(one.name, **one.about, description=described)


def all_strengths() -> Iterator[Strengths]:
    """Yield the range of every rival of this run."""
    yield from map(strengths, RIVALS)


def condition_of_rival(rival: Rival, strength: float) -> Condition:
    """Return how running differs from rest in a mouse in which a rival acts.

    Raises
    ------
    ExtensionError
        If the rival returns no condition, or one that does nothing.
    """
    one = entry("rival", rival)
    condition = one.made(strength)
    if not isinstance(condition, Condition) or condition == Condition():
        raise ExtensionError(
            f"the rival {one.name!r} of {one.file} returns {condition!r} at strength "
            f"{strength:g}: it has to return a Condition that does something"
        )
    return condition

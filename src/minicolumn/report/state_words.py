"""What the two states are called in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class StateWords:
    """The words for the state with less ACh, and for that with more.

    Attributes
    ----------
    less, more
        Names, as in tables: stationary, running.
    rest, running
        As nouns: the change is from rest to running.
    at_rest, while_running
        Where something is so.
    """

    less: str
    more: str
    rest: str
    running: str
    at_rest: str
    while_running: str

    @classmethod
    def of(cls, states: Mapping[str, Any]) -> Self:
        """Return the words for the section ``states`` as plain values.

        Mice rest and run; all other states are called what they are named.

        Examples
        --------
        >>> told = {"by": "intervals", "less_ach": "anesthetized", "more_ach": "awake"}
        >>> StateWords.of(told).at_rest
        'in the anesthetized state'
        """
        less, more = states["less_ach"], states["more_ach"]
        if (less, more) == ("stationary", "running"):
            return cls(less, more, "rest", "running", "at rest", "while running")
        named = (f"in the {name} state" for name in (less, more))
        return cls(less, more, less, more, *named)

    @property
    def names(self) -> dict[str, str]:
        """The name of each role."""
        return {"stationary": self.less, "running": self.more}

"""The section on the two states of a recording that are compared."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Section
from minicolumn.config.mice import States
from minicolumn.states import State

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _+-]{0,39}$")]


class NamedStates(Section):
    """The names of two states, and how a window of a recording gets one of them.

    Simulated mice rest and run, and have more ACh while running. A recorded state has
    the role of one of the two: that in which less ACh is expected is compared with
    rest, the other with running. So every change is from ``less_ach`` to ``more_ach``.
    """

    by: Literal["speed", "speed_and_pupil", "intervals"]
    less_ach: Name
    more_ach: Name

    @property
    def names(self) -> dict[State, str]:
        """The name of each role."""
        return {"stationary": self.less_ach, "running": self.more_ach}

    @property
    def compared(self) -> str:
        """Both names in the direction of changes, such as stationary to running."""
        return f"{self.less_ach} to {self.more_ach}"

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if self.less_ach == self.more_ach:
            raise ValueError(
                f"less_ach and more_ach are both {self.less_ach}: two states are "
                "compared, so give each a name of its own"
            )
        return self


class ComparedStates(NamedStates):
    """Two states of a recording, and the ACh levels of simulated ones."""

    levels: States

    @model_validator(mode="after")
    def _levels_ascend(self) -> Self:
        less, more = self.levels.stationary, self.levels.running
        if less >= more:
            raise ValueError(
                f"levels.stationary={less} must be below levels.running={more}: they "
                "are the levels of less_ach and of more_ach. If more ACh is expected "
                f"in {self.less_ach}, exchange the names"
            )
        return self

    def named(self) -> dict[str, Any]:
        """Return what epochs depend on, as plain values."""
        return self.model_dump(include=set(NamedStates.model_fields))

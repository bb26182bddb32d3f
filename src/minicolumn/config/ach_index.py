"""The section on acetylcholine within sessions, as pupil and speed tell it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from minicolumn.config.base import NonNegative, Section


class Weights(Section):
    """Weights of the z-scores of pupil and log speed in the index of ACh."""

    pupil: NonNegative
    speed: NonNegative

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.pupil + self.speed == 0:
            raise ValueError("pupil and speed are both 0: there would be no index")
        return self


class DoseResponse(Section):
    """How statistics are compared with an index of ACh within sessions.

    A session counts for a statistic that ``epochs_at_least`` of its epochs define.
    """

    weights: Weights
    epochs_at_least: Annotated[int, Field(ge=5, le=10_000)]

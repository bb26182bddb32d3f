"""The sections that say how changes are predicted and scored, and results exported."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Count, OneOf, Positive, Section
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ARCHITECTURES


class Primary(Section):
    """What is tested first: three mechanisms of one architecture, on few statistics.

    Declared before any score is seen, and so corrected among themselves alone.
    """

    architecture: Annotated[str, OneOf(ARCHITECTURES)]
    statistics: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _statistics_are_known(self) -> Self:
        unknown = [name for name in self.statistics if name not in STATISTIC_NAMES]
        if unknown or len(set(self.statistics)) < len(self.statistics):
            raise ValueError(
                f"statistics={list(self.statistics)} must name, once each, some of "
                f"{', '.join(STATISTIC_NAMES)}"
            )
        return self


class Prediction(Section):
    """How a session's change is predicted, and how predictions are scored."""

    nearest_circuits: Count
    held_out_mice: Count
    primary: Primary
    undecided_below_se: Positive
    n_resamples: Annotated[int, Field(ge=1000)]
    n_permutations: Annotated[int, Field(ge=1000)]


class Export(Section):
    """Title and license of an exported data set."""

    title: Annotated[str, Field(min_length=1, pattern=r"^[^\r\n]+$")]
    license: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]

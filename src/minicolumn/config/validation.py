"""The section on the study that validates inference."""

from typing import Annotated, Any

from pydantic import Field

from minicolumn.config.base import Count
from minicolumn.config.mice import FreshMice


class Validation(FreshMice):
    """The recovery study: its mice, and the cohorts made of them."""

    mice_per_group: Count
    cohort_sizes: Annotated[tuple[Count, ...], Field(min_length=1)]
    n_cohorts: Count
    learning_curve: tuple[Count, ...]

    def fresh(self) -> dict[str, Any]:
        """Return what each fresh mouse depends on, as plain values."""
        return self.model_dump(include=set(FreshMice.model_fields))

    def sizes(self) -> dict[str, Any]:
        """Return how cohorts are drawn, and how many mice the learning curve has."""
        return self.model_dump(include={"cohort_sizes", "n_cohorts", "learning_curve"})

"""The section that says how spikes are described."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Count, Section


class Statistics(Section):
    """How statistics are matched between simulation and recording."""

    n_units: Annotated[int, Field(ge=2)]
    n_subsets: Count
    n_thinnings: Count

    @model_validator(mode="after")
    def _a_subset_for_each_thinning(self) -> Self:
        if self.n_thinnings > self.n_subsets:
            raise ValueError(
                f"n_thinnings={self.n_thinnings} exceeds n_subsets={self.n_subsets}: "
                "every thinning is described on some of the subsets"
            )
        return self

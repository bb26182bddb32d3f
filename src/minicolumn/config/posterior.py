"""The section that says how circuits are inferred from a session at rest."""

from typing import Annotated, Literal

from pydantic import Field

from minicolumn.config.base import Count, Positive, Section


class Flow(Section):
    """The conditional density that is learned, and how."""

    kind: Literal["affine", "spline"]
    hidden: Count
    transforms: Count
    learning_rate: Positive
    batch_size: Count
    max_epochs: Count
    patience: Count


class Posterior(Section):
    """Circuits that could have produced a session's stationary epochs."""

    flow: Flow
    draws: Annotated[int, Field(ge=100)]
    check_draws: Annotated[int, Field(ge=100)]
    check_mice: Count

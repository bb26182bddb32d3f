"""The section that says how mechanism and circuit of a session are inferred."""

from typing import Annotated, Literal

from pydantic import Field

from minicolumn.config.base import Count, NonNegative, Positive, Section


class Classifier(Section):
    """Networks that tell mechanisms apart: one per fold of the simulated mice.

    The mice are split into ``folds`` in ``splits`` ways: several networks that have not
    seen a mouse calibrate the answers of all.
    """

    d_hidden: Count
    folds: Annotated[int, Field(ge=2)]
    splits: Count
    steps: Count
    patience: Count
    batch_size: Count
    learning_rate: Positive
    dropout: Annotated[float, Field(ge=0, lt=1)]
    weight_decay: NonNegative
    variants: Count
    epochs_at_least: Count


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


class Inference(Section):
    """How mechanism and circuit of a session are inferred, and what is claimed."""

    mechanism: Classifier
    posterior: Posterior
    claim_above: Annotated[float, Field(gt=0.5, lt=1)]
    false_alarm: Annotated[float, Field(gt=0, lt=0.5)]

    def rule(self) -> dict[str, float]:
        """Return what decides whether a class is claimed."""
        return self.model_dump(include={"claim_above", "false_alarm"})

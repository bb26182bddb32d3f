"""The sections that statistics and predictions depend on."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Count, Fraction, NonNegative, Positive, Section


class States(Section):
    """ACh level that stands for each behavioural state."""

    stationary: Fraction
    running: Fraction


class Statistics(Section):
    """How statistics are matched between simulation and recording."""

    n_units: Annotated[int, Field(ge=2)]
    n_subsets: Count


class Transformer(Section):
    """CircuitTransformer: one token per parameter and one for the ACh level."""

    d_model: Count
    n_layers: Count
    n_heads: Count
    d_feedforward: Count
    d_head: Count
    learning_rate: Positive
    batch_size: Count
    max_epochs: Count
    patience: Count

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.d_model % self.n_heads:
            raise ValueError(
                f"d_model={self.d_model} is not a multiple of n_heads={self.n_heads}"
            )
        return self


class Mlp(Section):
    """CircuitMLP: two hidden layers."""

    d_hidden: Count
    learning_rate: Positive
    batch_size: Count
    max_epochs: Count
    patience: Count


class XgBoost(Section):
    """Gradient-boosted trees, one ensemble per statistic."""

    n_trees: Count
    max_depth: Count
    learning_rate: Positive
    subsample: Annotated[float, Field(gt=0, le=1)]
    patience: Count


class Surrogates(Section):
    """Splits and the three architectures."""

    validation_fraction: Annotated[float, Field(gt=0, lt=0.5)]
    test_fraction: Annotated[float, Field(gt=0, lt=0.5)]
    transformer: Transformer
    mlp: Mlp
    xgboost: XgBoost

    def split(self) -> dict[str, float]:
        """Return what decides the split of each circuit, besides the seed."""
        return self.model_dump(include={"validation_fraction", "test_fraction"})


class Transfer(Section):
    """How a session's change is predicted."""

    nearest_circuits: Count


class Classifier(Section):
    """Networks that tell mechanisms apart: one per fold of the simulated mice."""

    d_hidden: Count
    folds: Annotated[int, Field(ge=2)]
    steps: Count
    patience: Count
    batch_size: Count
    learning_rate: Positive
    dropout: Annotated[float, Field(ge=0, lt=1)]
    weight_decay: NonNegative
    variants: Count
    epochs_at_least: Count


class Inference(Section):
    """How the mechanism behind a session is inferred, and when it is claimed."""

    mechanism: Classifier
    claim_above: Annotated[float, Field(gt=0.5, lt=1)]
    false_alarm: Annotated[float, Field(gt=0, lt=0.5)]

    def rule(self) -> dict[str, float]:
        """Return what decides whether a class is claimed."""
        return self.model_dump(include={"claim_above", "false_alarm"})

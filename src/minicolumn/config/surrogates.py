"""The section on surrogates: how circuits are split, the architectures, repeats."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Count, Positive, Section

SplitFraction = Annotated[float, Field(gt=0, lt=0.5)]
SPLIT_FRACTIONS = ("validation_fraction", "calibration_fraction", "test_fraction")
MOST_HELD_OUT = 0.7


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


class Repeats(Section):
    """Simulations with other noise, which tell signal from noise."""

    circuits: Annotated[int, Field(ge=2)]
    trials: Annotated[int, Field(ge=2)]


class Surrogates(Section):
    """Splits, the three architectures, and what their scores are compared with."""

    validation_fraction: SplitFraction
    calibration_fraction: SplitFraction
    test_fraction: SplitFraction
    transformer: Transformer
    mlp: Mlp
    xgboost: XgBoost
    miscoverage: Annotated[float, Field(gt=0, lt=1)]
    repeats: Repeats

    @model_validator(mode="after")
    def _some_circuits_train(self) -> Self:
        fractions = self.split()
        if sum(fractions.values()) > MOST_HELD_OUT:
            raise ValueError(
                f"{fractions} leave fewer than {1 - MOST_HELD_OUT:.0%} of circuits to "
                "train on: lower one"
            )
        return self

    def split(self) -> dict[str, float]:
        """Return what decides the split of each circuit, besides the seed."""
        return {name: getattr(self, name) for name in SPLIT_FRACTIONS}

    def settings_of(self, architecture: str) -> dict[str, Any]:
        """Return the settings that one architecture depends on, as plain values.

        An added architecture has its settings in its own code.
        """
        if architecture not in type(self).model_fields:
            return {}
        return getattr(self, architecture).model_dump()

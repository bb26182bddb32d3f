"""The sections that statistics and predictions depend on."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from minicolumn.config.base import (
    Count,
    Fraction,
    NonNegative,
    Positive,
    Section,
    one_of,
)
from minicolumn.config.posterior import Posterior
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ARCHITECTURES

SplitFraction = Annotated[float, Field(gt=0, lt=0.5)]
SPLIT_FRACTIONS = ("validation_fraction", "calibration_fraction", "test_fraction")
MOST_HELD_OUT = 0.7


class States(Section):
    """ACh level that stands for each behavioral state."""

    stationary: Fraction
    running: Fraction


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


class Primary(Section):
    """What is tested first: three mechanisms of one architecture, on few statistics.

    Declared before any score is seen, and so corrected among themselves alone.
    """

    architecture: Annotated[str, AfterValidator(one_of(ARCHITECTURES))]
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


class Inference(Section):
    """How mechanism and circuit of a session are inferred, and what is claimed."""

    mechanism: Classifier
    posterior: Posterior
    claim_above: Annotated[float, Field(gt=0.5, lt=1)]
    false_alarm: Annotated[float, Field(gt=0, lt=0.5)]

    def rule(self) -> dict[str, float]:
        """Return what decides whether a class is claimed."""
        return self.model_dump(include={"claim_above", "false_alarm"})

"""The sections that recordings, statistics and predictions depend on."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from minicolumn.config.base import Count, Fraction, NonNegative, Positive, Section


class States(Section):
    """ACh level that stands for each behavioural state."""

    stationary: Fraction
    running: Fraction


class S3(Section):
    """The public bucket of the Allen Institute."""

    url: Annotated[str, Field(pattern=r"^https?://\S+[^/]$")]
    directory: Path


class Cache(Section):
    """A directory in AllenSDK's layout that the user already has."""

    directory: Path | None


class Synthetic(Section):
    """Synthetic mice: recordings made by held-out circuits."""

    mice_per_mechanism: Count
    bouts_per_state: Count


class UnitFilter(Section):
    """Which sorted units are used; comparisons are strict, null switches one off."""

    areas: Annotated[tuple[str, ...], Field(min_length=1)]
    presence_ratio_above: Fraction | None
    isi_violations_below: Positive | None
    amplitude_cutoff_below: Positive | None


class Recordings(Section):
    """Where recordings come from."""

    source: Literal["s3", "cache", "synthetic"]
    exclude: tuple[int, ...]
    s3: S3
    cache: Cache
    synthetic: Synthetic
    units: UnitFilter

    @model_validator(mode="after")
    def _cache_is_there(self) -> Self:
        if self.source != "cache":
            return self
        directory = self.cache.directory
        if directory is None or not directory.is_dir():
            raise ValueError(
                f"cache.directory={directory} is not a directory, and source is cache: "
                "give the directory that holds session_<id>/session_<id>.nwb, or "
                "choose source: s3 or synthetic"
            )
        return self


class RunningRule(Section):
    """What makes a window a running one."""

    fraction_moving_at_least: Fraction
    mean_above_cm_s: NonNegative


class StationaryRule(Section):
    """What makes a window a stationary one."""

    max_below_cm_s: Positive
    mean_below_cm_s: Positive


class Epochs(Section):
    """How running and stationary windows are found."""

    stimulus: Literal["spontaneous", "all"]
    moving_above_cm_s: Positive
    running: RunningRule
    stationary: StationaryRule
    trim_s: NonNegative
    # Two at least: half of the stationary epochs inform predictions, half are scored.
    per_state_at_least: Annotated[int, Field(ge=2)]


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

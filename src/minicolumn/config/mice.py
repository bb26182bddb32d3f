"""The sections that say how simulated mice differ from each other."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from minicolumn.circuits.family import FAMILIES
from minicolumn.config.base import (
    Between,
    Count,
    Fraction,
    NonNegative,
    OneOf,
    Section,
    check_files,
    check_shards,
)
from minicolumn.config.circuits import Range
from minicolumn.keys import VALIDATION_PER_GROUP
from minicolumn.mice.groups import BY_RISE, GROUPS, N_DOSES, RISES


class Level(Between):
    """A range of ACh levels."""

    low: Fraction
    high: Fraction


class States(Section):
    """ACh level of each behavioral state."""

    stationary: Fraction
    running: Fraction


class Rise(Section):
    """By how many times ACh rises from rest to running: its logarithm is uniform.

    A mechanism acts in a mouse whose ACh rises more than ``negligible``-fold and at
    most ``highest``-fold. Mice without a mechanism have a negligible rise, or none:
    what cannot be told from no rise must not be called one, and "none" must not be
    said of more.
    """

    negligible: Annotated[float, Field(gt=1, le=1e6)]
    highest: Annotated[float, Field(gt=1, le=1e6)]

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.negligible >= self.highest:
            raise ValueError(
                f"negligible={self.negligible} must be below highest={self.highest}: "
                "no mouse would have a mechanism"
            )
        return self


class Jitter(Section):
    """SD of what differs between the states of any mouse, whatever ACh does."""

    drive_mV: NonNegative
    noise_log: NonNegative
    common_fraction: NonNegative


class Causes(Section):
    """Ranges of what differs between the states of a mouse without a mechanism.

    ``drive_mV`` shifts the mean input of all neurons, ``noise_log`` is the natural
    logarithm of a factor on the SD of the background, and ``common_fraction`` is added
    to the share of it that all neurons receive together.
    """

    drive_mV: Between
    noise_log: Between
    common_fraction: Between


CAUSES = tuple(Causes.model_fields)


class MouseRanges(Section):
    """How simulated mice differ from each other."""

    epochs_per_state: Annotated[int, Field(ge=2)]
    stationary: Level
    rise: Rise
    jitter: Jitter
    causes: Causes


class Cohort(MouseRanges):
    """Simulated mice that inference learns from."""

    mice_per_class: Count
    per_shard: Count

    @model_validator(mode="after")
    def _jobs_can_be_planned(self) -> Self:
        check_shards(self.mice_per_class, self.per_shard)
        return self

    def ranges(self) -> dict[str, Any]:
        """Return what each mouse depends on, as plain values."""
        return self.model_dump(include=set(MouseRanges.model_fields))


class Unseen(Section):
    """Ranges of what no mouse to learn from has; see `minicolumn.mice.mouse.confound`.

    ``common_fraction`` and ``burst_log`` are absolute: their sign is drawn.
    """

    common_fraction: Between
    burst_log: Between
    lost_spikes: Between
    common_background: Between


class FreshMice(Section):
    """What the fresh mice of the validation are, besides those to learn from.

    They are drawn from a ``seed`` of their own: a choice that was made while looking at
    mice of one seed is judged by those of another.
    """

    seed: Annotated[int, Field(ge=0)]
    unseen: Unseen
    shifted_prior: dict[str, Range]


class Validation(FreshMice):
    """The recovery study: its mice, and the cohorts made of them."""

    mice_per_group: Annotated[int, Field(gt=0, le=VALIDATION_PER_GROUP)]
    mice_per_rise: Annotated[int, Field(gt=0, le=VALIDATION_PER_GROUP // 100)]
    cohort_sizes: Annotated[tuple[Count, ...], Field(min_length=1)]
    n_cohorts: Count
    learning_curve: tuple[Count, ...]
    families: tuple[Annotated[str, OneOf(FAMILIES)], ...]
    others: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], Path]

    @field_validator("families")
    @classmethod
    def _differ(cls, families: tuple[str, ...]) -> tuple[str, ...]:
        if len({*families}) < max(2, len(families)):
            raise ValueError("names a family twice, or fewer than two: give each once")
        return families

    @field_validator("others")
    @classmethod
    def _are_others(cls, others: dict[str, Path]) -> dict[str, Path]:
        if taken := sorted(others.keys() & {*GROUPS}):
            raise ValueError(
                f"names {', '.join(taken)}, which the validation has itself: give your "
                "groups of mice other names"
            )
        check_files("validation.others", others)
        return others

    def n_mice(self, group: str) -> int:
        """Return how many mice a group of `minicolumn.mice.groups` has."""
        if group in BY_RISE:
            return self.mice_per_rise * len(RISES) * N_DOSES
        return self.mice_per_group

    def fresh(self) -> dict[str, Any]:
        """Return what each fresh mouse depends on, as plain values."""
        return self.model_dump(include=set(FreshMice.model_fields))

    def sizes(self) -> dict[str, Any]:
        """Return how cohorts are drawn, and how many mice the learning curve has."""
        return self.cohorts() | self.model_dump(include={"learning_curve"})

    def cohorts(self) -> dict[str, Any]:
        """Return how cohorts are drawn."""
        return self.model_dump(include={"cohort_sizes", "n_cohorts"})

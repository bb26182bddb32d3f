"""The section that says how fitted networks are judged by perturbations."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from minicolumn.circuits.family import Family, family
from minicolumn.config.base import (
    HUGE,
    Count,
    Finite,
    Fraction,
    NonNegative,
    OneOf,
    Positive,
    Section,
)
from minicolumn.config.circuits import OfFamily
from minicolumn.keys import REFERENCE_TRIALS, REFERENCES_PER_COUPLING
from minicolumn.perturbation.variants import (
    COUPLINGS,
    ONE_AREA,
    REGIMES,
    SELECTORS,
    SPONTANEOUS,
    STUDENTS,
)

Negative = Annotated[float, Field(lt=0, ge=-HUGE, allow_inf_nan=False)]
Level = Annotated[float, Field(gt=0, le=1)]
Trials = Annotated[int, Field(ge=10, le=REFERENCE_TRIALS)]


def _named_once(names: tuple[Any, ...]) -> tuple[Any, ...]:
    if not names or len(set(names)) < len(names):
        raise ValueError("must name at least one, and none twice")
    return names


Once = AfterValidator(_named_once)


class Projection(Section):
    """Connections of excitatory neurons with the other area.

    ``factor`` is on their weights, which are those within the target's area.
    """

    probability: Fraction
    factor: NonNegative


class Calibrated(Section):
    """The one current by which a student's light is calibrated, by type."""

    inhibition_nA: Positive
    excitation_nA: Positive


class References(OfFamily):
    """Reference circuits, and what is done to them.

    Their family is their own, whichever that of other circuits is.
    """

    area: dict[str, Finite]
    forward: Projection
    backward: Projection
    recorded_fraction: Annotated[float, Field(gt=0, le=1)]
    warmup_s: Annotated[float, Field(gt=0, le=3600)]
    stimulus_nA: NonNegative
    trials: Trials
    perturbed_trials: Trials
    drive_inhibition_nA: Annotated[tuple[Positive, ...], Once]
    clamp_inhibition_nA: Annotated[tuple[Negative, ...], Once]
    drive_excitation_nA: Annotated[tuple[Positive, ...], Once]
    levels: Annotated[tuple[Level, ...], Once]
    calibrated: Calibrated

    def in_regime(self, regime: str) -> Self:
        """Return these settings for trials with the stimulus, or without."""
        without = {"stimulus_nA": 0.0} if regime == SPONTANEOUS else {}
        return self.model_copy(update=without)

    @field_validator("area")
    @classmethod
    def _has_the_parameters_of_the_family(
        cls, area: dict[str, float], info: ValidationInfo
    ) -> dict[str, float]:
        if "family" in info.data:
            _check(area, family(info.data["family"]))
        return area

    @field_validator("warmup_s")
    @classmethod
    def _is_whole_ms(cls, warmup_s: float) -> float:
        if abs(1e3 * warmup_s - round(1e3 * warmup_s)) > 1e-6:
            raise ValueError("must be a whole number of ms")
        return warmup_s

    @model_validator(mode="after")
    def _calibrates_by_what_there_is(self) -> Self:
        for kind in ("inhibition_nA", "excitation_nA"):
            one, known = getattr(self.calibrated, kind), getattr(self, f"drive_{kind}")
            if one not in known:
                raise ValueError(
                    f"calibrated.{kind}={one} must be one of drive_{kind}="
                    f"{list(known)}: light is calibrated by what it does to the "
                    "reference circuit"
                )
        return self


class Microperturbations(Section):
    """Currents into few recorded neurons, chosen by rules that are compared."""

    current_nA: Positive
    neurons: Count
    trials: Trials
    random_sets: Count


class Chosen(Section):
    """Whole circuits that are chosen by what reference circuits do at rest.

    They come from the other stages of a run; without ``selectors`` none are asked for.
    """

    selectors: tuple[Annotated[str, OneOf(SELECTORS)], ...]
    count: Count
    epochs: Annotated[int, Field(ge=2, le=REFERENCE_TRIALS)]


class RecordedLight(Section):
    """Light in recorded sessions, and which units it drives."""

    table: str
    areas: Annotated[tuple[str, ...], Once]
    latency_ms: Positive
    p_below: Annotated[float, Field(gt=0, lt=1)]
    shortest_ms: Positive
    lit_at_least: Count


class Fits(Section):
    """How students are fitted."""

    steps: Annotated[int, Field(ge=10, le=100_000)]
    batch: Annotated[int, Field(ge=2, le=1000)]
    rate: Positive
    sparsity: NonNegative


class Perturbation(Section):
    """Reference circuits, their students, and which of both."""

    regimes: Annotated[tuple[Annotated[str, OneOf(REGIMES)], ...], Once]
    couplings: Annotated[tuple[Annotated[str, OneOf(COUPLINGS)], ...], Once]
    circuits: Annotated[int, Field(gt=0, le=REFERENCES_PER_COUPLING)]
    students: Annotated[tuple[Annotated[str, OneOf(tuple(STUDENTS))], ...], Once]
    starts: Count
    references: References
    fits: Fits
    microperturbations: Microperturbations
    chosen: Chosen
    sessions: RecordedLight

    @model_validator(mode="after")
    def _trials_are_enough(self) -> Self:
        trials, batch = self.references.trials, self.fits.batch
        if trials < 4 * batch:
            raise ValueError(
                f"references.trials={trials} is less than 4 times fits.batch={batch}: "
                "a quarter of the trials is held out, and holds one batch or more"
            )
        return self

    @model_validator(mode="after")
    def _circuits_are_chosen_where_they_can_be(self) -> Self:
        if self.chosen.selectors and not (
            ONE_AREA in self.couplings and SPONTANEOUS in self.regimes
        ):
            raise ValueError(
                f"chosen.selectors={list(self.chosen.selectors)} choose circuits by "
                "what a reference circuit of one area does at rest: couplings="
                f"{list(self.couplings)} must hold {ONE_AREA}, and regimes="
                f"{list(self.regimes)} {SPONTANEOUS}"
            )
        return self


def _check(values: Mapping[str, float], circuits: Family) -> None:
    """Refuse values that are not one for each parameter of the family."""
    names = circuits.parameter_names
    if unfit := set(values) ^ set(names):
        raise ValueError(
            f"unknown parameters {sorted(unfit - set(names))}, and lacks "
            f"{sorted(unfit & set(names))}: it needs exactly {list(names)}"
        )
    for one in circuits.parameters:
        value = values[one.name]
        if not (one.at_least <= value <= one.at_most and value > one.above):
            raise ValueError(
                f"{one.name}={value} must be {max(one.at_least, one.above):g} or "
                f"more and {one.at_most:g} or less"
            )

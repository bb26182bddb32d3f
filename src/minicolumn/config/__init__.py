"""The configuration: one frozen model per section of ``config.yaml``.

Parsed once, by the Snakefile. Unknown keys are refused, and `parse_config` turns every
fault into a sentence that names the key, the value, the reason and the repair.
"""

import difflib
import math
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from minicolumn.circuits.family import family
from minicolumn.config.ach_index import DoseResponse
from minicolumn.config.circuits import (
    LOWEST_LEVEL,
    Circuits,
    Range,
)
from minicolumn.config.inference import Classifier, Inference
from minicolumn.config.mice import Cohort, FreshMice, MouseRanges, Validation
from minicolumn.config.perturbation import Perturbation
from minicolumn.config.prediction import Export, Prediction
from minicolumn.config.recordings import Epochs, Recordings, Sensitivity, UnitFilter
from minicolumn.config.simulation import Physics, Statistics
from minicolumn.config.states import ComparedStates, NamedStates
from minicolumn.config.surrogates import Mlp, Surrogates, Transformer, XgBoost
from minicolumn.config.theory import Curbd, Identifiability
from minicolumn.config.tuned import Fitting, Tuned
from minicolumn.errors import ConfigError

# fmt: off
__all__ = [
    "Classifier", "Cohort", "ComparedStates", "Config", "ConfigError", "Curbd",
    "DoseResponse", "Epochs", "Fitting", "FreshMice", "Identifiability", "Inference",
    "Mlp", "MouseRanges", "NamedStates", "Perturbation", "Physics", "Prediction",
    "Range", "Sensitivity", "Statistics", "Surrogates", "Transformer", "Tuned",
    "UnitFilter", "Validation", "XgBoost", "parse_config",
]
# fmt: on


class Config(Physics):
    """The whole of ``config.yaml``."""

    extensions: tuple[Path, ...]
    run: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    circuits: Circuits  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    states: ComparedStates
    cohort: Cohort
    recordings: Recordings
    epochs: Epochs
    sensitivity: Sensitivity
    statistics: Statistics
    surrogates: Surrogates
    prediction: Prediction
    dose_response: DoseResponse
    export: Export
    inference: Inference
    tuned: Tuned
    identifiability: Identifiability
    curbd: Curbd
    perturbation: Perturbation
    validation: Validation

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        smallest = int(self.prior["n_neurons"].low)
        if self.statistics.n_units > smallest:
            raise ValueError(
                f"statistics.n_units={self.statistics.n_units} exceeds the smallest "
                f"circuit, prior.n_neurons.low={smallest}: every circuit must hold a "
                "subset of that size"
            )
        self._check_types(smallest)
        family(self.circuits.family).check(self)
        self._check_states()
        self._check_ways()
        self._check_levels_of_mice()
        self._check_inference()
        self._check_chosen()
        nearest, count = self.prediction.nearest_circuits, self.circuits.count
        # How many circuits an archive has is known once it is read.
        if 2 * nearest > count and not self.circuits.are_imported:
            raise ValueError(
                f"prediction.nearest_circuits={nearest} must not exceed half of "
                f"circuits.count, {count // 2}: nearest means a choice among the "
                "training circuits"
            )
        return self

    def _check_types(self, smallest: int) -> None:
        share, circuits = self.wiring.excitatory_fraction, family(self.circuits.family)
        if circuits.sizes is None:
            return
        sizes = dict(zip(circuits.kinds, circuits.sizes(smallest, share), strict=True))
        if absent := [kind for kind, n in sizes.items() if n <= 0]:
            raise ValueError(
                f"wiring.excitatory_fraction={share} leaves a circuit of {smallest} "
                f"neurons without neurons of type {', '.join(absent)}"
            )

    def _check_states(self) -> None:
        levels, states = self.acetylcholine.levels, self.states
        both = states.levels.stationary, states.levels.running
        nearest = {min(levels, key=lambda level: abs(level - one)) for one in both}
        if max(both) > levels[-1] or len(nearest) < 2:
            raise ValueError(
                f"states.levels (stationary {both[0]}, running {both[1]}) must lie "
                f"within acetylcholine.levels={list(levels)} and be nearest to "
                "different levels: surrogates know no others"
            )

    def _check_ways(self) -> None:
        by, source, nwb = self.states.by, self.recordings.source, self.recordings.nwb
        if source == "nwb" and by == "intervals":
            nwb.check_states()
        elif source == "nwb":
            nwb.check_behavior(by)
        elif by != "speed" and not self.recordings.are_added:
            raise ValueError(
                f"states.by is {by}, and recordings.source is {source}: only your own "
                "NWB files (nwb), or an extension, can tell states apart like this"
            )

    def _check_levels_of_mice(self) -> None:
        ach, rest, rise = self.acetylcholine, self.cohort.stationary, self.cohort.rise
        last = ach.levels[-1]
        most = rest.high + ach.contrast(rise.highest)
        if rest.low < LOWEST_LEVEL or most > last:
            raise ValueError(
                f"cohort.stationary (low {rest.low}, high {rest.high}) and cohort.rise."
                f"highest={rise.highest} give mice levels from {rest.low} to {most:.3g}"
                f": they must lie between {LOWEST_LEVEL}, below which a fold is no "
                f"difference of levels, and the highest simulated level, {last}"
            )

    @property
    def has_pupil(self) -> bool:
        """Whether recordings have a pupil, as far as the configuration says so."""
        from_files = (
            self.recordings.source == "nwb" and self.recordings.nwb.pupil.series
        )
        return self.states.by == "speed_and_pupil" or bool(from_files)

    def rises(self) -> dict[str, float]:
        """Return the least and the largest rise of the level by which ACh acts."""
        ach, rise = self.acetylcholine, self.cohort.rise
        return {
            "low": ach.contrast(rise.negligible),
            "high": ach.contrast(rise.highest),
        }

    def _check_chosen(self) -> None:
        references, theirs = self.perturbation.references, self.circuits.family
        if self.perturbation.chosen.selectors and references.family != theirs:
            raise ValueError(
                f"perturbation.chosen.selectors choose among circuits of the family "
                f"{theirs}, and perturbation.references.family={references.family}: "
                "they must be the same"
            )

    def _check_inference(self) -> None:
        false_alarm, folds = self.inference.false_alarm, self.inference.mechanism.folds
        fewest, n_mice = math.ceil(1 / false_alarm) - 1, self.cohort.mice_per_class
        if n_mice < max(fewest, folds):
            raise ValueError(
                f"cohort.mice_per_class={n_mice} is too few: inference.false_alarm="
                f"{false_alarm} cannot be told with fewer than {fewest}, and {folds} "
                "folds need one each"
            )
        largest = max(self.validation.cohort_sizes)
        for name in ("mice_per_group", "mice_per_rise"):
            n_mice = getattr(self.validation, name)
            if n_mice < largest:
                raise ValueError(
                    f"validation.{name}={n_mice} cannot make cohorts of {largest} "
                    "(validation.cohort_sizes): raise it"
                )

    def check_starts(self) -> None:
        """Refuse more fits per session than there are circuits to start from.

        Apart from the other checks, since it matters to few runs: what else is wrong is
        said first.

        Raises
        ------
        ConfigError
            With both numbers.
        """
        most, count = self.tuned.n_starts, self.circuits.count
        if self.tuned.start != "posterior" and 2 * most > count:
            raise ConfigError(
                f"tuned.n_starts={most} must not exceed half of circuits.count, "
                f"{count // 2}: fits start from different training circuits"
            )

    def physics(self, family: str | None = None) -> dict[str, Any]:
        """Return the sections that spikes depend on, as plain values.

        ``family`` of circuits is that of the run, if it is not given.
        """
        sections = self.model_dump(mode="json", include=set(Physics.model_fields))
        del sections["simulation"]["keep_spikes"]  # they are the same, kept or not
        chosen = self.circuits.of_family(family or self.circuits.family)
        return sections | {
            "circuits": chosen.model_dump(mode="json", exclude_unset=True)
        }


def parse_config(values: dict[str, Any]) -> Config:
    """Return the validated configuration.

    Raises
    ------
    ConfigError
        With one line per fault: key, value, reason, and the known keys and the most
        similar one where a key is unknown.
    """
    try:
        return Config(**values)
    except ValidationError as error:
        faults = "\n".join(f"  {_sentence(fault)}" for fault in error.errors())
        raise ConfigError(
            f"config.yaml (with its overlays) is not valid:\n{faults}"
        ) from None


def _sentence(fault: Any) -> str:
    path = list(fault["loc"])
    key = ".".join(str(part) for part in path) or "the whole"
    if fault["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        meant = difflib.get_close_matches(str(path[-1]), known, n=1)
        ask = f"Did you mean {meant[0]}? " if meant else ""
        listed = f"{key} is unknown; known here: {', '.join(known)}"
        return f"{listed}. {ask}Correct or delete it"
    if fault["type"] == "missing":
        return f"{key} is missing: add it (config.yaml in the repository shows how)"
    reason = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "value_error" and isinstance(fault["input"], dict | BaseModel):
        return f"{key}: {reason}"
    return f"{key}={fault['input']!r}: {reason}"


def _known_keys(path: list[Any]) -> list[str]:
    model: Any = Config
    for part in path:
        model = model.model_fields[part].annotation
        if model == dict[str, Range]:
            return list(Range.model_fields)
    return list(model.model_fields)

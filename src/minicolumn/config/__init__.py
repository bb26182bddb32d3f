"""The configuration: one frozen model per section of ``config.yaml``.

Parsed once, by the Snakefile. Unknown keys are refused, and `parse_config` turns every
fault into a sentence that names the key, the value, the reason and the repair.
"""

import math
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from minicolumn.config.circuits import Circuits, OfFamily, Range
from minicolumn.config.export import Export
from minicolumn.config.inference import Classifier, Inference
from minicolumn.config.mice import Cohort, FreshMice, MouseRanges, States
from minicolumn.config.prediction import Prediction
from minicolumn.config.recordings import Epochs, Recordings, Sensitivity, UnitFilter
from minicolumn.config.simulation import Physics
from minicolumn.config.statistics import Statistics
from minicolumn.config.surrogates import Mlp, Surrogates, Transformer, XgBoost
from minicolumn.config.validation import Validation
from minicolumn.errors import ConfigError

__all__ = [
    "Classifier",
    "Cohort",
    "Config",
    "ConfigError",
    "Epochs",
    "FreshMice",
    "Inference",
    "Mlp",
    "MouseRanges",
    "Physics",
    "Prediction",
    "Range",
    "Sensitivity",
    "Statistics",
    "Surrogates",
    "Transformer",
    "UnitFilter",
    "Validation",
    "XgBoost",
    "parse_config",
]


class Config(Physics):
    """The whole of ``config.yaml``."""

    extensions: tuple[Path, ...]
    run: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    circuits: Circuits  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    states: States
    cohort: Cohort
    recordings: Recordings
    epochs: Epochs
    sensitivity: Sensitivity
    statistics: Statistics
    surrogates: Surrogates
    prediction: Prediction
    export: Export
    inference: Inference
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
        n_exc = round(self.wiring.excitatory_fraction * smallest)
        if not 0 < n_exc < smallest:
            raise ValueError(
                f"wiring.excitatory_fraction={self.wiring.excitatory_fraction} leaves "
                f"a circuit of {smallest} neurons without one of the two types"
            )
        self._check_states()
        self._check_inference()
        if self.circuits.are_imported:  # how many there are is known once they are read
            return self
        if 2 * self.prediction.nearest_circuits > self.circuits.count:
            raise ValueError(
                "prediction.nearest_circuits="
                f"{self.prediction.nearest_circuits} must not "
                f"exceed half of circuits.count, {self.circuits.count // 2}: nearest "
                "means a choice among the training circuits"
            )
        return self

    def _check_states(self) -> None:
        levels = self.acetylcholine.levels
        states = self.states
        nearest = {
            min(levels, key=lambda level: abs(level - state))
            for state in (states.stationary, states.running)
        }
        if max(states.stationary, states.running) > levels[-1] or len(nearest) < 2:
            raise ValueError(
                f"states (stationary {states.stationary}, running {states.running}) "
                f"must lie within acetylcholine.levels={list(levels)} and be nearest "
                "to different levels: surrogates know no others"
            )

    def _check_inference(self) -> None:
        fewest = math.ceil(1 / self.inference.false_alarm) - 1
        folds = self.inference.mechanism.folds
        if self.cohort.mice_per_class < max(fewest, folds):
            raise ValueError(
                f"cohort.mice_per_class={self.cohort.mice_per_class} is too few: "
                f"inference.false_alarm={self.inference.false_alarm} cannot be told "
                f"with fewer than {fewest}, and {folds} folds need one each"
            )
        largest = max(self.validation.cohort_sizes)
        if self.validation.mice_per_group < largest:
            raise ValueError(
                f"validation.mice_per_group={self.validation.mice_per_group} cannot "
                f"make cohorts of {largest} (validation.cohort_sizes): raise it"
            )

    def physics(self) -> dict[str, Any]:
        """Return the sections that spikes depend on, as plain values."""
        sections = self.model_dump(mode="json", include=set(Physics.model_fields))
        family = {name: sections["circuits"][name] for name in OfFamily.model_fields}
        return sections | {"circuits": family}


def parse_config(values: dict[str, Any]) -> Config:
    """Return the validated configuration.

    Raises
    ------
    ConfigError
        With one line per fault: key, value, reason, and the known keys where a key is
        unknown.
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
        return f"{key} is unknown; known here: {', '.join(known)}. Correct or delete it"
    if fault["type"] == "missing":
        return f"{key} is missing: add it (config.yaml in the repository shows how)"
    reason = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "value_error" and isinstance(fault["input"], dict | BaseModel):
        return f"{key}: {reason}"
    return f"{key}={fault['input']!r}: {reason}"


def _known_keys(path: list[Any]) -> list[str]:
    model: Any = Config
    for part in path:
        annotation = model.model_fields[part].annotation
        model = Range if annotation == dict[str, Range] else annotation
        if model is Range:
            break
    return list(model.model_fields)

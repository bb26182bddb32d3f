"""The configuration: one frozen model per section of ``config.yaml``.

Parsed once, by the Snakefile. Unknown keys are refused, and `parse` turns every fault
into a sentence that names the key, the value, the reason and the repair.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from minicolumn.parameters import PARAMETER_NAMES

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """Base of all sections: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Range(Section):
    """Where a sampled parameter may lie, and who says so."""

    low: Finite
    high: Finite
    scale: Literal["uniform", "log", "integer"]
    source: str

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}: swap them")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low={self.low} has no logarithm: use scale: uniform")
        if self.scale == "integer" and (self.low % 1 or self.high % 1):
            raise ValueError("an integer range needs whole numbers for low and high")
        return self


class Circuits(Section):
    """How many circuits there are and where their parameters are drawn from."""

    count: Count
    per_shard: Count
    excitatory_fraction: Annotated[float, Field(gt=0, lt=1)]
    prior: dict[str, Range]
    weight_sigma: NonNegative

    @field_validator("prior")
    @classmethod
    def _names_every_parameter(cls, prior: dict[str, Range]) -> dict[str, Range]:
        unknown = sorted(set(prior) - set(PARAMETER_NAMES))
        missing = [name for name in PARAMETER_NAMES if name not in prior]
        if unknown or missing:
            raise ValueError(
                f"unknown parameters {unknown}, missing parameters {missing}: the "
                f"prior needs exactly {list(PARAMETER_NAMES)}"
            )
        if prior["n_neurons"].low < 5:
            raise ValueError("n_neurons must be 5 or more: fewer cannot hold both E and I")
        for name in ("p_exc", "p_inh", "common_fraction"):
            if not 0 <= prior[name].low <= prior[name].high <= 1:
                raise ValueError(f"{name} is a probability: keep it within 0 and 1")
        return {name: prior[name] for name in PARAMETER_NAMES}

    @property
    def n_shards(self) -> int:
        """Number of shards; the last one may hold fewer circuits."""
        return -(-self.count // self.per_shard)


class NeuronType(Section):
    """A single-compartment Pospischil neuron."""

    area_um2: Positive
    g_leak_S_cm2: Positive
    reversal_leak_mV: Finite
    g_Na_S_cm2: NonNegative
    g_K_S_cm2: NonNegative
    g_M_S_cm2: NonNegative
    tau_M_max_ms: Positive
    threshold_mV: Finite

    @property
    def g_leak_nS(self) -> float:
        """Leak conductance of the whole cell in nS (1 um2 = 1e-8 cm2)."""
        return self.g_leak_S_cm2 * self.area_um2 * 1e-8 * 1e9


class Neurons(Section):
    """Both neuron types and what they share."""

    reversal_Na_mV: Finite
    reversal_K_mV: Finite
    excitatory: NeuronType
    inhibitory: NeuronType


class Receptor(Section):
    """Reversal potential and decay time of a receptor."""

    reversal_mV: Finite
    decay_ms: Positive


class Synapses(Section):
    """Receptors, and the voltage at which transmitter is released."""

    ampa: Receptor
    gaba_a: Receptor
    release_threshold_mV: Finite
    release_slope_mV: Positive


class Background(Section):
    """The fast background current; the slow one is sampled per circuit."""

    tau_fast_ms: Positive
    inhibitory_scale: NonNegative


class Release(Section):
    """Hill curve by which ACh lowers release probability."""

    ic50_uM: Positive
    hill: Positive


class Depolarisation(Section):
    """Hill curve by which ACh depolarises; ``max_mV`` is reached at ``highest_uM``."""

    ec50_uM: Positive
    hill: Positive
    max_mV: Finite


class DepressingShare(Section):
    """Share of depressing synapses among excitatory ones, by target."""

    to_excitatory: Fraction
    to_inhibitory: Fraction


class StateLevels(Section):
    """ACh level that stands for each behavioural state."""

    stationary: Fraction
    running: Fraction


class Acetylcholine(Section):
    """ACh levels, concentrations and effects."""

    levels: tuple[Fraction, ...]
    lowest_uM: Positive
    highest_uM: Positive
    release: Release
    depolarisation: Depolarisation
    depressing_share: DepressingShare
    state_levels: StateLevels

    @field_validator("levels")
    @classmethod
    def _ascend_from_zero(cls, levels: tuple[float, ...]) -> tuple[float, ...]:
        if len(levels) < 2 or levels[0] != 0 or sorted(set(levels)) != list(levels):
            raise ValueError("levels must ascend, start at 0 and hold at least two")
        return levels

    @model_validator(mode="after")
    def _concentrations_ascend(self) -> Self:
        if self.lowest_uM >= self.highest_uM:
            raise ValueError(
                f"lowest_uM={self.lowest_uM} must be below highest_uM={self.highest_uM}"
            )
        return self


class Simulation(Section):
    """How each circuit is integrated."""

    dt_ms: Annotated[float, Field(gt=0, le=0.1)]
    warmup_s: NonNegative
    duration_s: Positive
    runaway_hz: Positive

    @model_validator(mode="after")
    def _fits_the_noise_grid(self) -> Self:
        if abs(0.1 / self.dt_ms - round(0.1 / self.dt_ms)) > 1e-9:
            raise ValueError(
                f"dt_ms={self.dt_ms} does not divide 0.1 ms, the grid on which the "
                "background is drawn: use 0.1, 0.05, 0.025 or 0.0125"
            )
        for name in ("warmup_s", "duration_s"):
            if (value := getattr(self, name)) * 1000 % 1:
                raise ValueError(f"{name}={value} must be a whole number of ms")
        return self


class S3(Section):
    """The public bucket of the Allen Institute."""

    url: Annotated[str, Field(pattern=r"^https?://\S+[^/]$")]


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
    per_state_at_least: Count


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


class Transfer(Section):
    """How a session's change is predicted."""

    nearest_circuits: Count


class Config(Section):
    """The whole of ``config.yaml``."""

    run: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    seed: Annotated[int, Field(ge=0, lt=2**31)]
    circuits: Circuits
    neurons: Neurons
    synapses: Synapses
    background: Background
    acetylcholine: Acetylcholine
    simulation: Simulation
    recordings: Recordings
    epochs: Epochs
    statistics: Statistics
    surrogates: Surrogates
    transfer: Transfer

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        smallest = int(self.circuits.prior["n_neurons"].low)
        if self.statistics.n_units > smallest:
            raise ValueError(
                f"statistics.n_units={self.statistics.n_units} exceeds the smallest "
                f"circuit, circuits.prior.n_neurons.low={smallest}: every circuit must "
                "hold a subset of that size"
            )
        return self


class ConfigError(Exception):
    """The configuration is wrong; the message says where, why and how to mend it."""


def parse(values: dict[str, Any]) -> Config:
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

"""The sections that spikes depend on."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config.base import (
    Finite,
    Fraction,
    NonNegative,
    Positive,
    Section,
    one_of,
)
from minicolumn.registry.lookup import names


class Range(Section):
    """Where a sampled parameter may lie, and who says so."""

    low: Finite
    high: Finite
    scale: Annotated[str, AfterValidator(one_of(names("distribution")))]
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


_NEVER_NEGATIVE = ("g_", "noise_", "burst_", "drive_spread")


def _names_every_parameter(prior: dict[str, Range]) -> dict[str, Range]:
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
    for name in PARAMETER_NAMES:
        if name.startswith(_NEVER_NEGATIVE) and prior[name].low < 0:
            raise ValueError(f"{name}.low={prior[name].low} must not be negative")
    for name in ("tau_fast_ms", "tau_slow_ms"):
        if prior[name].low <= 0:
            raise ValueError(f"{name}.low={prior[name].low} must be above 0")
    return {name: prior[name] for name in PARAMETER_NAMES}


Prior = Annotated[dict[str, Range], AfterValidator(_names_every_parameter)]


class Wiring(Section):
    """What all circuits have in common."""

    excitatory_fraction: Annotated[float, Field(gt=0, lt=1)]
    weight_sigma: NonNegative
    decay_sigma: NonNegative


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


class Nmda(Section):
    """NMDA receptors: their conductance over that of AMPA, 0 for none."""

    ratio: NonNegative
    decay_ms: Positive
    magnesium_mM: NonNegative


class ReleaseSite(Section):
    """Utilization, and its time constants, of Tsodyks and Markram."""

    U: Annotated[float, Field(gt=0, le=1)]
    recovery_ms: NonNegative
    facilitation_ms: NonNegative


class TsodyksMarkram(Section):
    """Release sites from E to E, from E to I, and from I to all."""

    EE: ReleaseSite
    EI: ReleaseSite
    I: ReleaseSite  # noqa: E741


class Synapses(Section):
    """Receptors, and how much is released at a presynaptic spike."""

    ampa: Receptor
    gaba_a: Receptor
    nmda: Nmda
    transmission_ms: Positive
    release: Literal["tsodyks_markram", "static"]
    tsodyks_markram: TsodyksMarkram

    @field_validator("transmission_ms")
    @classmethod
    def _fits_the_noise_grid(cls, transmission_ms: float) -> float:
        if transmission_ms not in (0.5, 1.0):
            raise ValueError(
                f"transmission_ms={transmission_ms} is neither 0.5 nor 1.0, the grids "
                "on which the background is drawn"
            )
        return transmission_ms


class Background(Section):
    """What the background has in common in all circuits; the rest is sampled."""

    inhibitory_scale: NonNegative
    tau_burst_ms: Positive


class Release(Section):
    """Hill curve by which ACh lowers release probability."""

    ic50_uM: Positive
    hill: Positive


class Depolarization(Section):
    """Hill curve by which ACh depolarizes; ``max_mV`` is reached at ``highest_uM``."""

    ec50_uM: Positive
    hill: Positive
    max_mV: Finite


class Targets(Section):
    """What ACh acts on: which synapses it suppresses, which neurons it depolarizes."""

    release: Literal["depressing", "excitatory", "all"]
    depolarization: Literal["excitatory", "all"]


class DepressingShare(Section):
    """Share of depressing synapses among excitatory ones, by target."""

    to_excitatory: Fraction
    to_inhibitory: Fraction


class Acetylcholine(Section):
    """ACh levels, concentrations and effects."""

    levels: tuple[Fraction, ...]
    lowest_uM: Positive
    highest_uM: Positive
    release: Release
    depolarization: Depolarization
    targets: Targets
    depressing_share: DepressingShare

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
    common_noise: bool
    runaway_hz: Positive

    @model_validator(mode="after")
    def _fits_the_noise_grid(self) -> Self:
        if abs(0.1 / self.dt_ms - round(0.1 / self.dt_ms)) > 1e-9:
            raise ValueError(
                f"dt_ms={self.dt_ms} does not divide 0.1 ms, the grid on which the "
                "background is drawn: use 0.1, 0.05, 0.025 or 0.0125"
            )
        for name in ("warmup_s", "duration_s"):
            milliseconds = (value := getattr(self, name)) * 1000
            if abs(milliseconds - round(milliseconds)) > 1e-6:
                raise ValueError(f"{name}={value} must be a whole number of ms")
        return self


class Physics(Section):
    """Everything that a circuit's spikes depend on, and nothing else."""

    seed: Annotated[int, Field(ge=0, lt=2**31)]
    prior: Prior
    wiring: Wiring
    neurons: Neurons
    synapses: Synapses
    background: Background
    acetylcholine: Acetylcholine
    simulation: Simulation

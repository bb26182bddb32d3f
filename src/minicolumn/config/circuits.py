"""The sections that say what circuits are, how many, and what ACh does to them."""

import math
from collections.abc import Collection
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from minicolumn.circuits.family import Family, family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import (
    Between,
    Count,
    Finite,
    Fraction,
    NonNegative,
    OneOf,
    Positive,
    Section,
    check_files,
    check_shards,
)
from minicolumn.config.circuit_archives import Archives
from minicolumn.config.connectome import MEASURED, Connectome, OfFamily
from minicolumn.keys import BANK_CIRCUITS
from minicolumn.registry.lookup import names


class Range(Between):
    """Where a sampled parameter may lie, and who says so."""

    scale: Annotated[str, OneOf(names("distribution"))]
    source: str

    @model_validator(mode="after")
    def _fits_its_scale(self) -> Self:
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low={self.low} has no logarithm: use scale: uniform")
        if self.scale == "integer" and (self.low % 1 or self.high % 1):
            raise ValueError("an integer range needs whole numbers for low and high")
        return self


Prior = dict[str, Range]
"""Ranges of the parameters of a family, in its order."""


def check_names(prior: Collection[str], circuits: Family) -> None:
    """Refuse a prior without the parameters of its family, or with others."""
    names = circuits.parameter_names
    if unfit := set(prior) ^ set(names):
        raise ValueError(
            f"unknown parameters {sorted(unfit - set(names))}, missing parameters "
            f"{sorted(unfit & set(names))}: the prior of the family {circuits.name} "
            f"needs exactly {list(names)}"
        )


def prior_of_family(prior: Prior, circuits: Family) -> Prior:
    """Return the prior in the family's order, or refuse what makes no sense."""
    for one in circuits.parameters:
        low, high = prior[one.name].low, prior[one.name].high
        if low < one.at_least:
            raise ValueError(f"{one.name}.low={low} must be {one.at_least:g} or more")
        if high > one.at_most:
            raise ValueError(f"{one.name}.high={high} must be {one.at_most:g} or less")
        if low <= one.above:
            raise ValueError(f"{one.name}.low={low} must be above {one.above:g}")
    return {name: prior[name] for name in circuits.parameter_names}


class Circuits(OfFamily):
    """How many circuits there are, how many are in one job, and their source."""

    connectome: Connectome  # pyright: ignore
    count: Annotated[int, Field(gt=0, le=len(BANK_CIRCUITS))]
    per_shard: Count
    source: Literal["simulate", "archives"]
    archives: Archives

    @property
    def are_imported(self) -> bool:
        """Whether archives replace simulations."""
        return self.source == "archives"

    def of_family(self, name: str) -> OfFamily:
        """Return what circuits of a family depend on, with a digest of tables."""
        if name != MEASURED:
            return OfFamily(family=name)
        return OfFamily(family=name, connectome=self.connectome.identified())

    @model_validator(mode="after")
    def _tables_are_usable(self) -> Self:
        if self.family == MEASURED:
            self.connectome.check()
        return self

    @model_validator(mode="after")
    def _archives_are_usable(self) -> Self:
        check_shards(self.count, self.per_shard)
        self.archives.fields.check(family(self.family).parameter_names)
        if not self.are_imported:
            return self
        files = self.archives.files
        if absent := [name for name in MECHANISMS if name not in files]:
            raise ValueError(
                f"archives.files names no file for {', '.join(absent)}, and source is "
                "archives: give a path for each, such as {synaptic: v14a_circuits."
                "tar.gz, ...}"
            )
        check_files("archives.files", files)
        return self


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
    """Both neuron types, what they share, and further types that a family has."""

    reversal_Na_mV: Finite
    reversal_K_mV: Finite
    excitatory: NeuronType
    inhibitory: NeuronType
    by_type: dict[str, NeuronType]

    def of(self, kind: str) -> NeuronType:
        """Return what neurons of a type are: of ``by_type``, else of two types."""
        return self.by_type.get(
            kind, self.excitatory if kind == "exc" else self.inhibitory
        )


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
    """Release sites from E to E, from E to I, and from I to all.

    A family may have narrower ones, which ``by_site`` names where they differ.
    """

    EE: ReleaseSite
    EI: ReleaseSite
    I: ReleaseSite  # noqa: E741
    by_site: dict[str, ReleaseSite]

    def of(self, sites: tuple[str, ...]) -> ReleaseSite:
        """Return the narrowest of ``sites``, the general one first, that is known."""
        known = {"EE": self.EE, "EI": self.EI, "I": self.I, **self.by_site}
        return next(known[site] for site in reversed(sites) if site in known)


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
    """Hill curve by which ACh depolarizes, as a share of a circuit's ``max_mV``."""

    ec50_uM: Positive
    hill: Positive


class Targets(Section):
    """What ACh acts on: which synapses it suppresses, which neurons it depolarizes."""

    release: Literal["depressing", "excitatory", "all"]
    depolarization: Literal["excitatory", "all"]


class DepressingShare(Section):
    """Share of depressing synapses among excitatory ones, by target."""

    to_excitatory: Fraction
    to_inhibitory: Fraction


LOWEST_LEVEL = 0.1
"""The ACh level of ``lowest_uM``."""


class Acetylcholine(Section):
    """ACh levels, concentrations and effects."""

    levels: Annotated[tuple[Fraction, ...], Field(max_length=1000)]
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

    def contrast(self, fold: float) -> float:
        """Return the rise of the level, where the concentration rises ``fold`` times.

        It is the same from every level above `LOWEST_LEVEL`.
        """
        decades = math.log10(self.highest_uM / self.lowest_uM)
        return (1 - LOWEST_LEVEL) * math.log10(fold) / decades

    def at_dose(self, max_mV: float) -> "Dosed":
        """Return what it does to a circuit that it depolarizes by up to ``max_mV``."""
        return Dosed.model_construct(**dict(self), max_mV=max_mV)


class Dosed(Acetylcholine):
    """Acetylcholine as one circuit feels it: up to ``max_mV``, at ``highest_uM``."""

    max_mV: NonNegative

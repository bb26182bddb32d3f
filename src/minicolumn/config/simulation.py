"""The sections on integration and description, and all that spikes depend on."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from minicolumn.circuits.family import family
from minicolumn.config.base import Count, Positive, Seconds, Section
from minicolumn.config.circuits import (
    Acetylcholine,
    Background,
    Neurons,
    Prior,
    Synapses,
    Wiring,
    check_names,
    prior_of_family,
)
from minicolumn.config.connectome import OfFamily


class Simulation(Section):
    """How each circuit is integrated."""

    dt_ms: Annotated[float, Field(gt=0, le=0.1)]
    warmup_s: Annotated[float, Field(ge=0, le=3600)]
    duration_s: Seconds
    common_noise: bool
    runaway_hz: Positive
    engine: Literal["auto", "fused", "xla"]
    keep_spikes: bool = True

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


class Physics(Section):
    """Everything that a circuit's spikes depend on, and nothing else."""

    seed: Annotated[int, Field(ge=0, lt=2**31)]
    circuits: OfFamily
    prior: Prior
    wiring: Wiring
    neurons: Neurons
    synapses: Synapses
    background: Background
    acetylcholine: Acetylcholine
    simulation: Simulation

    @field_validator("prior", mode="before")
    @classmethod
    def _has_its_parameters(cls, prior: Any, info: ValidationInfo) -> Any:
        """Before its ranges are read: those of another family may lack something."""
        circuits = info.data.get("circuits")
        if circuits and isinstance(prior, dict):
            check_names(prior, family(circuits.family))
        return prior

    @field_validator("prior")
    @classmethod
    def _is_of_the_family(cls, prior: Prior, info: ValidationInfo) -> Prior:
        circuits = info.data.get("circuits")  # missing if it is not valid itself
        return prior_of_family(prior, family(circuits.family)) if circuits else prior

    @model_validator(mode="after")
    def _types_are_of_the_family(self) -> Self:
        circuits = family(self.circuits.family)
        sites = self.synapses.tsodyks_markram.by_site
        for key, given, known in (
            ("neurons.by_type", self.neurons.by_type, tuple(circuits.kinds)),
            ("synapses.tsodyks_markram.by_site", sites, circuits.sites),
        ):
            if unknown := sorted(given.keys() - set(known)):
                raise ValueError(
                    f"{key} names {', '.join(unknown)}, and circuits of the family "
                    f"{circuits.name} have {', '.join(known)}: delete the others"
                )
        return self

"""The section that says where circuits come from, and how foreign archives are read."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import Count, Finite, Section, one_of
from minicolumn.statistics.names import STATISTIC_NAMES

KeyPath = Annotated[str, StringConstraints(pattern=r"^[^.]+(\.[^.]+)*$")]


class Scaled(Section):
    """A value in another unit: what stands at ``path``, ``times`` a factor."""

    path: KeyPath
    times: Finite


class Fields(Section):
    """What the JSON files of archives call things: dotted paths to their keys."""

    circuit_id: KeyPath | None
    mechanism: KeyPath | None
    parameters: KeyPath | None
    simulations: KeyPath | None
    level: KeyPath | None
    outcome: KeyPath | None
    duration_s: KeyPath | None
    n_units: KeyPath | None
    statistics: KeyPath | None
    elsewhere: dict[str, Finite | KeyPath | Scaled | None]

    @model_validator(mode="after")
    def _elsewhere_is_of_ours(self) -> Self:
        known = (*PARAMETER_NAMES, *STATISTIC_NAMES)
        if unknown := sorted(set(self.elsewhere) - set(known)):
            raise ValueError(
                f"elsewhere names {unknown}, neither parameters nor statistics; "
                f"known: {', '.join(known)}"
            )
        absent = [n for n in PARAMETER_NAMES if self.elsewhere.get(n, "") is None]
        if absent:
            raise ValueError(
                f"elsewhere gives null for the parameters {absent}, and surrogates "
                "need all of them: give the number that held in all circuits"
            )
        constant = [
            name
            for name in STATISTIC_NAMES
            if isinstance(self.elsewhere.get(name), float)
        ]
        if constant:
            raise ValueError(
                f"elsewhere gives a number for the statistics {constant}: give the "
                "path to each, or null where the archives do not have it"
            )
        return self


class Limits(Section):
    """What no honest archive exceeds: beyond it, reading stops with one message."""

    files: Count
    file_bytes: Count
    total_bytes: Count
    ratio: Count


class Archives(Section):
    """Archives of circuits: one for each mechanism, what they call things, limits."""

    files: dict[Annotated[str, AfterValidator(one_of(MECHANISMS))], Path]
    fields: Fields
    limits: Limits


class Circuits(Section):
    """How many circuits there are, how many go to one job, and where they come from."""

    count: Count
    per_shard: Count
    source: Literal["simulate", "archives"]
    archives: Archives

    @property
    def are_imported(self) -> bool:
        """Whether archives take the place of simulations."""
        return self.source == "archives"

    @model_validator(mode="after")
    def _archives_are_there(self) -> Self:
        if not self.are_imported:
            return self
        files = self.archives.files
        if absent := [name for name in MECHANISMS if name not in files]:
            raise ValueError(
                f"archives.files names no file for {', '.join(absent)}, and source is "
                "archives: give a path for each, such as {synaptic: v14a_circuits."
                "tar.gz, ...}"
            )
        missing = [f"{name}: {p}" for name, p in files.items() if not p.is_file()]
        if missing:
            raise ValueError(
                f"archives.files names what is not there ({', '.join(missing)}): "
                "correct it"
            )
        return self

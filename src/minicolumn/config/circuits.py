"""The section on where circuits come from, and how archives of circuits are read."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import Count, Finite, Section, one_of
from minicolumn.statistics.names import STATISTIC_NAMES

KeyPath = Annotated[str, StringConstraints(pattern=r"^[^.]+(\.[^.]+)*$")]


class Scaled(Section):
    """A value in another unit: the value at ``path``, ``times`` a factor."""

    path: KeyPath
    times: Finite


class Fields(Section):
    """Where the JSON files of archives have each value: dotted paths of keys."""

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
    def _elsewhere_is_known(self) -> Self:
        known = (*PARAMETER_NAMES, *STATISTIC_NAMES)
        if unknown := sorted(set(self.elsewhere) - set(known)):
            raise ValueError(
                f"elsewhere names {unknown}, neither parameters nor statistics; "
                f"known: {', '.join(known)}"
            )
        absent = [n for n in PARAMETER_NAMES if self.elsewhere.get(n, "") is None]
        if absent:
            raise ValueError(
                f"elsewhere gives null for the parameters {absent}, but surrogates "
                "need all of them: give the value that all circuits share"
            )
        constant = [
            name
            for name in STATISTIC_NAMES
            if isinstance(self.elsewhere.get(name), float)
        ]
        if constant:
            raise ValueError(
                f"elsewhere gives a number for the statistics {constant}: give the "
                "path of each, or null if the archives do not have it"
            )
        return self


class Limits(Section):
    """What archives must not exceed: beyond it, reading stops with an error."""

    files: Count
    file_bytes: Count
    total_bytes: Count
    ratio: Count


class Archives(Section):
    """Archives of circuits: one for each mechanism, their field names, limits."""

    files: dict[Annotated[str, AfterValidator(one_of(MECHANISMS))], Path]
    fields: Fields
    limits: Limits


class Circuits(Section):
    """How many circuits there are, how many are in one job, and their source."""

    count: Count
    per_shard: Count
    source: Literal["simulate", "archives"]
    archives: Archives

    @property
    def are_imported(self) -> bool:
        """Whether archives replace simulations."""
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
                "archives.files names files that do not exist "
                f"({', '.join(missing)}): correct the paths"
            )
        return self

"""The section that says how archives of circuits are read."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import Finite, OneOf, Section
from minicolumn.statistics.names import STATISTIC_NAMES

Limit = Annotated[int, Field(gt=0, le=10**15)]
KeyPath = Annotated[str, StringConstraints(pattern=r"^[^.]+(\.[^.]+)*$")]


class Scaled(Section):
    """A value in another unit: that at ``path``, multiplied by ``times``."""

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

    def check(self, parameters: tuple[str, ...]) -> None:
        """Refuse names in ``elsewhere`` that circuits with these parameters lack."""
        known, given = (*parameters, *STATISTIC_NAMES), self.elsewhere.get
        if unknown := sorted(set(self.elsewhere) - set(known)):
            raise ValueError(
                f"elsewhere names {unknown}, neither parameters nor statistics; "
                f"known: {', '.join(known)}"
            )
        if absent := [n for n in parameters if given(n, "") is None]:
            raise ValueError(
                f"elsewhere gives null for the parameters {absent}, and surrogates "
                "need all of them: give the number that held in all circuits"
            )
        if constant := [n for n in STATISTIC_NAMES if isinstance(given(n), float)]:
            raise ValueError(
                f"elsewhere gives a number for the statistics {constant}: give the "
                "path to each, or null where the archives do not have it"
            )


class Limits(Section):
    """What no honest archive exceeds: beyond it, reading stops with one message."""

    files: Limit
    file_bytes: Limit
    total_bytes: Limit
    ratio: Limit


class Archives(Section):
    """Archives of circuits: one for each mechanism, what they call things, limits."""

    files: dict[Annotated[str, OneOf(MECHANISMS)], Path]
    fields: Fields
    limits: Limits

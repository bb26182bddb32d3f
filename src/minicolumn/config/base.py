"""What every section of the configuration is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

HUGE = 1e9
"""No setting is larger, in its unit: beyond it, a number is a mistake."""

Positive = Annotated[float, Field(gt=0, le=HUGE, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, le=HUGE, allow_inf_nan=False)]
Finite = Annotated[float, Field(ge=-HUGE, le=HUGE, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0, le=10_000_000)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
MOST_SHARDS = 100_000


@dataclass(frozen=True)
class OneOf:
    """A validator of names that are known only once extensions are loaded.

    Editors complete them, and do not refuse others: some may come from an extension.
    """

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return how to validate a name."""
        return no_info_after_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what editors are told."""
        return handler(schema) | {"examples": list(self.names)}

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise ValueError(f"should be one of {', '.join(map(repr, self.names))}")
        return name


def check_files(key: str, files: Mapping[Any, Path]) -> None:
    """Refuse files of a section that do not exist; ``key`` is for the message."""
    missing = [f"{name}: {path}" for name, path in files.items() if not path.is_file()]
    if missing:
        raise ValueError(
            f"{key} names files that do not exist ({', '.join(missing)}): correct the "
            "paths"
        )


def check_shards(n: int, per_shard: int) -> None:
    """Refuse more jobs than Snakemake can plan."""
    if n > MOST_SHARDS * per_shard:
        raise ValueError(
            f"per_shard={per_shard} makes {-(-n // per_shard):,} shards of {n:,}, more "
            f"than {MOST_SHARDS:,}: raise it"
        )


class Section(BaseModel):
    """Base of all sections: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Between(Section):
    """A uniform range of any number."""

    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}: swap them")
        return self

"""What every section of the configuration is made of."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]


def one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    """Return a validator of names that are known only once extensions are loaded."""

    def known(name: str) -> str:
        if name not in names:
            raise ValueError(f"should be one of {', '.join(map(repr, names))}")
        return name

    return known


def check_files(key: str, files: Mapping[Any, Path]) -> None:
    """Refuse files of a section that do not exist; ``key`` is for the message."""
    missing = [f"{name}: {path}" for name, path in files.items() if not path.is_file()]
    if missing:
        raise ValueError(
            f"{key} names files that do not exist ({', '.join(missing)}): correct the "
            "paths"
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

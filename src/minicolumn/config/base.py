"""What every section of the configuration is made of."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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


class Section(BaseModel):
    """Base of all sections: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

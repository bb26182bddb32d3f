"""Values of a configuration that circuits of a family cannot do without."""

from collections.abc import Mapping
from functools import reduce
from typing import Any


def check_fixed(cfg: Any, fixed: Mapping[str, float], because: str = "") -> None:
    """Refuse a configuration in which a fixed value has been changed.

    Parameters
    ----------
    cfg
        The configuration.
    fixed
        What it must have, by dotted key.
    because
        Follows the value in the sentence, such as ", as published".

    Raises
    ------
    ValueError
        For the first key that has another value.
    """
    for key, value in fixed.items():
        if (found := reduce(_member, key.split("."), cfg)) != value:
            raise ValueError(
                f"{key}={found}, and circuits of the family {cfg.circuits.family} have "
                f"{value}{because}: delete the key"
            )


def _member(of: Any, name: str) -> Any:
    return of[name] if isinstance(of, Mapping) else getattr(of, name)

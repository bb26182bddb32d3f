"""Families of circuits, by name; what is heavy is loaded when it is needed.

Another family is another folder next to `ei` and one line in `_FAMILIES`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any, NamedTuple

from minicolumn.errors import ConfigError

_FAMILIES = {"ei": "minicolumn.circuits.ei:FAMILY"}
FAMILIES = tuple(_FAMILIES)

DOSE = "max_mV"
"""The parameter that circuits of all families have: how much ACh depolarizes them."""


class Parameter(NamedTuple):
    """A sampled parameter of a circuit, and the values that make sense for it.

    ``above`` is a bound that the value must exceed; the others it may equal.
    """

    name: str
    unit: str
    meaning: str
    at_least: float = -math.inf
    at_most: float = math.inf
    above: float = -math.inf


@dataclass(frozen=True)
class Family:
    """A kind of circuit.

    Attributes
    ----------
    name
        What ``circuits.family`` of the configuration calls it.
    parameters
        What the prior samples, in the order of the columns of tables.
    builder
        ``module:name`` of the function that builds a circuit from its identity, its
        parameters and the physics.
    dynamics_at
        ``module:name`` of its `minicolumn.circuits.dynamics.Dynamics`.
    """

    name: str
    parameters: tuple[Parameter, ...]
    builder: str
    dynamics_at: str

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def build(self) -> Callable[..., Any]:
        """The function that builds a circuit."""
        return resolve_name(self.builder)

    @property
    def dynamics(self) -> Any:
        """What the engine integrates: a `minicolumn.circuits.dynamics.Dynamics`."""
        return resolve_name(self.dynamics_at)


def family(name: str) -> Family:
    """Return a family by its name.

    Raises
    ------
    ConfigError
        If there is none of that name.
    """
    if name not in _FAMILIES:
        raise ConfigError(
            f"circuits.family={name!r} is unknown; known: {', '.join(FAMILIES)}"
        )
    return resolve_name(_FAMILIES[name])

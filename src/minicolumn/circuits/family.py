"""Families of circuits, by name; what is heavy is loaded when it is needed.

Another family is another folder next to `ei`, or a folder of a user's own that
``extensions`` names (docs/extending.md).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

from minicolumn import registry
from minicolumn.errors import ConfigError
from minicolumn.registry.lookup import entry, names

for _name in ("ei", "v1_types", "connectome", "pd14", "lif_random", "lif_types"):
    registry.family(_name, at=f"minicolumn.circuits.{_name}:FAMILY")

FAMILIES = names("family")

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
        What the prior samples, in the order of the columns of tables; one of them is
        ``n_neurons``, one the `DOSE`.
    kinds
        Types of neuron in the order of neurons, the excitatory one first, and the class
        of each, "exc" or "inh".
    sites
        Release sites that conditions may name; "EE", "EI" and "I" are among them.
    sizes
        From the number of neurons and the excitatory share to the number of each type;
        None if the circuits themselves say it.
    builder
        ``module:name`` of the function that builds a circuit from its identity, its
        parameters and the physics.
    dynamics_at
        ``module:name`` of its `minicolumn.circuits.dynamics.Dynamics`.
    check_at
        ``module:name`` of a function that raises ValueError for a configuration in
        which its circuits make no sense; None if there is none.
    settings
        File with its prior, and what else it changes in ``config.yaml``; None if that
        is for this family.
    fast_spiking
        Types whose units are fast spiking; the others are regular spiking. They are the
        last of ``kinds``.
    """

    name: str
    parameters: tuple[Parameter, ...]
    kinds: Mapping[str, str]
    sites: tuple[str, ...]
    sizes: Callable[[int, float], tuple[int, ...]] | None
    builder: str
    dynamics_at: str
    fast_spiking: tuple[str, ...]
    settings: Path | None = None
    check_at: str | None = None

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    def n_fast_spiking(self, sizes: Sequence[int]) -> int:
        """Return how many of the last neurons are fast spiking, by ``sizes``."""
        each = zip(self.kinds, sizes, strict=True)
        return sum(n for kind, n in each if kind in self.fast_spiking)

    @property
    def build(self) -> Callable[..., Any]:
        """The function that builds a circuit."""
        return self._hook("builder")

    @property
    def dynamics(self) -> Any:
        """What the engine integrates: a `minicolumn.circuits.dynamics.Dynamics`."""
        return self._hook("dynamics_at")

    def check(self, cfg: Any) -> None:
        """Raise ValueError if its circuits make no sense in a configuration."""
        if self.check_at:
            self._hook("check_at")(cfg)

    def _hook(self, which: str) -> Any:
        path = getattr(self, which)
        try:
            return resolve_name(path)
        except (ImportError, AttributeError, ValueError) as error:
            raise ConfigError(
                f"the family {self.name!r} of circuits has {which}={path!r}, which "
                f"cannot be used: {error}. Give it as module:name"
            ) from None


def family(name: str) -> Family:
    """Return a family by its name.

    Raises
    ------
    ConfigError
        If there is none of that name, or it is no `Family`.
    """
    if name not in FAMILIES:
        raise ConfigError(
            f"circuits.family={name!r} is unknown; known: {', '.join(FAMILIES)}"
        )
    one = entry("family", name)
    if not isinstance(one.made, Family):
        raise ConfigError(
            f"the family {name!r} that {one.file} adds is {one.made!r:.60}: register a "
            "minicolumn.circuits.family.Family"
        )
    return one.made

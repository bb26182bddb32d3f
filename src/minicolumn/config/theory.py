"""The sections that ask what recordings can tell: identifiability, and currents."""

from typing import Annotated, Literal

from pydantic import Field

from minicolumn.config.base import Count, NonNegative, Positive, Section

AtLeastTwo = Annotated[int, Field(ge=2, le=1000)]


class Perturbed(Section):
    """Circuits of which one parameter at a time is changed, to check gradients.

    ``step`` is the change in either direction, in SD of the prior.
    """

    circuits: Count
    trials: AtLeastTwo
    step: Positive


class Identifiability(Section):
    """Which surrogates are differentiated, and how that is checked."""

    architecture: Literal["transformer", "mlp"]
    perturbed: Perturbed


class Network(Section):
    """The network that is fitted: time constant, initial weights, passes over data."""

    tau_s: Positive
    gain: NonNegative
    passes: Count


class Curbd(Section):
    """Currents between groups of units, by a network fitted to their activity.

    ``groups`` are regular- and fast-spiking units, or areas.
    """

    groups: Literal["types", "areas"]
    bin_s: Positive
    smooth_s: Positive
    units_per_group: AtLeastTwo
    seeds: AtLeastTwo
    network: Network

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


class Teacher(Section):
    """A rate network, and the rank of its connections."""

    neurons: Annotated[int, Field(ge=2, le=2000)]
    dimensions: Annotated[int, Field(ge=2, le=200, multiple_of=2)]


class TeacherStudent(Section):
    """Networks whose connections are known, and how many of their neurons, too."""

    teachers: Annotated[tuple[Teacher, ...], Field(min_length=1)]
    recorded: tuple[Annotated[int, Field(ge=0)], ...]
    students: AtLeastTwo
    steps: Count
    rate: Positive

    def recorded_of(self, teacher: Teacher) -> tuple[int, ...]:
        """Return how many neurons students know: as many as there are, at most."""
        return tuple(dict.fromkeys(min(n, teacher.neurons) for n in self.recorded))


class Identifiability(Section):
    """Which surrogates are differentiated, how that is checked, and known networks."""

    architecture: Literal["transformer", "mlp"]
    perturbed: Perturbed
    teacher_student: TeacherStudent


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

"""What is simulated: circuits in trials, under conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config import Physics


@dataclass(frozen=True, eq=False)
class Run:
    """One circuit in one trial, under conditions that share its background.

    Attributes
    ----------
    circuit
        What to simulate; its identity and ``trial`` name its background.
    trial
        Another trial is another background for the same circuit.
    conditions
        What differs between the simulations of this run.
    backgrounds
        A name for each condition if each has a background of its own; else empty.
    """

    circuit: Circuit
    trial: int = 0
    conditions: tuple[Condition, ...] = (Condition(),)
    backgrounds: tuple[int, ...] = ()

    @property
    def circuits(self) -> list[Circuit]:
        """The circuit under each condition, or once where that makes no difference."""
        if len({condition.background for condition in self.conditions}) == 1:
            return [self.conditions[0].applied(self.circuit)]
        return [condition.applied(self.circuit) for condition in self.conditions]

    @property
    def program(self) -> tuple[int, ...]:
        """What all runs must share that are integrated by one compiled program."""
        n_currents = max(len(condition.currents) for condition in self.conditions)
        n_circuits = len({condition.background for condition in self.conditions})
        own = bool(self.backgrounds)
        return len(self.conditions), min(n_circuits, 2), n_currents, own


def runs_at_levels(
    circuits: Sequence[Circuit],
    mechanism: Mechanism,
    physics: Physics,
    *,
    levels: tuple[float, ...] | None = None,
    trials: Sequence[int] = (0,),
) -> list[Run]:
    """Return every circuit in every trial, at all ACh levels under one mechanism.

    Each circuit has a dose of its own. ``levels`` are by default those of ``physics``. A background of its own is named by
    the level itself: it is the same among any other levels.
    """
    ach = physics.acetylcholine
    levels = ach.levels if levels is None else levels
    shared = physics.simulation.common_noise
    own = () if shared else tuple(round(1e6 * level) for level in levels)

    def conditions(circuit: Circuit) -> tuple[Condition, ...]:
        dosed = ach.at_dose(circuit.max_mV)
        return tuple(condition_of(mechanism, level, dosed) for level in levels)

    return [
        Run(circuit, trial, acting, own)
        for circuit, acting in ((one, conditions(one)) for one in circuits)
        for trial in trials
    ]

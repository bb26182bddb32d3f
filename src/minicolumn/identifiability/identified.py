"""What is identifiable, over circuits: the document."""

from dataclasses import dataclass

from minicolumn.identifiability.agreement import Agreement
from minicolumn.learning.quartiles import Quartiles


@dataclass(frozen=True)
class Direction:
    """A direction among the parameters.

    Attributes
    ----------
    information
        Of all epochs in both states; above 1 it is identifiable.
    weights
        Its component along each parameter, in SD of the prior; their squares add to 1.
    """

    information: float
    weights: dict[str, float]


@dataclass(frozen=True)
class Effect:
    """What one mechanism does from rest to running.

    Attributes
    ----------
    directions_rest, directions_both
        Number of identifiable directions, from epochs at rest, and from as many in each
        of the two states.
    size
        Of the change of the statistics, in SD of the noise of one epoch.
    angle_deg
        Between this change and what parameters can do at rest: at 0 another circuit
        would do the same.
    chance_deg
        Median angle of a random direction.
    """

    directions_rest: Quartiles
    directions_both: Quartiles
    size: Quartiles
    angle_deg: Quartiles
    chance_deg: Quartiles


@dataclass(frozen=True)
class Pair:
    """How far two mechanisms are apart.

    Attributes
    ----------
    angle_deg
        Between their changes of the statistics, 0 to 180.
    known, unknown
        Distance in SD of the mean of all epochs in both states, if the circuit is
        known, and if its parameters are known up to their prior: an ideal observer
        calls a share Phi(distance / 2) right.
    """

    angle_deg: Quartiles
    known: Quartiles
    unknown: Quartiles


@dataclass(frozen=True)
class Counted:
    """Identifiable directions of the circuits that were also simulated.

    Attributes
    ----------
    n_circuits, n_parameters
        Circuits, and parameters that can change by a little.
    surrogate, simulator
        Directions from all epochs in both states, by either Jacobian.
    """

    n_circuits: int
    n_parameters: int
    surrogate: Quartiles
    simulator: Quartiles


@dataclass(frozen=True)
class Identified:
    """The contents of ``identifiability.json``.

    Attributes
    ----------
    architecture
        Surrogates that were differentiated.
    n_circuits, n_epochs
        Test circuits, and epochs of each state that a session is taken to have.
    statistics
        Those that are used.
    effects, pairs
        By mechanism, and by two of them.
    directions
        Of the mean information over circuits and mechanisms, stiff to sloppy.
    contraction
        1 - posterior / prior variance by parameter: by the local linear theory, mean
        over circuits and mechanisms, and of the posterior of this run.
    agreement, counted
        Of derivatives with those of the simulator, by statistic; and what it means for
        the number of directions.
    """

    architecture: str
    n_circuits: int
    n_epochs: int
    statistics: tuple[str, ...]
    effects: dict[str, Effect]
    pairs: dict[str, Pair]
    directions: tuple[Direction, ...]
    contraction: dict[str, dict[str, float]]
    agreement: dict[str, Agreement]
    counted: Counted

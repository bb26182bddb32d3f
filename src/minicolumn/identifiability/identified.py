"""What is identifiable, over circuits: the document, and how it is made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.identifiability.agreement import Agreement, agreement
from minicolumn.identifiability.information import (
    angle_deg,
    chance_deg,
    contraction,
    information,
    n_identifiable,
    reachable,
    separation,
    spectrum,
)
from minicolumn.identifiability.sampling import SamplingNoise
from minicolumn.identifiability.sensitivity import Sensitivity
from minicolumn.inference.circuits.checks import PosteriorChecks
from minicolumn.learning.quartiles import Quartiles
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]
Row = dict[str, Any]


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
    agreement
        Of derivatives with those of the simulator, by statistic.
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


@dataclass(frozen=True, eq=False)
class Study:
    """Sensitivities of the same circuits under each mechanism, and the noise."""

    sensitivity: Mapping[str, Sensitivity]
    noise: SamplingNoise
    n_epochs: int

    @property
    def circuits(self) -> range:
        """The places of the circuits."""
        return range(len(self.sensitivity[MECHANISMS[0]].circuit_id))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return self.sensitivity[MECHANISMS[0]].parameters

    def jacobians(self, mechanism: str, place: int) -> tuple[Floats, Floats]:
        """Return the whitened Jacobians of a circuit at rest and while running."""
        both = self.sensitivity[mechanism].derivative[place]
        return self.noise.whiten(both[0]), self.noise.whiten(both[1])

    def fishers(self, mechanism: str, place: int) -> tuple[Floats, Floats]:
        """Return the information of an epoch at rest, and of one in each state."""
        rest, running = self.jacobians(mechanism, place)
        return information(rest), information(rest, running)

    def rows(self) -> Iterator[Row]:
        """Yield rows of `tables.IDENTIFIED`."""
        for mechanism, one in self.sensitivity.items():
            for place in self.circuits:
                rest, both = self.fishers(mechanism, place)
                yield {
                    "circuit_id": int(one.circuit_id[place]),
                    "mechanism": mechanism,
                    "directions_rest": n_identifiable(rest, self.n_epochs),
                    "directions_both": n_identifiable(both, self.n_epochs),
                    **self._effect(one, place),
                }

    def _effect(self, one: Sensitivity, place: int) -> Row:
        together = np.column_stack([one.effect[place], one.derivative[place, 0]])
        effect, *jacobian = self.noise.whiten(together).T
        basis = reachable(np.array(jacobian).T, self.n_epochs)
        return {
            "effect": float(np.linalg.norm(effect)),
            "angle_deg": angle_deg(effect, basis),
            "chance_deg": chance_deg(*basis.shape),
        }

    def pair(self, one: str, other: str) -> Pair:
        """Return how far two mechanisms are apart."""
        found = [self._apart(one, other, place) for place in self.circuits]
        return Pair(*map(Quartiles.of, zip(*found, strict=True)))

    def _apart(self, one: str, other: str, place: int) -> tuple[float, float, float]:
        a, b = self.sensitivity[one], self.sensitivity[other]
        effects = np.column_stack([a.effect[place], b.effect[place]])
        first, second = self.noise.whiten(effects).T
        size = np.linalg.norm(first) * np.linalg.norm(second)
        cosine = first @ second / size if size else np.nan
        difference = a.place[place] - b.place[place]
        jacobian = (a.derivative[place] + b.derivative[place]) / 2
        both = np.concatenate(
            [
                self.noise.whiten(np.column_stack([difference[s], jacobian[s]]))
                for s in range(len(jacobian))
            ]
        )
        distances = separation(both[:, 0], both[:, 1:], self.n_epochs)
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))), *distances

    def mean_information(self) -> tuple[Floats, Floats]:
        """Return the mean over circuits and mechanisms of `fishers`."""
        found = [self.fishers(m, place) for m in MECHANISMS for place in self.circuits]
        rest, both = (np.mean(one, axis=0) for one in zip(*found, strict=True))
        return rest, both

    def contraction(self) -> dict[str, dict[str, float]]:
        """Return the mean over circuits and mechanisms of what epochs would tell."""
        found = [self.fishers(m, place) for m in MECHANISMS for place in self.circuits]
        rest, both = zip(*found, strict=True)
        return {
            name: self._by_parameter(
                np.mean([contraction(one, self.n_epochs) for one in fishers], axis=0)
            )
            for name, fishers in (("local, rest", rest), ("local, both", both))
        }

    def directions(self) -> tuple[Direction, ...]:
        """Return the directions of the mean information in both states."""
        values, vectors = spectrum(self.mean_information()[1])
        return tuple(
            Direction(float(self.n_epochs * value), self._by_parameter(vector))
            for value, vector in zip(values, vectors.T, strict=True)
        )

    def _by_parameter(self, values: Floats) -> dict[str, float]:
        return dict(zip(self.parameters, values.tolist(), strict=True))


def identified(
    study: Study, sensitivities: pd.DataFrame, checks: PosteriorChecks
) -> Identified:
    """Return the document.

    ``sensitivities`` has the columns of `tables.SENSITIVITIES`, and ``checks`` say what
    the posterior of the run knows.
    """
    table = pd.DataFrame(list(study.rows()))
    columns = list(table.columns.drop(["circuit_id", "mechanism"]))
    posterior = {
        f"posterior, epochs: {n}": {name: known[name] for name in study.parameters}
        for n, known in checks.contraction.items()
    }
    return Identified(
        architecture=study.sensitivity[MECHANISMS[0]].architecture,
        n_circuits=len(study.circuits),
        n_epochs=study.n_epochs,
        statistics=tuple(np.asarray(STATISTIC_NAMES)[study.noise.used].tolist()),
        effects={
            str(name): Effect(*(Quartiles.of(rows[one]) for one in columns))
            for name, rows in table.groupby("mechanism")
        },
        pairs={
            f"{one}, {other}": study.pair(one, other)
            for one, other in combinations(MECHANISMS, 2)
        },
        directions=study.directions(),
        contraction=study.contraction() | posterior,
        agreement=agreement(sensitivities),
    )

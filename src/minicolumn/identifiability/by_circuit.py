"""What is identifiable of circuits, from their sensitivities under each mechanism."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.identifiability.agreement import agreement
from minicolumn.identifiability.identified import (
    Counted,
    Direction,
    Effect,
    Identified,
    Pair,
)
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

Floats = NDArray[np.floating]
Row = dict[str, Any]


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

    def counted(self, sensitivities: pd.DataFrame) -> Counted:
        """Return the number of directions by surrogate and by simulator."""
        both = sensitivities.dropna(subset=["surrogate", "simulator"])
        circuits = both.groupby("circuit_id")
        return Counted(
            n_circuits=len(circuits),
            n_parameters=int(both["parameter"].nunique()),
            surrogate=Quartiles.of(
                [self._count(one, "surrogate") for _, one in circuits]
            ),
            simulator=Quartiles.of(
                [self._count(one, "simulator") for _, one in circuits]
            ),
        )

    def _count(self, of_circuit: pd.DataFrame, column: str) -> int:
        jacobians = [
            one.pivot_table(column, "statistic", "parameter").reindex(STATISTIC_NAMES)
            for _, one in of_circuit.groupby("state")
        ]
        whitened = [self.noise.whiten(one.to_numpy(float)) for one in jacobians]
        return n_identifiable(information(*whitened), self.n_epochs)

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
        counted=study.counted(sensitivities),
    )

"""Fits of the parameters of the prior, without gradients: a baseline of equal standing.

A circuit is what the prior's parameters make of it, so what is fitted is a draw of the
prior and no connection by itself. Distances are compared under common noise: whatever
the parameters, a circuit has the same random numbers in wiring and background.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, least_squares

from minicolumn.arrays import mean_of_defined
from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.family import DOSE
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config import Physics, Statistics
from minicolumn.config.circuits import Range
from minicolumn.config.tuned import Fitting
from minicolumn.keys import FIT_TRIALS, Stream, generator
from minicolumn.registry.lookup import entry
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.answers import described
from minicolumn.tuning.fit import HUBER_Z, FitOutcome, Fits
from minicolumn.tuning.targets import Targets, even

Floats = NDArray[np.float64]

BACKGROUNDS = 2
"""Windows over which a circuit is described, each with a background of its own."""
DIFFERENCE = 0.3
"""Of the derivatives, in SD of the prior: one less than that measures spikes' chaos."""
PRIOR_WEIGHT = 0.02
"""Of the mean square of parameters, in SD of the prior, beside that of distances."""
UNDEFINED_Z = 5.0
"""Distance of a statistic that a circuit leaves undefined, such as a silent one's."""
# Changes of the loss below a thousandth are noise.
_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Distance:
    """Distance of circuits from targets, as a function of parameters of the prior.

    Parameters are coordinates in which the prior is a standard normal. Whole numbers,
    such as that of neurons, and the dose of ACh are as at the start.
    """

    row: Mapping[str, Any]
    prior: StandardPrior
    targets: Targets
    settings: Fitting
    matching: Statistics
    physics: Physics

    @classmethod
    def of(cls, row: Mapping[str, Any], *others: Any) -> Self:
        """Return that of a row of `tables.CIRCUITS`; the others as the attributes."""
        physics: Physics = others[-1]
        ranges = {
            name: _point(row[name]) if _is_held(name, allowed) else allowed
            for name, allowed in physics.prior.items()
        }
        return cls(row, StandardPrior(ranges), *others)

    @property
    def start(self) -> Floats:
        """Coordinates of the circuit itself, (parameters,)."""
        values = np.array([[self.row[name] for name in self.prior.ranges]], float)
        rng = generator(self.physics.seed, Stream.TUNED_STARTS)
        return self.prior.to_normal(values, rng)[0]

    def circuits(self, x: Floats) -> list[Circuit]:
        """Return the circuit at each row of coordinates (rows, parameters)."""
        values = self.prior.from_normal(x)
        given = [dict(zip(self.prior.ranges, one, strict=True)) for one in values]
        identity = {"circuit_id": self.row["circuit_id"]}
        return build_circuits([one | identity for one in given], self.physics)

    def residuals(self, x: Floats) -> Floats:
        """Return what to square and sum, (rows, statistics and parameters).

        The sum over statistics is the loss of fits by gradients, straight beyond
        `HUBER_Z`.
        """
        used, n = self.targets.used, x.shape[1]
        away = (self._reached(x) - self.targets.center) / self.targets.sd
        z = np.where(np.isfinite(away), away, UNDEFINED_Z)[:, used]
        size = np.abs(z)
        rho = np.where(size < HUBER_Z, z**2, HUBER_Z * (2 * size - HUBER_Z))
        fit = np.sign(z) * np.sqrt(rho / used.sum())
        return np.concatenate([fit, np.sqrt(PRIOR_WEIGHT / n) * x], axis=1)

    def slopes(self, x: Floats) -> Floats:
        """Return the derivatives of `residuals` at one x, (residuals, parameters)."""
        steps = DIFFERENCE * np.eye(x.size)
        found = self.residuals(np.concatenate([x + steps, x - steps]))
        up, down = np.split(found, 2)
        return ((up - down) / (2 * DIFFERENCE)).T

    def _reached(self, x: Floats) -> Floats:
        """Return the mean statistics on even scales, (rows, `SMOOTH_NAMES`)."""
        circuits, trials = self.circuits(x), FIT_TRIALS[:BACKGROUNDS]
        row_of = {Run(one, t): k for k, one in enumerate(circuits) for t in trials}
        found: list[list[Floats]] = [[] for _ in circuits]
        for spikes in simulate(list(row_of), self.physics):
            values = described(spikes, self.matching, self.physics)
            one = np.array([values[name] for name in SMOOTH_NAMES])
            found[row_of[spikes.run]].append(even(one, self.settings))
        return np.array([mean_of_defined(np.array(each)) for each in found])


@dataclass
class _Seen:
    """What `least_squares` looked at: losses, and the slope that each came after."""

    distance: Distance
    loss: list[float] = field(default_factory=list)
    norm: list[float] = field(default_factory=list)
    slope: Floats = field(default_factory=lambda: np.full((1, 1), np.nan))

    def residuals(self, x: Floats) -> Floats:
        found = self.distance.residuals(x[None])[0]
        self.loss.append(float(np.sum(found[: -x.size] ** 2)))
        self.norm.append(float(np.linalg.norm(self.slope)))
        return found

    def slopes(self, x: Floats) -> Floats:
        self.slope = self.distance.slopes(x)
        return self.slope


def tune_parameters(
    rows: Sequence[Mapping[str, Any]],
    targets: Targets,
    settings: Fitting,
    matching: Statistics,
    physics: Physics,
) -> Fits:
    """Fit circuits to the targets of a session by Levenberg-Marquardt.

    The algorithm is that of MINPACK (More 1978), with derivatives by differences under
    common noise, and at most ``settings.steps`` looks at the loss. Rows are of the kind
    `tables.CIRCUITS`. In the `Fits` there is no gain, and what comes after the last
    look is NaN.
    """
    fits = [
        _fitted(Distance.of(row, targets, settings, matching, physics)) for row in rows
    ]
    starts, fitted, seen = zip(*fits, strict=True)
    loss, norm = (
        np.array([_padded(getattr(one, name), settings.steps) for one in seen])
        for name in ("loss", "norm")
    )
    outcomes = [FitOutcome.FITTED] * len(fits)
    return Fits(starts, fitted, outcomes, loss, np.full(loss.shape, np.nan), norm)


def _fitted(distance: Distance) -> tuple[Circuit, Circuit, _Seen]:
    seen, start = _Seen(distance), distance.start
    slopes: Any = seen.slopes
    found: OptimizeResult = least_squares(
        seen.residuals,
        start,
        slopes,
        method="lm",
        ftol=_TOLERANCE,
        xtol=_TOLERANCE,
        max_nfev=distance.settings.steps,
    )
    before, after = distance.circuits(np.array([start, found.x]))
    return before, after, seen


def _padded(values: list[float], n: int) -> Floats:
    return np.array((values + n * [np.nan])[:n])


def _is_held(name: str, allowed: Range) -> bool:
    discrete = entry("distribution", allowed.scale).about["discrete"]
    return discrete or name == DOSE


def _point(value: float) -> Range:
    return Range(low=value, high=value, scale="uniform", source="of the start")

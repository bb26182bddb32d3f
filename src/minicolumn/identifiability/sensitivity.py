"""What parameters, and mechanisms, do to the statistics of circuits: by surrogates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config.circuits import Prior
from minicolumn.config.mice import States
from minicolumn.identifiability.prior_units import inferred, sd_of
from minicolumn.identifiability.sampling import SamplingNoise
from minicolumn.learning.splits import SplitRule
from minicolumn.states import STATES
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import scaled
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.rows import inputs_of

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How circuits answer to parameters and to ACh, under one mechanism.

    All are in SD of the noise of one epoch, with the states in the order of `STATES`.

    Attributes
    ----------
    architecture
        Of the surrogate.
    circuit_id
        (circuits,).
    parameters
        Their names.
    derivative
        By each parameter, in SD of the prior, (circuits, states, 11, parameters).
    place
        The statistics themselves on the scales of even noise, (circuits, states, 11).
    """

    architecture: str
    circuit_id: NDArray[np.int64]
    parameters: tuple[str, ...]
    derivative: Floats
    place: Floats

    @classmethod
    def of(
        cls,
        trained: Trained,
        circuits: pa.Table,
        prior: Prior,
        states: States,
        noise: SamplingNoise,
    ) -> Self:
        """Differentiate a surrogate at some circuits, at the ACh level of each state.

        ``circuits`` is a table of the kind `tables.CIRCUITS`; what ``prior`` does not
        let vary is no parameter.
        """
        names = inferred(prior)
        by_state = [
            _at_level(trained, circuits, getattr(states, state), noise)
            for state in STATES
        ]
        slopes, place = (np.stack(one, axis=1) for one in zip(*by_state, strict=True))
        columns = [trained.input_names.index(name) for name in names]
        sd = [sd_of(prior[name]) for name in names]
        in_training = trained.surrogate.scaling.input_sd[columns]
        derivative = slopes[..., columns] * (sd / in_training)
        ids = circuits["circuit_id"].to_numpy()
        return cls(trained.architecture, ids, names, derivative, place)

    @property
    def effect(self) -> Floats:
        """What the mechanism does between the states, (circuits, 11)."""
        rest, running = np.moveaxis(self.place, 1, 0)
        return running - rest

    def frame(self, mechanism: str) -> pd.DataFrame:
        """Return the derivatives as rows of `tables.SENSITIVITIES`, without checks."""
        levels = (self.circuit_id, STATES, STATISTIC_NAMES, self.parameters)
        names = ("circuit_id", "state", "statistic", "parameter")
        index = pd.MultiIndex.from_product(levels, names=names)
        rows = pd.DataFrame({"surrogate": self.derivative.ravel()}, index)
        return rows.reset_index().assign(mechanism=mechanism)


def sensitivities(
    surrogates: Iterable[Trained],
    circuits: pa.Table,
    rule: SplitRule,
    prior: Prior,
    states: States,
    noise: SamplingNoise,
) -> dict[str, Sensitivity]:
    """Return the sensitivity of test circuits, by the mechanism of each surrogate.

    ``circuits`` is a table of the kind `tables.CIRCUITS`; ``rule`` says which of them
    no surrogate has learned from.
    """
    unseen = rule.members(circuits["circuit_id"].to_numpy(), "test")
    test = circuits.filter(pa.array(unseen, pa.bool_()))
    return {
        one.training_set: Sensitivity.of(one, test, prior, states, noise)
        for one in surrogates
    }


def compared(
    sensitivity: Mapping[str, Sensitivity], simulator: pd.DataFrame, states: States
) -> pd.DataFrame:
    """Return the columns of `tables.SENSITIVITIES`.

    ``sensitivity`` is by mechanism; ``simulator`` is from `perturbed.differences`.
    """
    surrogate = pd.concat([one.frame(name) for name, one in sensitivity.items()])
    state_at = {getattr(states, state): state for state in STATES}
    simulator = simulator.assign(state=simulator["level"].map(state_at))
    key = ["circuit_id", "mechanism", "state", "parameter", "statistic"]
    return surrogate.merge(simulator.drop(columns="level"), on=key, how="left")


def _at_level(
    trained: Trained, circuits: pa.Table, level: float, noise: SamplingNoise
) -> tuple[Floats, Floats]:
    """Return derivatives by inputs in SD of the training inputs, and the place."""
    inputs = inputs_of(circuits, trained.input_names, level)
    scaling = trained.surrogate.scaling
    # A surrogate knows nothing beyond what it learned from.
    values = trained.surrogate.predict(inputs)
    values = values.clip(scaling.target_low, scaling.target_high)
    slopes = trained.surrogate.derivatives(inputs)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = slopes / noise.sd_at(values)[..., None]
    slopes = np.where(np.isfinite(slopes), slopes, np.nan)
    return slopes, scaled(values, STATISTIC_NAMES) / noise.sd

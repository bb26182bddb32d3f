"""All predictions of a run: the method and its controls, for all targets."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import Between
from minicolumn.config.circuits import Range
from minicolumn.config.mice import Level, States
from minicolumn.files.store import columns_of
from minicolumn.files.tables import PREDICTIONS, PREDICTIVE_CHECKS
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.keys import Stream, generator
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.bank import Bank
from minicolumn.prediction.combinations import POSTERIOR, SESSION
from minicolumn.prediction.forward import Forward, emulator, rate_alone, simulator
from minicolumn.prediction.predict import predict
from minicolumn.prediction.predictive_check import check_rows
from minicolumn.prediction.residuals import change_residuals
from minicolumn.prediction.scales import change_scale, simulated_scale
from minicolumn.prediction.selectors import Nearest, Posterior, Prior, Selector
from minicolumn.prediction.targets import Target
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.names import ACH_SHUFFLED
from minicolumn.surrogates.rows import Rows, rows_by_mechanism

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assumptions:
    """What predictions assume besides models and simulations.

    Attributes
    ----------
    states
        ACh level of each state, for circuits of the bank.
    rest, rise
        Ranges of the level at rest, and of its rise: what a target's own are is not
        known.
    rule
        Tells training circuits from others.
    nearest_circuits
        How many carry a prediction of the nearest.
    draws
        Posterior samples per target and mechanism.
    seed
        All that is drawn follows from it.
    """

    states: States
    rest: Level
    rise: Between
    rule: SplitRule
    nearest_circuits: int
    draws: int
    seed: int


@dataclass(frozen=True, eq=False)
class Study:
    """The selectors, and what forward models are made from.

    Attributes
    ----------
    calibration
        Simulations of calibration circuits by mechanism: they tell how far a surrogate
        is off.
    scale
        SD of the simulated change of training circuits, (11,).
    given
        What is assumed.
    """

    prior: Prior
    nearest: Nearest
    posterior: Posterior
    calibration: Mapping[str, Rows]
    scale: Floats
    given: Assumptions

    @classmethod
    def of(
        cls,
        circuits: pa.Table,
        simulated: pa.Table,
        prior: Mapping[str, Range],
        posterior: CircuitPosterior,
        given: Assumptions,
    ) -> Self:
        """Build it from a run; what simulations say of test circuits is not looked at.

        The tables are of the kinds `tables.CIRCUITS` and `tables.SIMULATED_STATISTICS`;
        ``prior`` is what the circuits were drawn from.
        """
        bank = Bank.of(circuits, simulated, given.rule, given.states)
        circuit_id = simulated["circuit_id"].to_numpy()
        training, calibration = (
            simulated.filter(pa.array(given.rule.members(circuit_id, split)))
            for split in ("train", "calibration")
        )
        return cls(
            Prior(bank),
            Nearest(bank, simulated_scale(training), given.nearest_circuits),
            Posterior(posterior, given.draws, given.seed, given.rise),
            rows_by_mechanism(circuits, calibration, MECHANISMS, prior),
            change_scale(training, given.states),
            given,
        )

    def combinations(
        self, models: Iterable[Trained]
    ) -> Iterator[tuple[Selector, Forward]]:
        """Yield the method and the published one of each surrogate, then controls."""
        for model in models:
            logger.info("%s trained on %s", model.architecture, model.training_set)
            yield self.posterior, emulator(model, self.residuals(model))
            yield self.prior, emulator(model)
        for mechanism in MECHANISMS:
            bank = self.prior.bank
            yield self.prior, simulator(bank, mechanism)
            yield self.nearest, simulator(bank, mechanism)
            yield self.prior, rate_alone(bank, mechanism)

    def residuals(self, model: Trained) -> Floats | None:
        """Return by how much a surrogate misses the change of calibration circuits.

        None for the ACh-shuffled control, which is taken at its word: it was told no
        level, so its residuals are the effect of acetylcholine.
        """
        if model.training_set == ACH_SHUFFLED:
            return None
        return change_residuals(
            model.surrogate,
            self.calibration[model.training_set],
            self.given.rest,
            self.given.rise,
            generator(self.given.seed, Stream.PREDICTIONS),
        )

    def predictions(
        self,
        models: Iterable[Trained],
        targets: Sequence[Target],
        se: Mapping[int, Floats],
    ) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
        """Make every prediction of every target, and check those of the method.

        ``se`` is the standard error of each session's observed change, (11,).

        Returns
        -------
        predictions
            Columns of the table `tables.PREDICTIONS`.
        checks
            Columns of the table `tables.PREDICTIVE_CHECKS`: sessions by the method, one
            row per session, surrogate and statistic, and one for all statistics.
        """
        rows: list[dict[str, Any]] = []
        checks: list[dict[str, Any]] = []
        for selector, forward in self.combinations(models):
            for one in predict(targets, selector, forward, self.given.seed):
                rows += one.rows(self.scale)
                if (one.target.kind, one.selector) == (SESSION, POSTERIOR):
                    checks += check_rows(one, se[one.target.identity], self.given.seed)
        return (
            columns_of(rows, PREDICTIONS.names),
            columns_of(checks, PREDICTIVE_CHECKS.names),
        )

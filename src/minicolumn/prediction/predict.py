"""What a surrogate expects a session to do when the mouse starts to run.

Two ways: *conditioned* on the session, the change of the circuits that could have
produced its stationary epochs; and *constant*, the published method, the mean change of
all training circuits, which is the same for every session.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from minicolumn.arrays import columns
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config.analysis import States
from minicolumn.config.mice import Level
from minicolumn.errors import TransferError
from minicolumn.files.store import columns_of
from minicolumn.files.tables import PREDICTIVE_CHECKS, TRANSFER
from minicolumn.inference.circuits.nearest import mean_change
from minicolumn.keys import Stream, generator
from minicolumn.prediction.predictive_check import PredictiveCheck
from minicolumn.prediction.push_forward import (
    ChangeDistribution,
    change_errors,
    push_forward,
)
from minicolumn.sessions.session import Observed
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.models import Surrogate
from minicolumn.surrogates.names import source_mechanism
from minicolumn.surrogates.rows import INPUT_NAMES, Rows

logger = logging.getLogger(__name__)

CONDITIONED = "conditioned"
CONSTANT = "constant"
ALL_STATISTICS = "all"

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EmulatedCircuits:
    """What a surrogate says about many circuits in both states; (circuits, 11)."""

    stationary: Floats
    running: Floats

    @classmethod
    def of(cls, surrogate: Surrogate, parameters: Floats, states: States) -> Self:
        """Emulate circuits with ``parameters`` (circuits, 18) at both ACh levels."""

        def at(level: float) -> Floats:
            levels = np.full(len(parameters), level)
            return surrogate.predict(np.column_stack([parameters, levels]))

        return cls(at(states.stationary), at(states.running))

    @classmethod
    def of_training(cls, model: Trained, circuits: pa.Table, states: States) -> Self:
        """Emulate the circuits that ``model`` was trained on.

        ``circuits`` is a table of the kind `tables.CIRCUITS`.
        """
        chosen = model.rule.members(circuits["circuit_id"].to_numpy(), "train")
        parameters = columns(circuits, PARAMETER_NAMES)[chosen]
        return cls.of(model.surrogate, parameters, states)

    @property
    def change(self) -> Floats:
        """Running minus stationary, (circuits, 11)."""
        return self.running - self.stationary


@dataclass(frozen=True, eq=False)
class PosteriorSamples:
    """Circuits that each session could be: inputs by session and mechanism."""

    inputs: Mapping[tuple[int, str], Floats]

    @classmethod
    def of(cls, table: pa.Table) -> Self:
        """Group a table of the kind `tables.POSTERIOR_SAMPLES`."""
        values = columns(table, INPUT_NAMES)
        session = table["session_id"].to_numpy()
        mechanism = np.asarray(table["mechanism"].to_pylist(), dtype=str)
        return cls(
            {
                (int(s), str(m)): values[(session == s) & (mechanism == m)]
                for s in np.unique(session)
                for m in np.unique(mechanism)
            }
        )

    def __getitem__(self, key: tuple[int, str]) -> Floats:
        if key not in self.inputs:
            raise TransferError(
                f"session {key[0]} has no possible circuits under {key[1]}: they were "
                "inferred for other sessions. Delete inference/posterior_samples."
                "parquet and run again"
            )
        return self.inputs[key]


@dataclass(frozen=True, eq=False)
class Predicting:
    """What predictions rest on besides the surrogates.

    Attributes
    ----------
    circuits
        Table of the kind `tables.CIRCUITS`.
    simulated
        Simulations by mechanism, from `surrogate.rows.simulated_rows`; those of a
        model's test circuits tell its errors.
    possible
        Circuits that each session could be.
    states
        ACh level of each state, for the constant way.
    rest, running
        Ranges of these levels: what a session's own are is not known.
    scale
        SD of the simulated change, (11,).
    se
        Standard error of each session's observed change, (11,), by session.
    seed
        Levels, errors and replicates follow from it and the session.
    """

    circuits: pa.Table
    simulated: Mapping[str, Rows]
    possible: PosteriorSamples
    states: States
    rest: Level
    running: Level
    scale: Floats
    se: Mapping[int, Floats]
    seed: int


def predict_changes(
    models: Iterable[Trained], sessions: Sequence[Observed], given: Predicting
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Predict every session with every model, and check what was observed.

    Returns
    -------
    changes
        Columns of the table `tables.TRANSFER`: one row per session, model, method and
        statistic, the undefined ones included.
    checks
        Columns of the table `tables.PREDICTIVE_CHECKS`, of the conditioned method: one
        row per session, model and statistic, and one for all statistics together.
    """
    rows: list[dict[str, Any]] = []
    checks: list[dict[str, Any]] = []
    for model in models:
        logger.info("%s trained on %s", model.architecture, model.training_set)
        constant = EmulatedCircuits.of_training(model, given.circuits, given.states)
        everywhere = ChangeDistribution.of(constant.change)
        mean = mean_change(constant.change)
        errors = _errors(model, given)
        for session in sessions:
            rng = generator(given.seed, Stream.PREDICTIONS, session.identity)
            own = _conditioned(model, session.identity, errors, given, rng)
            rows += _rows(model, session, CONSTANT, mean, everywhere, given.scale)
            rows += _rows(model, session, CONDITIONED, own.median, own, given.scale)
            se = given.se[session.identity]
            found = PredictiveCheck.of(own.draws, session.change, se, rng)
            checks += _check_rows(model, session, found)
    return (
        columns_of(rows, TRANSFER.names),
        columns_of(checks, PREDICTIVE_CHECKS.names),
    )


def errors_of_observation(observed: pa.Table) -> dict[int, Floats]:
    """Return the standard error of each session's observed change, (11,).

    ``observed`` is a table of the kind `tables.OBSERVED_CHANGES`.
    """
    errors: dict[int, Floats] = {}
    for row in observed.select(["session_id", "statistic", "se"]).to_pylist():
        mine = errors.setdefault(
            row["session_id"], np.full(len(STATISTIC_NAMES), np.nan)
        )
        if row["se"] is not None:
            mine[STATISTIC_NAMES.index(row["statistic"])] = row["se"]
    return errors


def of_method(changes: pa.Table, method: str) -> pa.Table:
    """Return the rows of one way to predict of a table of the kind TRANSFER."""
    return changes.filter(pc.field("method") == method)


def _conditioned(
    model: Trained,
    session_id: int,
    errors: Floats | None,
    given: Predicting,
    rng: np.random.Generator,
) -> ChangeDistribution:
    circuits = given.possible[session_id, source_mechanism(model.training_set)]
    running = rng.uniform(given.running.low, given.running.high, len(circuits))
    return push_forward(model.surrogate, circuits, running, errors, rng)


def _errors(model: Trained, given: Predicting) -> Floats | None:
    simulated = given.simulated[source_mechanism(model.training_set)]
    test = simulated.take(model.rule.members(simulated.circuit_id, "test"))
    rng = generator(given.seed, Stream.PREDICTIONS)
    return change_errors(model.surrogate, test, given.rest, given.running, rng)


def _rows(
    model: Trained,
    session: Observed,
    method: str,
    predicted: Floats,
    change: ChangeDistribution,
    scale: Floats,
) -> list[dict[str, Any]]:
    series = {
        "predicted": predicted,
        "p_up": change.p_up,
        "low": change.low,
        "high": change.high,
        "observed": session.change,
        "scale": scale,
    }
    return [
        {
            **_key(model, session),
            "method": method,
            "statistic": name,
            **{column: float(values[i]) for column, values in series.items()},
        }
        for i, name in enumerate(STATISTIC_NAMES)
    ]


def _check_rows(
    model: Trained, session: Observed, found: PredictiveCheck
) -> list[dict[str, Any]]:
    key = _key(model, session)
    single = [
        {**key, "statistic": name, "n_statistics": 1, "p": float(p)}
        for name, p in zip(STATISTIC_NAMES, found.p, strict=True)
    ]
    together = {"n_statistics": found.n_statistics, "p": found.p_whole}
    return [*single, {**key, "statistic": ALL_STATISTICS, **together}]


def _key(model: Trained, session: Observed) -> dict[str, Any]:
    return {
        "session_id": session.identity,
        "training_set": model.training_set,
        "architecture": model.architecture,
    }

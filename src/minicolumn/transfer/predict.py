"""What a surrogate expects a session to do when the mouse starts to run."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config.analysis import States
from minicolumn.outcomes import Outcome
from minicolumn.parameters import PARAMETER_NAMES
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogate.archive import Trained
from minicolumn.surrogate.models import Surrogate
from minicolumn.surrogate.rows import columns
from minicolumn.surrogate.scaling import WINSOR_PERCENTILES
from minicolumn.tables import TRANSFER
from minicolumn.transfer.observed import ObservedSession

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class EmulatedCircuits:
    """What a surrogate says about many circuits in both states; (circuits, 11)."""

    stationary: NDArray[np.float64]
    running: NDArray[np.float64]

    @classmethod
    def of(
        cls, surrogate: Surrogate, parameters: NDArray[np.float64], states: States
    ) -> Self:
        """Emulate circuits with ``parameters`` (circuits, 14) at both ACh levels."""

        def at(level: float) -> NDArray[np.float64]:
            levels = np.full(len(parameters), level)
            return surrogate.predict(np.column_stack([parameters, levels]))

        return cls(at(states.stationary), at(states.running))

    def change_for(
        self,
        session_stationary: NDArray[np.float64],
        scale: NDArray[np.float64],
        nearest: int,
    ) -> NDArray[np.float64]:
        """Return the change predicted for one session, (11,).

        It is the mean change of the ``nearest`` circuits whose emulated statistics at
        rest are most like the session's own, by Euclidean distance in units of
        ``scale`` over the statistics that both define. So the prediction is conditioned
        on the session at rest, and on nothing the mouse did while running. Two
        sessions alike at rest get the same prediction.

        Parameters
        ----------
        session_stationary
            Median statistics of the session at rest, (11,); NaN where undefined.
        scale
            SD of each simulated statistic, (11,).
        nearest
            How many circuits carry the prediction.

        Returns
        -------
        NDArray
            NaN for a statistic that the surrogate has not learned, and throughout if no
            statistic is defined both for the session and by the surrogate.

        Raises
        ------
        ValueError
            If there are fewer circuits than ``nearest``.
        """
        n_circuits = len(self.stationary)
        if nearest > n_circuits:
            raise ValueError(
                f"transfer.nearest_circuits={nearest} exceeds the {n_circuits} "
                "training circuits: choose fewer, or raise circuits.count"
            )
        comparable = np.isfinite(session_stationary + scale + self.stationary.sum(0))
        if not comparable.any():
            return np.full(len(STATISTIC_NAMES), np.nan)
        deviation = (self.stationary - session_stationary) / scale
        distance = np.square(deviation[:, comparable]).sum(axis=1)
        alike = np.argsort(distance, kind="stable")[:nearest]
        return (self.running - self.stationary)[alike].mean(axis=0)


class Scales(NamedTuple):
    """Units in which unlike statistics compare, each (11,).

    ``statistic`` measures how alike two states are, ``change`` how alike two changes.
    """

    statistic: NDArray[np.float64]
    change: NDArray[np.float64]

    @classmethod
    def of(cls, simulated: pa.Table, states: States) -> Self:
        """Return both scales of `tables.SIMULATED_STATISTICS` of all mechanisms."""
        return cls(simulated_scale(simulated), change_scale(simulated, states))


def simulated_scale(simulated: pa.Table) -> NDArray[np.float64]:
    """Return the SD of each simulated statistic, (11,).

    One scale for all mechanisms, so that distances between them compare: the SD over
    every simulation of every mechanism in ``simulated`` (a table of the kind
    `tables.SIMULATED_STATISTICS`), winsorised at 1 and 99 % because a few runaway
    circuits would otherwise set it. NaN for a statistic that does not vary.
    """
    finite = np.asarray(simulated["outcome"].to_pylist()) != Outcome.NOT_FINITE
    values = columns(simulated, STATISTIC_NAMES)[finite]
    return np.array([_winsorised_sd(column) for column in values.T])


def change_scale(simulated: pa.Table, states: States) -> NDArray[np.float64]:
    """Return the SD of the simulated change of each statistic, (11,).

    The spread, over the circuits of each mechanism, of what the simulator itself does
    from rest to running: a difference of one such unit between two mechanisms is as
    large as the difference between two circuits. Mechanisms are pooled after taking
    out the mean of each, so that what tells them apart does not count as spread.
    Each state is taken at the simulated level nearest to its own. Winsorised like
    `simulated_scale`; NaN for a statistic that does not vary.
    """
    levels = np.unique(simulated["level"].to_numpy())
    rest, running = (
        float(levels[np.abs(levels - level).argmin()])
        for level in (states.stationary, states.running)
    )
    frame = simulated.select(["circuit_id", "mechanism", "level", *STATISTIC_NAMES])
    table = frame.to_pandas().set_index(["mechanism", "circuit_id"])
    change = table[table["level"] == running].drop(columns="level") - table[
        table["level"] == rest
    ].drop(columns="level")
    spread = change - change.groupby(level="mechanism").transform("mean")
    return np.array([_winsorised_sd(spread[name].to_numpy()) for name in change])


def _winsorised_sd(values: NDArray[np.float64]) -> float:
    defined = values[np.isfinite(values)]
    if len(defined) < 2:
        return np.nan
    sd = np.clip(defined, *np.percentile(defined, WINSOR_PERCENTILES)).std()
    return float(sd) if sd > 0 else np.nan


def predict_changes(
    models: Iterable[Trained],
    circuits: pa.Table,
    scales: Scales,
    sessions: Sequence[ObservedSession],
    states: States,
    nearest_circuits: int,
) -> dict[str, list[Any]]:
    """Return the columns of the ``transfer`` table.

    One row per session, model and statistic, the undefined ones included.

    Parameters
    ----------
    models
        Trained surrogates, one at a time.
    circuits
        Table of the kind `tables.CIRCUITS`; only the training circuits of each model
        are used.
    scales
        From `Scales.of`.
    sessions
        From `observed.observed_sessions`.
    states
        ACh level of each state.
    nearest_circuits
        How many training circuits carry a session's prediction.
    """
    circuit_id = circuits["circuit_id"].to_numpy()
    parameters = columns(circuits, PARAMETER_NAMES)
    rows: list[dict[str, Any]] = []
    for model in models:
        logger.info("%s trained on %s", model.architecture, model.training_set)
        training = parameters[model.rule.members(circuit_id, "train")]
        emulated = EmulatedCircuits.of(model.surrogate, training, states)
        for session in sessions:
            predicted = emulated.change_for(
                session.at_rest, scales.statistic, nearest_circuits
            )
            rows += _rows(model, session, predicted, scales.change)
    return {name: [row[name] for row in rows] for name in TRANSFER.names}


def _rows(
    model: Trained,
    session: ObservedSession,
    predicted: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> list[dict[str, Any]]:
    observed = session.change
    return [
        {
            "session_id": session.session_id,
            "training_set": model.training_set,
            "architecture": model.architecture,
            "statistic": name,
            "predicted": float(predicted[i]),
            "observed": float(observed[i]),
            "scale": float(scale[i]),
        }
        for i, name in enumerate(STATISTIC_NAMES)
    ]

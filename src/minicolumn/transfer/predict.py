"""What a surrogate expects a session to do when the mouse starts to run."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config.analysis import States
from minicolumn.parameters import PARAMETER_NAMES
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogate.archive import Trained
from minicolumn.surrogate.models import Surrogate
from minicolumn.surrogate.rows import columns
from minicolumn.tables import TRANSFER
from minicolumn.transfer.nearest import change_nearest
from minicolumn.transfer.observed import ObservedSession
from minicolumn.transfer.scales import Scales

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

    @classmethod
    def of_training(cls, model: Trained, circuits: pa.Table, states: States) -> Self:
        """Emulate the circuits that ``model`` was trained on.

        ``circuits`` is a table of the kind `tables.CIRCUITS`.
        """
        chosen = model.rule.members(circuits["circuit_id"].to_numpy(), "train")
        parameters = columns(circuits, PARAMETER_NAMES)[chosen]
        return cls.of(model.surrogate, parameters, states)

    @property
    def change(self) -> NDArray[np.float64]:
        """Running minus stationary, (circuits, 11)."""
        return self.running - self.stationary


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
    rows: list[dict[str, Any]] = []
    for model in models:
        logger.info("%s trained on %s", model.architecture, model.training_set)
        emulated = EmulatedCircuits.of_training(model, circuits, states)
        for session in sessions:
            predicted = change_nearest(
                emulated, session.at_rest, scales.statistic, nearest_circuits
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

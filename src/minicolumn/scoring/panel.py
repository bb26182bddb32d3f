"""Predictions and observations of the same sessions, side by side and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import rows_where
from minicolumn.errors import PredictionError
from minicolumn.prediction.combinations import METHODS, REFERENCES, SESSION
from minicolumn.scoring.directions import NO_CHANGE, directions
from minicolumn.scoring.reliability import DECIDING
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


class Model(NamedTuple):
    """One forward model of a method, and one statistic it predicts."""

    training_set: str
    architecture: str
    statistic: str


@dataclass(frozen=True, eq=False)
class Panel:
    """What is scored, over the same sessions in the same order; NaN where missing.

    Attributes
    ----------
    session_id
        In ascending order, (sessions,).
    predicted
        Changes by model and statistic, (sessions,) each: what methods predict.
    references
        Changes by mechanism, reference and statistic, (sessions,) each.
    change, se, df, sham
        Observed changes, their standard errors with degrees of freedom, and changes
        between the first and the second half of rest, by statistic, (sessions,) each.
    """

    session_id: NDArray[np.int64]
    predicted: Mapping[Model, Floats]
    references: Mapping[tuple[str, str, str], Floats]
    change: Mapping[str, Floats]
    se: Mapping[str, Floats]
    df: Mapping[str, Floats]
    sham: Mapping[str, Floats]

    @classmethod
    def of(cls, predictions: pa.Table, observed: pa.Table) -> Self:
        """Align tables of the kinds `tables.PREDICTIONS` and `tables.OBSERVED_CHANGES`.

        Of the sessions' predictions, those of methods and of the references count.

        Raises
        ------
        PredictionError
            If a statistic is unknown, a row comes twice, or a prediction is for a
            session without observation.
        """
        sessions = np.unique(observed["session_id"].to_numpy())
        mine = rows_where(predictions, target=SESSION).to_pandas()
        keys = ["training_set", "selector", "forward", "statistic"]
        mine = mine.rename(columns={"target_id": "session_id"})
        predicted = _series(mine, keys, "predicted", sessions)
        names = {combination: name for name, combination in REFERENCES.items()}
        seen = observed.to_pandas()
        return cls(
            sessions,
            {
                Model(training_set, forward, statistic): changes
                for (training_set, by, forward, statistic), changes in predicted.items()
                if by in METHODS
            },
            {
                (training_set, names[how], statistic): changes
                for (training_set, *by, statistic), changes in predicted.items()
                if (how := tuple(by)) in names
            },
            *(
                {k: v for (k,), v in _series(seen, ["statistic"], n, sessions).items()}
                for n in (*DECIDING, "sham_change")
            ),
        )

    def agreement(self, model: Model) -> Floats:
        """Return 1 for a match, -1 for its opposite, 0 for a tie; (sessions,)."""
        return agreement(self.predicted[model], self.change[model.statistic])


def agreement(predicted: Floats, observed: Floats) -> Floats:
    """Return 1 for equal directions, -1 for opposite ones, 0 for a tie, NaN if missing.

    See `directions` for what counts as a tie.
    """
    return directions(predicted, NO_CHANGE) * directions(observed)


def _series(
    frame: pd.DataFrame, keys: list[str], value: str, sessions: NDArray[np.int64]
) -> dict[Any, Floats]:
    """Return the column ``value`` by the columns ``keys``, (sessions,) each."""
    if unknown := sorted(set(frame["statistic"]) - set(STATISTIC_NAMES)):
        raise PredictionError(
            f"statistics {unknown} were predicted, but this version knows "
            f"{', '.join(STATISTIC_NAMES)}: train the surrogates again"
        )
    if others := sorted(set(frame["session_id"]) - set(sessions)):
        raise PredictionError(
            f"sessions {list(map(int, others[:5]))} ({len(others)} in all) have "
            "predictions but no observed changes: make both from the same recordings"
        )
    if frame.duplicated(["session_id", *keys]).any():
        raise PredictionError(
            f"a table of {value} changes has two rows for one session and "
            f"{' and '.join(keys)}: delete it and run again"
        )
    return {
        key: rows.set_index("session_id")[value].reindex(sessions).to_numpy(float)
        for key, rows in frame.groupby(keys, sort=False)
    }

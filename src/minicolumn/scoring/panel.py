"""Predictions and observations of the same sessions, side by side and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import rows_where
from minicolumn.errors import PredictionError
from minicolumn.prediction.combinations import POSTERIOR, REFERENCES, SESSION
from minicolumn.scoring.directions import NO_CHANGE, directions
from minicolumn.statistics.names import STATISTIC_NAMES

Floats = NDArray[np.float64]


class Model(NamedTuple):
    """One surrogate and one statistic it predicts."""

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
        Changes by model and statistic, (sessions,) each: what the method predicts.
    references
        Changes by mechanism, reference and statistic, (sessions,) each.
    change, se, sham
        Observed changes, their standard errors, and changes between the first and the
        second half of rest, by statistic, (sessions,) each.
    """

    session_id: NDArray[np.int64]
    predicted: Mapping[Model, Floats]
    references: Mapping[tuple[str, str, str], Floats]
    change: Mapping[str, Floats]
    se: Mapping[str, Floats]
    sham: Mapping[str, Floats]

    @classmethod
    def of(cls, predictions: pa.Table, observed: pa.Table) -> Self:
        """Align tables of the kinds `tables.PREDICTIONS` and `tables.OBSERVED_CHANGES`.

        Of the sessions' predictions, those of the method and of the references count.

        Raises
        ------
        PredictionError
            If a statistic is unknown, a row comes twice, or a prediction is for a
            session without observation.
        """
        session_id = np.unique(observed["session_id"].to_numpy())
        place = {int(session): i for i, session in enumerate(session_id)}
        by_selector = _by_selector(predictions, place)
        return cls(
            session_id,
            {
                Model(training_set, forward, statistic): changes
                for (selector, forward, training_set, statistic), changes in (
                    by_selector.items()
                )
                if selector == POSTERIOR
            },
            {
                (training_set, name, statistic): changes
                for name, combination in REFERENCES.items()
                for (*found, training_set, statistic), changes in by_selector.items()
                if tuple(found) == combination
            },
            *(
                {k[0]: v for k, v in _series(observed, ("statistic",), name, place)}
                for name in ("change", "se", "sham_change")
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


def _by_selector(
    predictions: pa.Table, place: Mapping[int, int]
) -> dict[tuple[str, ...], Floats]:
    """Return sessions' predictions by selector, forward, training set and statistic."""
    mine = rows_where(predictions, target=SESSION)
    names = ["session_id" if n == "target_id" else n for n in mine.column_names]
    keys = ("selector", "forward", "training_set", "statistic")
    return dict(_series(mine.rename_columns(names), keys, "predicted", place))


def _series(
    table: pa.Table, keys: tuple[str, ...], value: str, place: Mapping[int, int]
) -> Iterable[tuple[tuple[str, ...], Floats]]:
    """Return the column ``value`` by the columns ``keys``, (sessions,) each."""
    names = list(zip(*(table[key].to_pylist() for key in keys), strict=True))
    sessions = table["session_id"].to_pylist()
    _refuse_others(sessions, table["statistic"].to_pylist(), place)
    if len(set(zip(names, sessions, strict=True))) < len(sessions):
        raise PredictionError(
            f"a table of {value} changes has two rows for one session and "
            f"{' and '.join(keys)}: delete it and run again"
        )
    found: dict[Any, Floats] = {}
    for name, session, one in zip(
        names, sessions, table[value].to_numpy(), strict=True
    ):
        found.setdefault(name, np.full(len(place), np.nan))[place[session]] = one
    return found.items()


def _refuse_others(
    sessions: Iterable[int], statistics: Iterable[str], place: Mapping[int, int]
) -> None:
    unknown = sorted(set(statistics) - set(STATISTIC_NAMES))
    if unknown:
        raise PredictionError(
            f"statistics {unknown} were predicted, but this version knows "
            f"{', '.join(STATISTIC_NAMES)}: train the surrogates again"
        )
    others = sorted(set(sessions) - place.keys())
    if others:
        raise PredictionError(
            f"sessions {others[:5]} ({len(others)} in all) have predictions but "
            "no observed changes: make both from the same recordings"
        )

"""Predictions and observations of the same sessions, side by side and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.errors import TransferError
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
        Changes by model and statistic, (sessions,) each.
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
    def of(cls, changes: pa.Table, observed: pa.Table, references: pa.Table) -> Self:
        """Align tables of the kinds TRANSFER, OBSERVED_CHANGES and REFERENCES.

        Raises
        ------
        TransferError
            If a statistic is unknown, a row comes twice, or a prediction is for a
            session without observation.
        """
        session_id = np.unique(observed["session_id"].to_numpy())
        place = {int(session): i for i, session in enumerate(session_id)}
        model = ("training_set", "architecture", "statistic")
        reference = ("mechanism", "reference", "statistic")

        def series(table: pa.Table, keys: tuple[str, ...], value: str) -> dict:
            return _series(table, keys, value, place)

        return cls(
            session_id,
            {Model(*k): v for k, v in series(changes, model, "predicted").items()},
            series(references, reference, "predicted"),
            *(
                {k[0]: v for k, v in series(observed, ("statistic",), name).items()}
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


def _series(
    table: pa.Table, keys: tuple[str, ...], value: str, place: Mapping[int, int]
) -> dict[tuple[str, ...], Floats]:
    names = list(zip(*(table[key].to_pylist() for key in keys), strict=True))
    sessions = table["session_id"].to_pylist()
    _refuse_strangers(sessions, table["statistic"].to_pylist(), place)
    if len(set(zip(names, sessions, strict=True))) < len(sessions):
        raise TransferError(
            f"a table of {value} changes has two rows for one session and "
            f"{' and '.join(keys)}: make it anew"
        )
    found: dict[Any, Floats] = {}
    for name, session, one in zip(
        names, sessions, table[value].to_numpy(), strict=True
    ):
        found.setdefault(name, np.full(len(place), np.nan))[place[session]] = one
    return found


def _refuse_strangers(
    sessions: Iterable[int], statistics: Iterable[str], place: Mapping[int, int]
) -> None:
    unknown = sorted(set(statistics) - set(STATISTIC_NAMES))
    if unknown:
        raise TransferError(
            f"statistics {unknown} were predicted, but this version knows "
            f"{', '.join(STATISTIC_NAMES)}: train the surrogates and predict anew"
        )
    strangers = sorted(set(sessions) - place.keys())
    if strangers:
        raise TransferError(
            f"sessions {strangers[:5]} ({len(strangers)} in all) have predictions but "
            "no observed changes: make both from the same recordings"
        )

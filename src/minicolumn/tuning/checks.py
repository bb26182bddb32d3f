"""How near circuits come to a session at rest, before and after a fit."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined, rows_where
from minicolumn.config.tuned import Fitting
from minicolumn.sessions.session import Session
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.answers import STATIONARY
from minicolumn.tuning.fit import Fits
from minicolumn.tuning.targets import PLACES, Targets, even

Floats = NDArray[np.float64]


def check_rows(
    sessions: Iterable[Session],
    fits: Mapping[int, Fits | str],
    described: pa.Table,
    sd: Floats,
    settings: Fitting,
) -> Iterator[dict[str, Any]]:
    """Yield rows of `tables.TUNED_CHECKS` for the fits of all sessions.

    Differences are those of means over fresh backgrounds from means over epochs. The
    conditioning epochs are those of the fit; it has not seen the evaluation epochs.

    Parameters
    ----------
    sessions
        Of which epochs at rest are read.
    fits
        By session; one without fits has a sentence, and no rows.
    described
        A table of the kind `tables.TUNED_STATISTICS`.
    sd, settings
        As `Targets.of` takes them.
    """
    for session in sessions:
        if not isinstance(found := fits[session.identity], str):
            own = rows_where(described, session_id=session.identity)
            yield from _of_session(session, found, own, sd, settings)


def _of_session(
    session: Session, fits: Fits, described: pa.Table, sd: Floats, settings: Fitting
) -> Iterator[dict[str, Any]]:
    targets = Targets.of(session.conditioning, sd, settings)
    unseen = mean_of_defined(even(session.evaluation[:, PLACES], settings))
    reached = _reached(described, settings)
    for start, (circuit, outcome) in enumerate(
        zip(fits.starts, fits.outcomes, strict=True)
    ):
        z = {
            f"{name}_{when}": (reached[start, fitted] - aim) / sd
            for when, fitted in (("before", False), ("after", True))
            for name, aim in (("z_target", targets.center), ("z", unseen))
        }
        for place, statistic in enumerate(SMOOTH_NAMES):
            yield {
                "session_id": session.identity,
                "start": start,
                "circuit_id": circuit.circuit_id,
                "outcome": str(outcome),
                "statistic": statistic,
                "trained": bool(targets.used[place]),
                "target": targets.center[place],
                "sd": sd[place],
                **{name: values[place] for name, values in z.items()},
            }


def _reached(
    described: pa.Table, settings: Fitting
) -> Mapping[tuple[int, bool], Floats]:
    """Return the mean at rest over trials on even scales, by start and fitted."""
    frame: pd.DataFrame = described.to_pandas()
    frame = frame[frame["state"] == STATIONARY]
    groups: Any = frame.groupby(["start", "fitted"])
    return {
        (int(start), bool(fitted)): mean_of_defined(
            even(rows[list(SMOOTH_NAMES)].to_numpy(float), settings)
        )
        for (start, fitted), rows in groups
    }

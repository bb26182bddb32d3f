"""How near circuits come to each session of mice whose mechanism is known.

What every rung of a ladder is measured by (`minicolumn.validation.ladder`): one value
for each session, NaN where it has none.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, mean_of_defined
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.config.tuned import Fitting
from minicolumn.errors import PredictionError
from minicolumn.prediction.push_forward import median_change
from minicolumn.scoring.panel import Model, Panel
from minicolumn.scoring.reliability import undecided
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tuning.targets import PLACES, even, scatter

Floats = NDArray[np.float64]


def check_alike(panels: Mapping[str, Panel]) -> None:
    """Refuse runs that observed other sessions, or other changes of the same.

    ``panels`` are those of the runs, by name.

    Raises
    ------
    PredictionError
        If two runs differ.
    """
    (first, one), *others = panels.items()
    for name, other in others:
        same = np.array_equal(one.session_id, other.session_id) and all(
            np.array_equal(one.change[k], other.change[k], equal_nan=True)
            for k in one.change
        )
        if not same:
            raise PredictionError(
                f"{first} and {name} observed other sessions, or cut them otherwise: a "
                "gain needs the same sessions. Give both the same recordings and epochs"
            )


def truths(sessions: Sequence[int], truth: Mapping[int, str]) -> list[str]:
    """Return the mechanism that acts in each session.

    Raises
    ------
    PredictionError
        If that is not known of a session.
    """
    if unknown := [one for one in sessions if truth.get(one) not in MECHANISMS]:
        raise PredictionError(
            f"the mechanism of sessions {unknown[:5]} ({len(unknown)} in all) is not "
            "known: rungs are compared on SYNTHETIC mice alone"
        )
    return [truth[one] for one in sessions]


def right_directions(
    panel: Panel, acting: Sequence[str], forward: str, undecided_below_se: float
) -> Floats:
    """Return the share of decided directions that are right, (sessions,).

    Parameters
    ----------
    panel
        Predictions and observations; ties count one half.
    acting
        Mechanism of each session: its prediction is taken.
    forward
        Forward model whose predictions count.
    undecided_below_se
        As of `minicolumn.scoring.reliability.undecided`.
    """
    acts = np.array(acting)
    right = np.full((len(STATISTIC_NAMES), len(acts)), np.nan)
    for place, name in enumerate(STATISTIC_NAMES):
        known = (panel.change[name], panel.se[name], panel.df[name])
        decided = ~undecided(*known, undecided_below_se)
        for mechanism in MECHANISMS:
            model = Model(mechanism, forward, name)
            if model in panel.predicted:
                mine = decided & (acts == mechanism)
                right[place, mine] = (1 + panel.agreement(model)[mine]) / 2
    return mean_of_defined(right)


def right_mechanisms(inferred: pa.Table, acting: Mapping[int, str]) -> Floats:
    """Return whether the most probable class is right, 1 or 0, by ``acting``.

    ``inferred`` is a table of the kind `tables.INFERRED_MECHANISMS`; a session about
    which nothing can be said has no probabilities there.
    """
    probability = columns(inferred, [f"probability_{name}" for name in CLASSES])
    best = {
        session: row.argmax()
        for session, row in zip(
            inferred["session_id"].to_pylist(), probability, strict=True
        )
        if np.isfinite(row).all()
    }
    return np.array(
        [
            float(CLASSES[best[session]] == truth) if session in best else np.nan
            for session, truth in acting.items()
        ]
    )


def resting_center(statistics: Floats, settings: Fitting) -> Floats:
    """Return the median at rest over draws (draws, 11), on even scales, (10,)."""
    return median_change(even(statistics[:, PLACES], settings))


def resting_distances(
    centers: Mapping[int, Floats], sessions: Sequence[Session], settings: Fitting
) -> Floats:
    """Return how far circuits are from what each session does at rest, (sessions,).

    It is the mean over statistics of the distance from the mean of the evaluation
    epochs, which no circuit was chosen by. The unit is what one epoch scatters by
    within a session, the same for all rungs.

    Parameters
    ----------
    centers
        What circuits do at rest, by session, on even scales, (10,); a session may
        have none.
    sessions
        With their epochs.
    settings
        What makes scales even.
    """
    sd = scatter(sessions, settings)
    unknown = np.full(len(PLACES), np.nan)
    z = [
        centers.get(one.identity, unknown)
        - mean_of_defined(even(one.evaluation[:, PLACES], settings))
        for one in sessions
    ]
    return mean_of_defined(np.abs(np.array(z) / sd).T)

"""The mechanism of each session, and of all together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.inference.mechanism.answers import NOT_JUDGED, Rule, of_cohort, of_each
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import by_direction
from minicolumn.sessions.features import features
from minicolumn.sessions.session import Session

ALL = "all sessions"


def infer(
    model: MechanismModel,
    sessions: Sequence[Session],
    rule: Rule,
    directions: NDArray[np.float64],
    truth: Mapping[int, str],
) -> dict[str, Any]:
    """Return the answers about sessions and cohorts, as plain values.

    Parameters
    ----------
    model
        What was learned from simulated mice.
    sessions
        Scored sessions; there may be none.
    rule
        When a class is claimed.
    directions
        Of `published.constant_directions`.
    truth
        True mechanism by session, of synthetic mice. These make one cohort for each
        truth; recorded sessions make one cohort of all.
    """
    if not sessions:
        return {"sessions": [], "cohorts": [], "truth": {}}
    known = {s.identity: truth[s.identity] for s in sessions if s.identity in truth}
    table = np.array([features(session) for session in sessions])
    judged = ~model.lacks(table)
    log_probability, typicality = model.log_probability(table), model.typicality(table)
    answers = of_each(log_probability, typicality, rule)
    cohort_of = np.array([known.get(session.identity, ALL) for session in sessions])

    def cohort(name: str) -> dict[str, Any]:
        mine = (cohort_of == name) & judged
        answer = of_cohort(
            log_probability[mine], typicality[mine], model.contamination, rule
        )
        return {"name": name, **asdict(answer)}

    return {
        "sessions": [
            {
                "session_id": session.identity,
                "n_stationary": len(session.stationary),
                "n_running": len(session.running),
                **asdict(answer if whole else NOT_JUDGED),
                "published": way,
            }
            for session, answer, whole, way in zip(
                sessions, answers, judged, by_direction(table, directions), strict=True
            )
        ],
        "cohorts": [cohort(name) for name in dict.fromkeys(cohort_of[judged].tolist())],
        "truth": {str(id_): name for id_, name in known.items()},
    }


def as_columns(sessions: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the columns of `tables.INFERRED_MECHANISMS` from the sessions' answers."""
    plain = ("session_id", "n_stationary", "n_running", "claim")
    return {name: [one[name] for one in sessions] for name in plain} | {
        f"{kind}_{name}": [one[kind][name] for one in sessions]
        for kind in ("probability", "typicality")
        for name in CLASSES
    }

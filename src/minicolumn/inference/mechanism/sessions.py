"""The mechanism of each session, and of all together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.domain.typicality import left_out
from minicolumn.inference.mechanism.answers import (
    NOT_JUDGED,
    Answer,
    Rule,
    of_cohort,
    of_each,
)
from minicolumn.inference.mechanism.learned import LearnedMechanism
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.published import agreements
from minicolumn.inference.mechanism.strata import of_classes
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.session import Session

ALL = "all sessions"


@dataclass(frozen=True)
class SessionAnswer(Answer):
    """The answer about one session.

    Attributes
    ----------
    session_id
        Which.
    n_stationary, n_running
        Its epochs.
    agreement
        By class: how many constant directions of the published method agree with the
        session, less those that do not.
    """

    session_id: int
    n_stationary: int
    n_running: int
    agreement: dict[str, float]


@dataclass(frozen=True)
class CohortAnswer(Answer):
    """The answer about one cohort, without the sessions left out.

    Attributes
    ----------
    name
        Its true mechanism, or `ALL`.
    left_out
        Sessions outside the domain, if they are few (`domain.typicality.left_out`).
    with_all
        The answer about all sessions; None if none is left out.
    """

    name: str
    left_out: tuple[int, ...] = ()
    with_all: Answer | None = None


@dataclass(frozen=True)
class MechanismAnswers:
    """What ``mechanism.json`` holds.

    Attributes
    ----------
    negligible
        The class `NONE` is said of no larger rise of ACh, as a ratio.
    sessions, cohorts
        The answers.
    truth
        By session, of synthetic mice.
    """

    negligible: float
    sessions: tuple[SessionAnswer, ...]
    cohorts: tuple[CohortAnswer, ...]
    truth: dict[int, str]


def infer(
    model: MechanismModel,
    sessions: Sequence[Session],
    typicality: NDArray[np.float64],
    rule: Rule,
    known: LearnedMechanism,
    truth: Mapping[int, str],
) -> MechanismAnswers:
    """Return the answers about sessions and cohorts.

    Parameters
    ----------
    model, known, rule
        What was learned from simulated mice, what is known about it, and when a class
        is claimed.
    sessions
        Scored sessions, scaled; there may be none.
    typicality
        Of `domain.typicality.typicality_of`, (sessions, 1 + classes).
    truth
        True mechanism by session, of synthetic mice. These make one cohort for each
        truth; recorded sessions make one cohort of all.
    """
    if not sessions:
        return MechanismAnswers(known.negligible, (), (), {})
    table = feature_table(sessions)
    judged = ~model.lacks(table) & np.isfinite(typicality).all(axis=1)
    log_probability = model.log_probability(table)
    cohort_of = np.array([truth.get(session.identity, ALL) for session in sessions])

    def cohort(name: str) -> CohortAnswer:
        mine = np.flatnonzero((cohort_of == name) & judged)
        gone = left_out(typicality[mine], rule.false_alarm)
        answer, with_all = (
            of_cohort(log_probability[i], typicality[i], model.pooling, rule)
            for i in (mine[~gone], mine)
        )
        return CohortAnswer(
            **vars(answer),
            name=name,
            left_out=tuple(sessions[i].identity for i in mine[gone]),
            with_all=with_all if gone.any() else None,
        )

    answers = of_each(of_classes(log_probability), typicality, rule)
    agreement = agreements(table, np.array(known.directions, dtype=float)).tolist()
    return MechanismAnswers(
        known.negligible,
        tuple(
            SessionAnswer(
                **vars(answers[i] if judged[i] else NOT_JUDGED),
                session_id=session.identity,
                n_stationary=len(session.stationary),
                n_running=len(session.running),
                agreement=dict(zip(CLASSES, agreement[i], strict=True)),
            )
            for i, session in enumerate(sessions)
        ),
        tuple(cohort(name) for name in dict.fromkeys(cohort_of[judged].tolist())),
        {s.identity: truth[s.identity] for s in sessions if s.identity in truth},
    )


def as_columns(
    sessions: Sequence[SessionAnswer], compared: str
) -> dict[str, list[Any]]:
    """Return the columns of `tables.INFERRED_MECHANISMS` from the sessions' answers.

    ``compared`` is `minicolumn.config.ComparedStates.compared`.
    """
    plain = ("session_id", "n_stationary", "n_running", "claim")
    return (
        {"compared": [compared] * len(sessions)}
        | {name: [getattr(one, name) for one in sessions] for name in plain}
        | {
            f"probability_{c}": [one.probability[c] for one in sessions]
            for c in CLASSES
        }
    )

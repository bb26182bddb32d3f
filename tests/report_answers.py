"""Made-up answers about mechanisms, as the report reads them."""

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.inference.mechanism.sessions import (
    CohortAnswer,
    MechanismAnswers,
    SessionAnswer,
)


def _answer(named, p, claim, n):
    return {
        "n": n,
        "probability": dict.fromkeys(CLASSES, (1 - p) / 3) | {named: p},
        "typicality": dict.fromkeys(CLASSES, 0.001) | {named: 0.5},
        "claim": claim,
    }


def session(id_, named, p, claim, published=("synaptic",)):
    """Return an answer; directions of ``published`` classes agree alike."""
    return SessionAnswer(
        **_answer(named, p, claim, 1),
        session_id=id_,
        n_stationary=3,
        n_running=4,
        agreement={name: 2.0 * (name in published) - 1 for name in CLASSES},
    )


def cohort(name, named, p, claim, n=4):
    return CohortAnswer(**_answer(named, p, claim, n), name=name)


def answers(sessions, cohorts, truth):
    return MechanismAnswers(1.4, tuple(sessions), tuple(cohorts), truth)

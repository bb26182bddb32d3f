"""What may be said about a session, or a cohort: a claim, or an abstention."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import ACTING, CLASSES
from minicolumn.domain.typicality import by_class, fisher
from minicolumn.inference.mechanism.strata import Pooling, evidence, together

UNDECIDED = "undecided"
OUTSIDE = "outside the simulated domain"
LACKING = "lacks a statistic"

AGREEMENT, PROBABILITY = "agreement", "probability"


def _of(classes: Sequence[str]) -> str:
    return {3: "of three", 4: "of four"}.get(len(classes), f"of {len(classes)}")


OF_ALL, PUBLISHED_OF_ALL = (
    f"{method} {_of(CLASSES)}" for method in ("most probable", "published method,")
)
OF_ACTING, PUBLISHED_OF_ACTING = (
    f"{method} {_of(ACTING)}" for method in ("most probable", "published method,")
)
CHOICES = {
    PUBLISHED_OF_ALL: (AGREEMENT, CLASSES),
    OF_ALL: (PROBABILITY, CLASSES),
    PUBLISHED_OF_ACTING: (AGREEMENT, ACTING),
    OF_ACTING: (PROBABILITY, ACTING),
}
"""What decides each forced choice, and among which classes, the hardest first.

Both methods choose by one rule, `shares_right`.
"""


@dataclass(frozen=True)
class Answer:
    """The answer about one session or one cohort.

    Attributes
    ----------
    n
        Sessions that it rests on.
    probability
        Of each class, under equal prior probabilities; None for a session that lacks
        what the answer rests on.
    typicality
        By class: p-value of looking like simulated mice of that class.
    claim
        A class, `UNDECIDED`, `OUTSIDE` or `LACKING`.
    """

    n: int
    probability: dict[str, float | None]
    typicality: dict[str, float | None]
    claim: str


NOT_JUDGED = Answer(1, dict.fromkeys(CLASSES), dict.fromkeys(CLASSES), LACKING)


@dataclass(frozen=True)
class Rule:
    """When a class is claimed.

    A session is outside the domain when it is unlike the mice of every class at level
    ``false_alarm``. A class is claimed when its probability is above ``claim_above``
    and the session is not unlike the mice of that class.
    """

    claim_above: float
    false_alarm: float

    def claims(
        self, log_probability: NDArray[np.float64], typicality: NDArray[np.float64]
    ) -> list[str]:
        """Return the claim about each row, (rows, classes) each."""
        best = log_probability.argmax(axis=1)
        rows = np.arange(len(best))
        sure = log_probability[rows, best] > np.log(self.claim_above)
        alike = typicality[rows, best] >= self.false_alarm
        inside = typicality.max(axis=1) >= self.false_alarm
        named = np.array(CLASSES, dtype=object)[best]
        return list(
            np.select([~inside, sure & alike], [OUTSIDE, named], default=UNDECIDED)
        )


def chosen(scores: NDArray[np.float64], names: Sequence[str]) -> list[str]:
    """Return the name of the highest score of each row; `UNDECIDED` for a tie."""
    best = scores == scores.max(axis=1, keepdims=True)
    named = np.array(names, dtype=object)[best.argmax(axis=1)]
    return list(np.where(best.sum(axis=1) == 1, named, UNDECIDED))


def shares_right(scores: NDArray[np.float64], truth: int) -> NDArray[np.float64]:
    """Return how right the highest score of each row is: 1 / k in a tie of k, or 0."""
    best = scores == scores.max(axis=1, keepdims=True)
    return best[:, truth] / best.sum(axis=1)


def of_each(
    log_probability: NDArray[np.float64],
    typicality: NDArray[np.float64],
    rule: Rule,
    n: int = 1,
) -> list[Answer]:
    """Return the answer about each session, or about cohorts of ``n``.

    The arrays are those of `strata.of_classes` and of `Domain.p_values`,
    (sessions, classes) and (sessions, 1 + classes).
    """
    alike = by_class(typicality)
    claims = rule.claims(log_probability, alike)
    return [
        Answer(n, _by_class(p), _by_class(typical), claim)
        for p, typical, claim in zip(
            np.exp(log_probability), alike, claims, strict=True
        )
    ]


def of_cohort(
    log_probability: NDArray[np.float64],
    typicality: NDArray[np.float64],
    pooling: Pooling,
    rule: Rule,
) -> Answer:
    """Return the answer about all sessions together.

    The arrays are those of `MechanismModel` and of `Domain.p_values`,
    (sessions, strata) and (sessions, 1 + classes).

    Raises
    ------
    ValueError
        If there is no session.
    """
    if not len(log_probability):
        raise ValueError("a cohort without sessions has no mechanism to be inferred")
    posterior = together(
        evidence(log_probability, pooling.contamination), pooling.correlation
    )
    alike = fisher(typicality)
    (answer,) = of_each(posterior[None], alike[None], rule, len(log_probability))
    return answer


def _by_class(values: NDArray[np.float64]) -> dict[str, float | None]:
    return dict(zip(CLASSES, values.tolist(), strict=True))

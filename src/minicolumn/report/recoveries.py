"""How often the true mechanism of synthetic mice is named, by both methods alike."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.inference.mechanism.answers import (
    CHOICES,
    LACKING,
    OUTSIDE,
    UNDECIDED,
    chosen,
    shares_right,
)
from minicolumn.scoring.evidence import evidence

CLAIMED = "claimed"
ABSTENTIONS = (UNDECIDED, OUTSIDE, LACKING)

Session = Any  # an answer of ``inference/mechanism.json``


@dataclass(frozen=True)
class Recovery:
    """Synthetic mice by what one method named.

    Attributes
    ----------
    method
        One of `CHOICES`, or `CLAIMED`.
    right, wrong, n
        Mice assigned their true mechanism, mice assigned another class, and all mice;
        a claim may abstain, a forced choice splits a tie of k classes.
    interval
        Exact 95 % interval (Clopper-Pearson) of ``right / n``; where a tie is split,
        from the interval of the next lower count to that of the next higher.
    confusion
        Mice by true and by named mechanism.
    """

    method: str
    right: float
    wrong: float
    n: int
    interval: tuple[float, float]
    confusion: dict[str, dict[str, int]]


def recoveries(answers: Any) -> list[Recovery]:
    """Return the recovery by each method; none without a mouse whose truth is known."""
    truth = answers.truth
    known = [one for one in answers.sessions if one.session_id in truth]
    if not known:
        return []
    truths = [truth[one.session_id] for one in known]
    return [*(_forced(way, known, truths) for way in CHOICES), _claimed(known, truths)]


def _forced(way: str, sessions: Sequence[Session], truths: Sequence[str]) -> Recovery:
    """Return what a forced choice comes to; who lacks a statistic ties all classes."""
    by, classes = CHOICES[way]
    scores = np.array(
        [[getattr(one, by)[name] or 0.0 for name in classes] for one in sessions]
    )
    shares = [
        shares_right(row[None], classes.index(one)).item()
        for row, one in zip(scores, truths, strict=True)
    ]
    right = float(np.sum(shares))
    wrong = len(shares) - right
    return _recovery(way, right, wrong, truths, chosen(scores, classes))


def _claimed(sessions: Sequence[Session], truths: Sequence[str]) -> Recovery:
    claims = [one.claim for one in sessions]
    right = sum(claim == one for claim, one in zip(claims, truths, strict=True))
    named = sum(claim not in ABSTENTIONS for claim in claims)
    return _recovery(CLAIMED, right, named - right, truths, claims)


def _recovery(
    method: str, right: float, wrong: float, truths: Sequence[str], said: Sequence[str]
) -> Recovery:
    pairs, n = Counter(zip(truths, said, strict=True)), len(said)
    # Thirds of a mouse add up to whole mice but for rounding.
    least, most = math.floor(right + 1e-9), math.ceil(right - 1e-9)
    lower, higher = evidence(least, n), evidence(most, n)
    assert lower is not None  # there is at least one mouse
    assert higher is not None
    confusion = {
        truth: {name: pairs[truth, name] for name in (*CLASSES, *ABSTENTIONS)}
        for truth in MECHANISMS
    }
    interval = lower.clopper_pearson[0], higher.clopper_pearson[1]
    return Recovery(method, right, wrong, n, interval, confusion)

"""How many synthetic mice were assigned their true mechanism, by which way."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.inference.mechanism.answers import LACKING, OUTSIDE, UNDECIDED
from minicolumn.scoring.evidence import evidence

Answers = Mapping[str, Any]  # the contents of inference/mechanism.json

CLAIMED = "claimed"
MOST_PROBABLE = "most probable"
PUBLISHED = "published method"
ABSTENTIONS = (UNDECIDED, OUTSIDE, LACKING)


def most_probable(session: Mapping[str, Any]) -> str:
    """Return the class of a session with most probability, claimed or not."""
    probability = session["probability"]
    if session["claim"] == LACKING:
        return LACKING
    return max(CLASSES, key=lambda name: probability[name])


WAYS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    MOST_PROBABLE: most_probable,
    CLAIMED: lambda session: session["claim"],
    PUBLISHED: lambda session: session["published"],
}


@dataclass(frozen=True)
class Recovery:
    """Synthetic mice by what one way said of them.

    Attributes
    ----------
    way
        One of `WAYS`.
    right, wrong, n
        Mice assigned their true mechanism, mice assigned another or none of these, and
        all mice: the rest are abstentions.
    interval
        Exact 95 % interval (Clopper-Pearson) of ``right / n``.
    confusion
        Mice by truth and by what was said.
    """

    way: str
    right: int
    wrong: int
    n: int
    interval: tuple[float, float]
    confusion: dict[str, dict[str, int]]


def recoveries(answers: Answers) -> list[Recovery]:
    """Return the recovery of each way; none without a mouse whose truth is known."""
    known = [
        (answers["truth"][str(session["session_id"])], session)
        for session in answers["sessions"]
        if str(session["session_id"]) in answers["truth"]
    ]
    return [_recovery(way, known) for way in WAYS] if known else []


def _recovery(way: str, known: list[tuple[str, Mapping[str, Any]]]) -> Recovery:
    pairs = Counter((truth, WAYS[way](session)) for truth, session in known)
    right = sum(n for (truth, said), n in pairs.items() if truth == said)
    abstained = sum(n for (_, said), n in pairs.items() if said in ABSTENTIONS)
    found = evidence(right, len(known))
    assert found is not None  # there is at least one mouse
    return Recovery(
        way,
        right,
        len(known) - right - abstained,
        len(known),
        found.clopper_pearson,
        {
            truth: {said: pairs[truth, said] for said in (*CLASSES, *ABSTENTIONS)}
            for truth in MECHANISMS
        },
    )

"""Sessions and simulated mice over equally many epochs.

What many epochs come to is less noisy than what few do, so a session of many looks
central among mice of few, and a session of few looks out of place among mice of many.
Whoever is compared with simulated mice is therefore compared with what these come to
over as many epochs; a session that has more than the mice is taken at as many as they
have.
"""

from collections.abc import Sequence

from minicolumn.sessions.session import Session

Length = tuple[int, int]
"""Epochs at rest, and running."""


def longest(mice: Sequence[Session]) -> Length:
    """Return the most epochs that any of the mice has in each state."""
    return (
        max((len(one.stationary) for one in mice), default=0),
        max((len(one.running) for one in mice), default=0),
    )


def by_length(sessions: Sequence[Session], most: Length) -> dict[Length, list[int]]:
    """Return which sessions have how many epochs; more than ``most`` count as most.

    Sessions without any epoch of a state compare with no mouse and are left out.
    """
    found: dict[Length, list[int]] = {}
    for place, one in enumerate(sessions):
        length = min(len(one.stationary), most[0]), min(len(one.running), most[1])
        if min(length):
            found.setdefault(length, []).append(place)
    return found

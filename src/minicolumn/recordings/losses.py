"""Why a session has few epochs: where the seconds of each state went."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from minicolumn.config import Epochs
from minicolumn.recordings.epochs import Epoch, Labels, Stimulus, allowed, trimmed
from minicolumn.recordings.intervals import Interval, intersect, subtract, union
from minicolumn.recordings.running import GRID_HZ, SpeedTrace
from minicolumn.states import STATES, State

BY_SPEED = "at a speed that fails the rule, or too short for another window"
BY_LABEL = "too short for another window"
# Less than this is not worth a word.
SHOWN_S = 0.5

Seconds = Callable[[Sequence[Interval]], float]
"""How long a session was in a state during some intervals."""


def time_lost(
    speed: SpeedTrace,
    stimuli: Sequence[Stimulus],
    invalid: Iterable[Interval],
    rule: Epochs,
    window_s: float,
    epochs: Sequence[Epoch],
    labels: Labels | None = None,
) -> dict[State, dict[str, float]]:
    """Return the seconds of each state, ``all`` and lost to each cause in turn.

    With ``labels``, a moment is in the state that they say. Otherwise it is one of
    running if the speed is above ``rule.moving_above_cm_s``, else one of rest. What is
    neither lost nor in one of ``epochs`` has a speed that fails the rule of the state,
    or is too short for another window.
    """
    blocks = [(one.start_s, one.stop_s) for one in allowed(stimuli, rule)]
    pieces = subtract(trimmed(blocks, rule), invalid)
    stages = {
        "outside spontaneous activity": blocks,
        "at the edges of blocks": trimmed(blocks, rule),
        "invalid or not recorded": pieces,
    }
    windows = [(epoch.start_s, epoch.stop_s) for epoch in epochs]
    return {
        state: _lost(
            seconds,
            stages | _within(within, window_s, labels is not None),
            windows,
            BY_SPEED if labels is None else BY_LABEL,
        )
        for state, seconds, within in _states(speed, labels, rule, pieces)
    }


def _states(
    speed: SpeedTrace, labels: Labels | None, rule: Epochs, pieces: list[Interval]
) -> list[tuple[State, Seconds, list[Interval]]]:
    """Return the seconds of each state, and the pieces in which its windows may lie."""
    if labels is not None:
        return [
            (
                state,
                _labeled(labels[state]),
                intersect(pieces, trimmed(labels[state], rule)),
            )
            for state in STATES
        ]
    moving = np.abs(speed.speed_cm_s) > rule.moving_above_cm_s
    masks = {"running": moving & speed.valid, "stationary": ~moving & speed.valid}
    return [(state, _moments(speed, masks[state]), pieces) for state in STATES]


def _within(
    pieces: list[Interval], window_s: float, labeled: bool
) -> dict[str, list[Interval]]:
    long = [(start, stop) for start, stop in pieces if stop - start >= window_s]
    edges = {"at the edges of its intervals": pieces} if labeled else {}
    return edges | {f"in pieces shorter than {window_s:g} s": long}


def _lost(
    seconds: Seconds,
    stages: Mapping[str, Sequence[Interval]],
    windows: Sequence[Interval],
    rest: str,
) -> dict[str, float]:
    left: Sequence[Interval] = [(-math.inf, math.inf)]
    total = seconds(left)
    lost = {"all": total}
    for cause, kept in stages.items():
        left = intersect(left, kept)
        now = seconds(left)
        lost[cause], total = total - now, now
    return lost | {rest: seconds(subtract(left, windows))}


def _labeled(label: Sequence[Interval]) -> Seconds:
    def seconds(intervals: Sequence[Interval]) -> float:
        return sum((b - a for a, b in intersect(union(label), intervals)), 0.0)

    return seconds


def _moments(speed: SpeedTrace, mask: NDArray[np.bool_]) -> Seconds:
    before = np.concatenate([[0], np.cumsum(mask)])

    def seconds(intervals: Sequence[Interval]) -> float:
        ends = np.searchsorted(speed.time_s, np.reshape(intervals, (-1, 2)))
        return float((before[ends[:, 1]] - before[ends[:, 0]]).sum() / GRID_HZ)

    return seconds


def told(lost: dict[str, float], name: str) -> str:
    """Return one clause on a state, by its name, without enough epochs."""
    causes = [f"{s:.0f} s {c}" for c, s in list(lost.items())[1:] if s >= SHOWN_S]
    if not causes:
        return f"no moment is known to be {name}"
    return f"of {lost['all']:.0f} s {name}, {', '.join(causes)}"

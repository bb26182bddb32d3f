"""Why a session has few epochs: where the seconds of each state went."""

from collections.abc import Iterable, Sequence

import numpy as np

from minicolumn.config import Epochs
from minicolumn.recordings.epochs import Epoch, Stimulus, allowed
from minicolumn.recordings.intervals import Interval, intersect, subtract
from minicolumn.recordings.running import GRID_HZ, SpeedTrace
from minicolumn.states import STATES, State

REST = "at a speed that fails the rule, or too short for another window"
# Less than this is not worth a word.
SHOWN_S = 0.5


def time_lost(
    speed: SpeedTrace,
    stimuli: Sequence[Stimulus],
    invalid: Iterable[Interval],
    rule: Epochs,
    window_s: float,
    epochs: Sequence[Epoch],
) -> dict[State, dict[str, float]]:
    """Return the seconds of each state, ``all`` and lost to each cause in turn.

    A moment is one of running if the speed is above ``rule.moving_above_cm_s``, and
    otherwise one of rest. What is neither lost nor in one of ``epochs`` has a speed
    that fails the rule of the state, or is too short for another window.
    """
    if not speed.time_s.size:
        return {state: {"all": 0.0} for state in STATES}
    everything = [(float(speed.time_s[0]), float(speed.time_s[-1]) + 1 / GRID_HZ)]
    used = allowed(stimuli, rule)
    blocks = [(one.start_s, one.stop_s) for one in used]
    trimmed = [(start + rule.trim_s, stop - rule.trim_s) for start, stop in blocks]
    pieces = subtract(trimmed, invalid)
    stages = {
        "outside spontaneous activity": blocks,
        "at the edges of blocks": trimmed,
        "invalid or not recorded": pieces,
        f"in pieces shorter than {window_s:g} s": [
            (start, stop) for start, stop in pieces if stop - start >= window_s
        ],
    }
    moving = np.abs(speed.speed_cm_s) > rule.moving_above_cm_s
    found: dict[State, dict[str, float]] = {}
    for state in STATES:
        mask = (moving if state == "running" else ~moving) & speed.valid
        left, total = everything, _seconds(speed, mask, everything)
        lost = {"all": total}
        for cause, kept in stages.items():
            left = intersect(left, kept)
            now = _seconds(speed, mask, left)
            lost[cause], total = total - now, now
        windows = [(epoch.start_s, epoch.stop_s) for epoch in epochs]
        lost[REST] = _seconds(speed, mask, subtract(left, windows))
        found[state] = lost
    return found


def _seconds(
    speed: SpeedTrace, mask: np.ndarray, intervals: Sequence[Interval]
) -> float:
    before = np.concatenate([[0], np.cumsum(mask)])
    ends = np.searchsorted(speed.time_s, np.reshape(intervals, (-1, 2)))
    return float((before[ends[:, 1]] - before[ends[:, 0]]).sum() / GRID_HZ)


def told(lost: dict[str, float], state: State) -> str:
    """Return one clause on a state without enough epochs."""
    causes = [f"{s:.0f} s {c}" for c, s in list(lost.items())[1:] if s >= SHOWN_S]
    if not causes:
        return f"no moment of known speed is {state}"
    return f"of {lost['all']:.0f} s {state}, {', '.join(causes)}"

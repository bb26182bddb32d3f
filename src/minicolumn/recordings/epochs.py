"""Running and stationary windows of a session."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from minicolumn.config import Epochs
from minicolumn.recordings.intervals import Interval, subtract
from minicolumn.recordings.running import GRID_HZ, SpeedTrace
from minicolumn.states import State

SPONTANEOUS = "spontaneous"
STEP_S = 0.5
KNOWN_FRACTION = 0.98


class Stimulus(NamedTuple):
    """A stretch of time with one stimulus on the screen."""

    start_s: float
    stop_s: float
    name: str


class Epoch(NamedTuple):
    """A window in one behavioral state; speeds are of ``|speed|`` in cm/s."""

    state: State
    start_s: float
    stop_s: float
    stimulus: str
    mean_speed_cm_s: float
    max_speed_cm_s: float
    fraction_moving: float


def find_epochs(
    speed: SpeedTrace,
    stimuli: Sequence[Stimulus],
    invalid: Iterable[Interval],
    rule: Epochs,
    window_s: float,
) -> list[Epoch]:
    """Return the windows that are running or stationary, in order of time.

    Each stimulus block is trimmed by ``rule.trim_s`` at both ends and loses the invalid
    intervals. The rest is scanned from its start in steps of `STEP_S`; the first window
    that qualifies for either state is taken, and the scan continues at its end. Windows
    never overlap or cross the edge of a block.

    The scan favors neither state, and taking the earliest window fits in the most. The
    two *rules* do differ: a running window may contain up to
    ``1 - fraction_moving_at_least`` of rest, so it may begin that much before running
    does; a stationary window contains no movement.

    Of ``stimuli``, in any order, only spontaneous blocks are used unless
    ``rule.stimulus`` is ``all``. In ``invalid`` times, the spikes of the selected units
    are invalid.
    """
    invalid = list(invalid)
    epochs: list[Epoch] = []
    for stimulus in sorted(allowed(stimuli, rule)):
        trimmed = (stimulus.start_s + rule.trim_s, stimulus.stop_s - rule.trim_s)
        taken = [(epoch.start_s, epoch.stop_s) for epoch in epochs]
        for piece in subtract([trimmed], [*invalid, *taken]):
            epochs += _scan(piece, stimulus.name, speed, rule, window_s)
    return sorted(epochs, key=lambda epoch: epoch.start_s)


def allowed(stimuli: Iterable[Stimulus], rule: Epochs) -> list[Stimulus]:
    """Return the blocks that may contain epochs."""
    every = rule.stimulus == "all"
    return [one for one in stimuli if every or one.name == SPONTANEOUS]


def _scan(
    piece: Interval, stimulus: str, speed: SpeedTrace, rule: Epochs, window_s: float
) -> Iterator[Epoch]:
    start_s, stop_s = piece
    while start_s + window_s <= stop_s:
        epoch = _epoch(start_s, stimulus, speed, rule, window_s)
        if epoch is None:
            start_s += STEP_S
        else:
            yield epoch
            start_s = epoch.stop_s


def _epoch(
    start_s: float, stimulus: str, speed: SpeedTrace, rule: Epochs, window_s: float
) -> Epoch | None:
    """Return the window that begins at ``start_s``, or None if it has no state."""
    stop_s = start_s + window_s
    begin, end = np.searchsorted(speed.time_s, (start_s, stop_s))
    window = np.abs(speed.speed_cm_s[begin:end])
    known = window[np.isfinite(window)]
    if known.size < max(1, math.floor(KNOWN_FRACTION * window_s * GRID_HZ)):
        return None
    mean_cm_s, max_cm_s = float(known.mean()), float(known.max())
    moving = float(np.mean(known > rule.moving_above_cm_s))
    runs = (
        moving >= rule.running.fraction_moving_at_least
        and mean_cm_s > rule.running.mean_above_cm_s
    )
    rests = (
        max_cm_s < rule.stationary.max_below_cm_s
        and mean_cm_s < rule.stationary.mean_below_cm_s
    )
    if runs == rests:
        return None
    state: State = "running" if runs else "stationary"
    return Epoch(state, start_s, stop_s, stimulus, mean_cm_s, max_cm_s, moving)

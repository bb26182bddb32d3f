"""The windows of a session that are in one of the two states."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.config import Epochs
from minicolumn.recordings.intervals import Interval, intersect, subtract
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


Labels = Mapping[State, Sequence[Interval]]
"""When a session was in each state, where a table says so."""

Judge = Callable[[NDArray[np.float64]], State | None]
"""Says the state of a window from ``|speed|`` in it; None if it has none."""


class Epoch(NamedTuple):
    """A window in one state; speeds are of ``|speed|`` in cm/s, NaN if unknown."""

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
    labels: Labels | None = None,
) -> list[Epoch]:
    """Return the windows that are in one of the two states, in order of time.

    Each stimulus block is trimmed by ``rule.trim_s`` at both ends and loses the invalid
    intervals. The rest is scanned from its start in steps of `STEP_S`; the first window
    that qualifies for either state is taken, and the scan continues at its end. Windows
    never overlap or cross the edge of a block.

    The scan favors neither state, and taking the earliest window fits in the most. The
    two *rules* of speed do differ: a running window may contain up to
    ``1 - fraction_moving_at_least`` of rest, so it may begin that much before running
    does; a stationary window contains no movement.

    With ``labels``, states are those of a table, and speed decides nothing: a window
    lies within one labeled interval, which is trimmed like a stimulus block.

    Of ``stimuli``, in any order, only spontaneous blocks are used unless
    ``rule.stimulus`` is ``all``. In ``invalid`` times, the spikes of the selected units
    are invalid.
    """
    invalid = list(invalid)
    epochs: list[Epoch] = []
    for stimulus in sorted(allowed(stimuli, rule)):
        block = trimmed([(stimulus.start_s, stimulus.stop_s)], rule)
        for where, judge in _judges(labels, rule):
            taken = [(epoch.start_s, epoch.stop_s) for epoch in epochs]
            for piece in intersect(subtract(block, [*invalid, *taken]), where):
                windows = _scan(piece, speed, judge, rule, window_s)
                epochs += [one._replace(stimulus=stimulus.name) for one in windows]
    return sorted(epochs, key=lambda epoch: epoch.start_s)


def trimmed(intervals: Iterable[Interval], rule: Epochs) -> list[Interval]:
    """Return intervals without what is too near to their ends."""
    return [(start + rule.trim_s, stop - rule.trim_s) for start, stop in intervals]


def _judges(
    labels: Labels | None, rule: Epochs
) -> Iterator[tuple[list[Interval], Judge]]:
    """Yield where windows may lie, and what says their state."""
    if labels is None:
        yield [(-math.inf, math.inf)], partial(_by_speed, rule=rule)
        return
    for state, intervals in labels.items():
        yield trimmed(intervals, rule), lambda _, state=state: state


def allowed(stimuli: Iterable[Stimulus], rule: Epochs) -> list[Stimulus]:
    """Return the blocks that may contain epochs."""
    every = rule.stimulus == "all"
    return [one for one in stimuli if every or one.name == SPONTANEOUS]


def _scan(
    piece: Interval, speed: SpeedTrace, judge: Judge, rule: Epochs, window_s: float
) -> Iterator[Epoch]:
    start_s, stop_s = piece
    while start_s + window_s <= stop_s:
        window = _speed_in(speed, start_s, start_s + window_s)
        state = judge(window)
        if state is None:
            start_s += STEP_S
        else:
            yield _epoch(state, (start_s, start_s + window_s), window, rule)
            start_s += window_s


def _speed_in(speed: SpeedTrace, start_s: float, stop_s: float) -> NDArray[np.float64]:
    begin, end = np.searchsorted(speed.time_s, (start_s, stop_s))
    known = np.abs(speed.speed_cm_s[begin:end])
    known = known[np.isfinite(known)]
    least = max(1, math.floor(KNOWN_FRACTION * (stop_s - start_s) * GRID_HZ))
    return known if known.size >= least else np.empty(0)


def _epoch(
    state: State, ends: Interval, window: NDArray[np.float64], rule: Epochs
) -> Epoch:
    if not window.size:
        return Epoch(state, *ends, "", *[math.nan] * 3)
    moving = float(np.mean(window > rule.moving_above_cm_s))
    return Epoch(state, *ends, "", float(window.mean()), float(window.max()), moving)


def _by_speed(window: NDArray[np.float64], rule: Epochs) -> State | None:
    """Return the state of a window; None if its speed is unknown or fails both."""
    if not window.size:
        return None
    mean_cm_s = window.mean()
    runs = (
        np.mean(window > rule.moving_above_cm_s)
        >= rule.running.fraction_moving_at_least
        and mean_cm_s > rule.running.mean_above_cm_s
    )
    rests = (
        window.max() < rule.stationary.max_below_cm_s
        and mean_cm_s < rule.stationary.mean_below_cm_s
    )
    if runs == rests:
        return None
    return "running" if runs else "stationary"

"""The windows of a session that are in one of the two states."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal, NamedTuple

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

By = Literal["speed", "speed_and_pupil"]
"""What else tells states apart."""

Floats = NDArray[np.float64]


class Window(NamedTuple):
    """What is known of a window: ``|speed|`` in cm/s, (n,), and the mean pupil."""

    speed: Floats
    pupil: float


Judge = Callable[[Window], State | None]
"""Says the state of a window; None if it has none."""


class Epoch(NamedTuple):
    """A window in one state; speeds are of ``|speed|`` in cm/s, NaN if unknown."""

    state: State
    start_s: float
    stop_s: float
    stimulus: str
    mean_speed_cm_s: float
    max_speed_cm_s: float
    fraction_moving: float
    mean_pupil: float


def find_epochs(
    speed: SpeedTrace,
    stimuli: Sequence[Stimulus],
    invalid: Iterable[Interval],
    rule: Epochs,
    window_s: float,
    told_by: Labels | By = "speed",
    pupil: Floats | None = None,
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

    With ``told_by="speed_and_pupil"`` the pupil of a resting window must also be small,
    and that of a running window large, by ``rule.pupil``. With labels, states are those
    of a table, and speed decides nothing: a window lies within one labeled interval,
    which is trimmed like a stimulus block.

    ``pupil`` is its size at the times of the speed, NaN where unknown; epochs have its
    mean whatever tells their state.

    Of ``stimuli``, in any order, only spontaneous blocks are used unless
    ``rule.stimulus`` is ``all``. In ``invalid`` times, the spikes of the selected units
    are invalid.
    """
    invalid = list(invalid)
    epochs: list[Epoch] = []
    for stimulus in sorted(allowed(stimuli, rule)):
        block = trimmed([(stimulus.start_s, stimulus.stop_s)], rule)
        for where, judge in _judges(told_by, pupil, rule):
            taken = [(epoch.start_s, epoch.stop_s) for epoch in epochs]
            for piece in intersect(subtract(block, [*invalid, *taken]), where):
                windows = _scan(piece, (speed, pupil), judge, rule, window_s)
                epochs += [one._replace(stimulus=stimulus.name) for one in windows]
    return sorted(epochs, key=lambda epoch: epoch.start_s)


def trimmed(intervals: Iterable[Interval], rule: Epochs) -> list[Interval]:
    """Return intervals without what is too near to their ends."""
    return [(start + rule.trim_s, stop - rule.trim_s) for start, stop in intervals]


def _judges(
    told_by: Labels | By, pupil: Floats | None, rule: Epochs
) -> Iterator[tuple[list[Interval], Judge]]:
    """Yield where windows may lie, and what says their state."""
    if isinstance(told_by, str):
        sizes = _sizes(pupil, rule) if told_by == "speed_and_pupil" else None
        yield [(-math.inf, math.inf)], partial(_by_behavior, rule=rule, sizes=sizes)
        return
    for state, intervals in told_by.items():
        yield trimmed(intervals, rule), lambda _, state=state: state


def allowed(stimuli: Iterable[Stimulus], rule: Epochs) -> list[Stimulus]:
    """Return the blocks that may contain epochs."""
    every = rule.stimulus == "all"
    return [one for one in stimuli if every or one.name == SPONTANEOUS]


def _scan(
    piece: Interval,
    behavior: tuple[SpeedTrace, Floats | None],
    judge: Judge,
    rule: Epochs,
    window_s: float,
) -> Iterator[Epoch]:
    start_s, stop_s = piece
    while start_s + window_s <= stop_s:
        window = _window(*behavior, start_s, start_s + window_s)
        state = judge(window)
        if state is None:
            start_s += STEP_S
        else:
            yield _epoch(state, (start_s, start_s + window_s), window, rule)
            start_s += window_s


def _window(
    speed: SpeedTrace, pupil: Floats | None, start_s: float, stop_s: float
) -> Window:
    """Return what is known nearly throughout a window."""
    begin, end = np.searchsorted(speed.time_s, (start_s, stop_s))
    least = max(1, math.floor(KNOWN_FRACTION * (stop_s - start_s) * GRID_HZ))

    def known(values: Floats) -> Floats:
        mine = values[begin:end][np.isfinite(values[begin:end])]
        return mine if mine.size >= least else np.empty(0)

    sizes = np.empty(0) if pupil is None else known(pupil)
    return Window(
        np.abs(known(speed.speed_cm_s)), float(sizes.mean()) if sizes.size else math.nan
    )


def _epoch(state: State, ends: Interval, window: Window, rule: Epochs) -> Epoch:
    speed = window.speed
    if not speed.size:
        return Epoch(state, *ends, "", math.nan, math.nan, math.nan, window.pupil)
    moving = float(np.mean(speed > rule.moving_above_cm_s))
    told = float(speed.mean()), float(speed.max()), moving
    return Epoch(state, *ends, "", *told, window.pupil)


def _sizes(pupil: Floats | None, rule: Epochs) -> dict[State, Interval]:
    """Return between which sizes the mean pupil of each state lies."""
    known = np.empty(0) if pupil is None else pupil[np.isfinite(pupil)]
    if not known.size:
        return {"stationary": (0.0, 0.0), "running": (0.0, 0.0)}
    small, large = np.quantile(known, (rule.pupil.small_below, rule.pupil.large_above))
    return {"stationary": (-math.inf, small), "running": (large, math.inf)}


def _by_behavior(
    window: Window, rule: Epochs, sizes: Mapping[State, Interval] | None
) -> State | None:
    """Return the state of a window by its speed, if its pupil agrees."""
    state = _by_speed(window.speed, rule)
    if state is None or sizes is None:
        return state
    least, most = sizes[state]
    return state if least < window.pupil < most else None


def _by_speed(window: Floats, rule: Epochs) -> State | None:
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

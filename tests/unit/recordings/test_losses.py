"""Every second of a state is in a window or has a cause."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from minicolumn.config import Epochs
from minicolumn.recordings.epochs import Stimulus, find_epochs
from minicolumn.recordings.losses import time_lost, told
from minicolumn.recordings.running import GRID_HZ, SpeedTrace

RULE = Epochs.model_validate(
    {
        "stimulus": "spontaneous",
        "moving_above_cm_s": 1.0,
        "running": {"fraction_moving_at_least": 0.9, "mean_above_cm_s": 3.0},
        "stationary": {"max_below_cm_s": 1.0, "mean_below_cm_s": 0.5},
        "pupil": {"small_below": 0.5, "large_above": 0.5},
        "trim_s": 1.0,
        "per_state_at_least": 3,
        "balance": "none",
    }
)


@settings(deadline=None)
@given(st.integers(0, 999), st.floats(0, 60), st.floats(0, 20))
def test_no_second_is_lost_twice_or_without_a_cause(seed, cut_s, void_s):
    rng = np.random.default_rng(seed)
    levels = rng.choice([0.1, 20.0], 12)
    time_s = np.arange(int(60 * GRID_HZ)) / GRID_HZ
    speed = SpeedTrace(time_s, levels[(time_s // 5).astype(int)])
    blocks = [Stimulus(0, cut_s, "spontaneous"), Stimulus(cut_s, 60, "bars")]
    arguments = speed, blocks, [(10, 10 + void_s)], RULE, 5.0
    epochs = find_epochs(*arguments)
    for state, lost in time_lost(*arguments, epochs).items():
        moving = speed.speed_cm_s > 1
        mask = moving if state == "running" else ~moving
        used = np.zeros(mask.size, bool)
        for one in epochs:
            used |= (speed.time_s >= one.start_s) & (speed.time_s < one.stop_s)
        causes = [seconds for cause, seconds in lost.items() if cause != "all"]
        assert all(seconds >= -1e-9 for seconds in causes)
        assert lost["all"] == pytest.approx(mask.sum() / 30)
        assert sum(causes) == pytest.approx((mask & ~used).sum() / 30, abs=0.1)


def test_a_state_that_never_occurs_is_told():
    assert told({"all": 0.0}, "running") == "no moment is known to be running"
    lost = {"all": 60.0, "outside spontaneous activity": 50.0, "at the edges": 0.2}
    assert told(lost, "running") == (
        "of 60 s running, 50 s outside spontaneous activity"
    )


def test_no_labeled_second_is_lost_twice_or_without_a_cause():
    labels = {"stationary": [(0.0, 20.0), (22.0, 29.0)], "running": [(30.0, 60.0)]}
    time_s = np.arange(int(60 * GRID_HZ)) / GRID_HZ
    speed = SpeedTrace(time_s, np.full(time_s.size, np.nan))
    blocks = [Stimulus(0, 50, "spontaneous"), Stimulus(50, 60, "bars")]
    arguments = speed, blocks, [(33.0, 35.0)], RULE, 5.0
    epochs = find_epochs(*arguments, labels)
    found = time_lost(*arguments, epochs, labels)
    for state, lost in found.items():
        used_s = sum(e.stop_s - e.start_s for e in epochs if e.state == state)
        assert sum(list(lost.values())[1:]) == pytest.approx(lost["all"] - used_s)
    assert found["running"] == pytest.approx(
        {"all": 30, "outside spontaneous activity": 10, "at the edges of blocks": 1,
         "invalid or not recorded": 2, "at the edges of its intervals": 1,
         "in pieces shorter than 5 s": 2, "too short for another window": 4}
    )  # fmt: skip
    assert told(found["running"], "awake").startswith("of 30 s awake, 10 s outside")

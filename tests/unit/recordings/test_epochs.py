import itertools
from unittest.mock import ANY

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from minicolumn.config import Epochs
from minicolumn.recordings.epochs import Epoch, Stimulus, find_epochs
from minicolumn.recordings.running import GRID_HZ, SpeedTrace

RULE = {
    "stimulus": "spontaneous",
    "moving_above_cm_s": 1.0,
    "running": {"fraction_moving_at_least": 0.9, "mean_above_cm_s": 3.0},
    "stationary": {"max_below_cm_s": 1.0, "mean_below_cm_s": 0.5},
    "pupil": {"small_below": 0.5, "large_above": 0.5},
    "trim_s": 1.0,
    "per_state_at_least": 3,
    "balance": "none",
}
W = 10.0


def rule(**changes):
    return Epochs.model_validate({**RULE, **changes})


def trace(speed, stop_s):
    time_s = np.arange(int(stop_s * GRID_HZ)) / GRID_HZ
    return SpeedTrace(time_s, np.asarray(speed(time_s), dtype=float))


def gray(start_s, stop_s):
    return Stimulus(start_s, stop_s, "spontaneous")


def summary(epochs):
    return [(epoch.state, epoch.start_s) for epoch in epochs]


def rest_then_run(t):
    return np.where(t < 40, 0.1, 20.0)


def test_known_speed_gives_known_epochs():
    epochs = find_epochs(trace(rest_then_run, 80), [gray(0, 80)], [], rule(), W)
    # The first window with nine tenths of movement begins one second before it.
    assert summary(epochs) == [
        *(("stationary", start_s) for start_s in (1.0, 11.0, 21.0)),
        *(("running", start_s) for start_s in (39.0, 49.0, 59.0, 69.0)),
    ]
    assert all(epoch.stop_s - epoch.start_s == W for epoch in epochs)
    first, onset = epochs[0], epochs[3]
    assert first == Epoch(
        "stationary", 1.0, 11.0, "spontaneous", pytest.approx(0.1), 0.1, 0.0, ANY
    )
    assert onset.fraction_moving == pytest.approx(0.9)
    assert onset.mean_speed_cm_s == pytest.approx(0.9 * 20 + 0.1 * 0.1)
    assert onset.max_speed_cm_s == 20


def test_the_scan_takes_a_window_as_soon_as_one_qualifies():
    def twitch(t):
        return np.where((t >= 3) & (t < 3.2), 5.0, 0.0)

    epochs = find_epochs(trace(twitch, 16), [gray(0, 16)], [], rule(), W)
    assert summary(epochs) == [("stationary", 3.5)]


@pytest.mark.parametrize(
    ("speed_cm_s", "state"),
    [
        (0.0, "stationary"),
        (0.49, "stationary"),
        (0.51, None),
        (2.9, None),
        (3.1, "running"),
        (-3.1, "running"),
        (-0.49, "stationary"),
    ],
)
def test_states_follow_the_thresholds_whichever_the_direction(speed_cm_s, state):
    steady = trace(lambda t: np.full_like(t, speed_cm_s), 12)
    epochs = find_epochs(steady, [gray(0, 12)], [], rule(), W)
    assert [epoch.state for epoch in epochs] == ([state] if state else [])


def test_one_movement_ends_a_rest():
    def jerk(t):
        return np.where(np.abs(t - 6) < 0.02, 1.1, 0.0)

    assert find_epochs(trace(jerk, 12), [gray(0, 12)], [], rule(), W) == []


def test_a_window_that_meets_both_rules_has_no_state():
    both = rule(moving_above_cm_s=0.1, running={
        "fraction_moving_at_least": 0.9, "mean_above_cm_s": 0.2})  # fmt: skip
    steady = trace(lambda t: np.full_like(t, 0.3), 12)
    assert find_epochs(steady, [gray(0, 12)], [], both, W) == []


def test_windows_stay_within_their_trimmed_block():
    still = trace(np.zeros_like, 40)
    blocks = [gray(0, 11.9), gray(11.9, 24.0), gray(24.0, 40.0)]
    epochs = find_epochs(still, blocks, [], rule(), W)
    assert summary(epochs) == [("stationary", 12.9), ("stationary", 25.0)]


def test_only_gray_screen_unless_everything_is_asked_for():
    still = trace(np.zeros_like, 40)
    blocks = [Stimulus(0, 13, "flashes"), gray(20, 33)]
    assert len(find_epochs(still, blocks, [], rule(), W)) == 1
    every = find_epochs(still, blocks, [], rule(stimulus="all"), W)
    assert [epoch.stimulus for epoch in every] == ["flashes", "spontaneous"]


def test_invalid_time_is_avoided():
    still = trace(np.zeros_like, 40)
    epochs = find_epochs(still, [gray(0, 40)], [(12.0, 12.1)], rule(), W)
    assert summary(epochs) == [
        *(("stationary", start_s) for start_s in (1.0, 12.1, 22.1)),
    ]


@pytest.mark.parametrize(("unknown", "n_epochs"), [(6, 1), (7, 0)])
def test_98_percent_of_the_speed_must_be_known(unknown, n_epochs):
    still = trace(np.zeros_like, 12)
    still.speed_cm_s[100 : 100 + unknown] = np.nan
    assert len(find_epochs(still, [gray(0, 12)], [], rule(), W)) == n_epochs


def test_time_without_speed_has_no_epochs():
    still = trace(np.zeros_like, 12)
    assert find_epochs(still, [gray(100, 200)], [], rule(), W) == []
    nothing = SpeedTrace(np.empty(0), np.empty(0))
    assert find_epochs(nothing, [gray(0, 100)], [], rule(), W) == []


@st.composite
def sessions(draw):
    edges = [0.0, *np.cumsum(draw(st.lists(st.floats(1, 30), min_size=2, max_size=9)))]
    levels = draw(st.lists(st.sampled_from([0.0, 0.2, 0.7, 2.0, 20.0]),
                           min_size=len(edges), max_size=len(edges)))  # fmt: skip
    speed = trace(
        lambda t: np.asarray(levels)[np.searchsorted(edges, t, side="right") - 1],
        edges[-1],
    )
    lost = draw(st.floats(0, edges[-1]))
    speed.speed_cm_s[(speed.time_s > lost) & (speed.time_s < lost + 0.3)] = np.nan
    cut = draw(st.floats(0, edges[-1]))
    name = st.sampled_from(["spontaneous", "flashes"])
    blocks = [
        Stimulus(0.0, cut, draw(name)),
        Stimulus(cut, edges[-1], draw(name)),
    ]
    begin = draw(st.floats(0, edges[-1]))
    return speed, blocks, [(begin, begin + draw(st.floats(0.01, 3)))]


@settings(deadline=None)
@given(sessions())
def test_epochs_obey_their_definition(session):
    speed, blocks, invalid = session
    epochs = find_epochs(speed, blocks, invalid, rule(), 5.0)
    for epoch in epochs:
        assert epoch.stop_s == epoch.start_s + 5.0
        assert any(
            block.name == epoch.stimulus == "spontaneous"
            and block.start_s + 1 <= epoch.start_s
            and epoch.stop_s <= block.stop_s - 1
            for block in blocks
        )
        assert all(epoch.stop_s <= a or b <= epoch.start_s for a, b in invalid)
        inside = (speed.time_s >= epoch.start_s) & (speed.time_s < epoch.stop_s)
        known = speed.speed_cm_s[inside & speed.valid]
        assert known.size >= 0.98 * 150 - 1
        assert epoch.mean_speed_cm_s == pytest.approx(known.mean())
        if epoch.state == "stationary":
            assert known.max() < 1
            assert known.mean() < 0.5
        else:
            assert np.mean(known > 1) >= 0.9
            assert known.mean() > 3
    for earlier, later in itertools.pairwise(epochs):
        assert earlier.stop_s <= later.start_s


@settings(deadline=None)
@given(sessions())
def test_direction_of_running_does_not_matter(session):
    speed, blocks, invalid = session
    backwards = SpeedTrace(speed.time_s, -speed.speed_cm_s)
    assert find_epochs(speed, blocks, invalid, rule(), 5.0) == find_epochs(
        backwards, blocks, invalid, rule(), 5.0
    )


@settings(deadline=None)
@given(sessions())
def test_scanning_finds_at_least_as_many_windows_as_tiling(session):
    speed, _, _ = session
    stop_s = float(speed.time_s[-1])
    untrimmed = rule(trim_s=0.0)
    tiled = sum(
        len(find_epochs(speed, [gray(k * 5.0, k * 5.0 + 5.0)], [], untrimmed, 5.0))
        for k in range(int(stop_s // 5.0))
    )
    assert len(find_epochs(speed, [gray(0.0, stop_s)], [], untrimmed, 5.0)) >= tiled


def test_overlapping_blocks_do_not_yield_overlapping_windows():
    still = trace(np.zeros_like, 40)
    epochs = find_epochs(still, [gray(0, 30), gray(5, 40)], [], rule(), W)
    assert summary(epochs) == [
        *(("stationary", start_s) for start_s in (1.0, 11.0, 21.0)),
    ]


LABELS = {"stationary": [(0.0, 30.0)], "running": [(30.0, 60.0), (70.0, 95.0)]}


def labeled(speed, labels=LABELS, invalid=(), **changes):
    blocks = [gray(0, 100)]
    return find_epochs(speed, blocks, invalid, rule(**changes), W, labels)


def test_labels_decide_and_speed_does_not():
    running = trace(lambda t: np.full(t.size, 20.0), 100)
    epochs = labeled(running)
    assert summary(epochs) == [
        ("stationary", 1.0), ("stationary", 11.0),
        ("running", 31.0), ("running", 41.0), ("running", 71.0), ("running", 81.0),
    ]  # fmt: skip
    assert {epoch.mean_speed_cm_s for epoch in epochs} == {20.0}


def test_a_labeled_window_needs_no_speed():
    unknown = SpeedTrace(np.empty(0), np.empty(0))
    epochs = labeled(unknown)
    assert len(epochs) == 6
    assert all(np.isnan(epoch.mean_speed_cm_s) for epoch in epochs)


@settings(deadline=None)
@given(st.integers(0, 999))
def test_labeled_windows_lie_within_one_valid_interval_of_their_state(seed):
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.uniform(0, 100, 8)).reshape(-1, 2)
    labels = {"stationary": list(map(tuple, cuts[::2])),
              "running": list(map(tuple, cuts[1::2]))}  # fmt: skip
    void = [(float(start := rng.uniform(0, 90)), start + 3.0)]
    still = trace(lambda t: np.zeros(t.size), 100)
    epochs = labeled(still, labels, void)
    for epoch in epochs:
        assert any(
            start_s + 1 <= epoch.start_s and epoch.stop_s <= stop_s - 1
            for start_s, stop_s in labels[epoch.state]
        )
        assert epoch.stop_s <= void[0][0] or epoch.start_s >= void[0][1]
    for one, other in itertools.pairwise(epochs):
        assert one.stop_s <= other.start_s


def test_a_pupil_that_disagrees_with_the_speed_gives_no_state():
    """Rest, running, rest and running again: the pupil agrees in the first half."""
    speed = trace(lambda t: np.where(t % 40 < 20, 0.0, 20.0), 80)
    size = np.where(speed.time_s < 40, 1.0, 9.0) + (speed.time_s % 40 >= 20)
    alone = find_epochs(speed, [gray(0, 80)], [], rule(), W)
    assert {(epoch.start_s + 5) // 20 for epoch in alone} == {0, 1, 2, 3}
    both = find_epochs(speed, [gray(0, 80)], [], rule(), W, "speed_and_pupil", size)
    assert {(epoch.start_s + 5) // 20 for epoch in both} == {0, 3}
    means = {(epoch.state, round(epoch.mean_pupil)) for epoch in both}
    assert means == {("stationary", 1), ("running", 10)}


def test_a_pupil_that_tells_no_state_is_reported_all_the_same():
    speed = trace(rest_then_run, 80)
    size = np.where(speed.time_s < 40, 1.0, 9.0)
    for told_by in ("speed", {"running": [(0.0, 20.0)], "stationary": [(50.0, 80.0)]}):
        without = find_epochs(speed, [gray(0, 80)], [], rule(), W, told_by)
        epochs = find_epochs(speed, [gray(0, 80)], [], rule(), W, told_by, size)
        assert epochs
        assert [one._replace(mean_pupil=0) for one in epochs] == [
            one._replace(mean_pupil=0) for one in without
        ]
        for one in epochs:
            inside = (speed.time_s >= one.start_s) & (speed.time_s < one.stop_s)
            assert one.mean_pupil == pytest.approx(size[inside].mean())


def test_speed_and_pupil_without_a_pupil_give_no_state():
    still = trace(lambda t: np.zeros(t.size), 40)
    assert find_epochs(still, [gray(0, 40)], [], rule(), W, "speed_and_pupil") == []


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_where_the_pupil_is_not_known_there_is_no_state(share):
    speed = trace(rest_then_run, 80)
    size = np.where(speed.time_s < 40, 1.0, 9.0)
    size[int(share * size.size) :] = np.nan
    epochs = find_epochs(speed, [gray(0, 80)], [], rule(), W, "speed_and_pupil", size)
    assert all(epoch.stop_s <= 80 * share + 0.1 for epoch in epochs)

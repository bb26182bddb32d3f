import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.errors import RecordingError
from minicolumn.recordings.times import check_clocks, usable, usable_spikes

steps = st.lists(st.floats(0.001, 30), min_size=1, max_size=60)


@given(steps)
def test_times_that_ascend_are_all_used_whatever_their_gaps(gaps_s):
    time_s = np.cumsum([0.0, *gaps_s, *[1.0] * 60])
    assert usable(time_s, "x").tolist() == list(range(time_s.size))


@given(st.integers(0, 299), st.sampled_from([np.nan, np.inf, -1.7e9, 6e4, -9e3]))
def test_one_bad_time_costs_one_sample(at, bad):
    time_s = np.arange(300) / 10
    time_s[at] = bad
    assert usable(time_s, "x").tolist() == [i for i in range(300) if i != at]


def test_jitter_is_put_in_order_and_repeats_are_left_out(caplog):
    time_s = np.array([0.0, 0.1, 0.3, 0.2, 0.4, 0.4, 0.5])
    assert usable(time_s, "speed").tolist() == [0, 1, 3, 2, 4, 6]
    assert "1 with the time of another left out, 1 out of order" in caplog.text


def test_a_clock_that_starts_again_is_refused():
    time_s = np.tile(np.arange(100) / 10, 2)
    with pytest.raises(RecordingError, match=r"back from 9.900 s to 0.000 s .*100:"):
        usable(time_s, "speed")


def test_spikes_come_in_order_and_finite():
    (train,) = usable_spikes([[3.0, np.nan, 1.0, np.inf]])
    assert train.tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("spikes_s", "differ"),
    [
        (np.linspace(5, 55, 50), False),
        (np.linspace(5, 55, 50) * 1000, True),  # ms
        (np.linspace(5, 55, 50) + 100, True),  # another beginning
        (np.empty(0), False),
        (np.array([7.0]), False),  # one spike has no duration
    ],
)
def test_clocks_that_differ_are_refused(spikes_s, differ):
    speed = {"start_s": np.arange(60.0), "stop_s": np.arange(60.0) + 1}
    if differ:
        with pytest.raises(RecordingError, match="the clocks differ"):
            check_clocks([spikes_s], speed)
    else:
        check_clocks([spikes_s], speed)

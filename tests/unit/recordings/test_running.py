import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import norm

from minicolumn.recordings.running import GRID_HZ, SMOOTHING_S, clean_speed


def frames(speed, stop_s=20.0, rate_hz=60.0):
    start_s = np.arange(0, stop_s, 1 / rate_hz)
    return start_s, start_s + 1 / rate_hz, speed(start_s + 0.5 / rate_hz)


def without(start_s, stop_s, speed, from_s, to_s):
    kept = (start_s < from_s) | (start_s >= to_s)
    return start_s[kept], stop_s[kept], speed[kept]


def test_the_grid_is_uniform_and_spans_the_middles_of_the_frames():
    trace = clean_speed(*frames(np.zeros_like))
    np.testing.assert_allclose(np.diff(trace.time_s), 1 / GRID_HZ)
    assert trace.time_s[0] == pytest.approx(1 / 120)
    assert 20 - 1 / 120 - trace.time_s[-1] < 1 / GRID_HZ
    assert trace.valid.all()


def test_a_steady_rise_stays_what_it_is():
    trace = clean_speed(*frames(lambda t: 2 * t))
    inner = slice(60, -60)
    np.testing.assert_allclose(trace.speed_cm_s[inner], 2 * trace.time_s[inner])


def test_a_step_becomes_the_integral_of_the_gaussian():
    trace = clean_speed(*frames(lambda t: np.where(t < 10, 0.0, 20.0)))
    expected = 20 * norm.cdf(trace.time_s, loc=10, scale=SMOOTHING_S)
    np.testing.assert_allclose(trace.speed_cm_s, expected, atol=0.3)


@pytest.mark.parametrize("bad", [np.nan, 400.0, -400.0, np.inf])
def test_an_impossible_frame_leaves_no_trace(bad):
    start_s, stop_s, speed = frames(lambda t: np.full_like(t, 20.0))
    speed[[3, 600]] = bad
    trace = clean_speed(start_s, stop_s, speed)
    np.testing.assert_allclose(trace.speed_cm_s, 20)


def test_running_backwards_is_kept():
    trace = clean_speed(*frames(lambda t: np.full_like(t, -5.0)))
    np.testing.assert_allclose(trace.speed_cm_s, -5)


@pytest.mark.parametrize("half_gap_s", [0.25, 0.3, 2.0])
def test_a_long_gap_is_unknown_and_nothing_leaks_across_it(half_gap_s):
    step = frames(lambda t: np.where(t < 10, 0.0, 20.0))
    from_s, to_s = 10 - half_gap_s, 10 + half_gap_s
    trace = clean_speed(*without(*step, from_s, to_s))
    unknown = trace.time_s[~trace.valid]
    assert unknown.min() == pytest.approx(from_s, abs=1 / GRID_HZ)
    assert unknown.max() == pytest.approx(to_s, abs=1 / GRID_HZ)
    before, after = trace.time_s < from_s - 0.02, trace.time_s > to_s + 0.02
    np.testing.assert_array_equal(trace.speed_cm_s[before], 0)
    np.testing.assert_allclose(trace.speed_cm_s[after], 20)


def test_a_short_gap_is_bridged():
    rise = frames(lambda t: 2 * t)
    trace = clean_speed(*without(*rise, 10.0, 10.4))
    assert trace.valid.all()
    inner = slice(60, -60)
    np.testing.assert_allclose(trace.speed_cm_s[inner], 2 * trace.time_s[inner])


def test_a_lone_frame_between_gaps_does_no_harm():
    start_s, stop_s, speed = frames(lambda t: np.full_like(t, 20.0))
    kept = (start_s < 8) | (start_s > 12) | (start_s == start_s[600])
    trace = clean_speed(start_s[kept], stop_s[kept], speed[kept])
    assert np.isnan(trace.speed_cm_s[(trace.time_s > 8.1) & (trace.time_s < 9.9)]).all()
    np.testing.assert_allclose(trace.speed_cm_s[trace.valid], 20)


def test_no_frames_give_an_empty_trace():
    trace = clean_speed(np.empty(0), np.empty(0), np.empty(0))
    assert trace.time_s.size == trace.speed_cm_s.size == 0
    only_bad = clean_speed(np.zeros(1), np.ones(1), np.array([np.nan]))
    assert only_bad.time_s.size == 0


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_frames_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    columns = frames(lambda t: rng.normal(0, 20, t.size), stop_s=3.0)
    order = rng.permutation(columns[0].size)
    expected = clean_speed(*columns)
    found = clean_speed(*(column[order] for column in columns))
    np.testing.assert_array_equal(found.speed_cm_s, expected.speed_cm_s)


@given(st.integers(0, 2**32 - 1))
def test_cleaning_never_exceeds_what_was_measured(seed):
    rng = np.random.default_rng(seed)
    start_s, stop_s, speed = frames(lambda t: rng.normal(0, 100, t.size), stop_s=3.0)
    plausible = speed[np.abs(speed) <= 150]
    known = clean_speed(start_s, stop_s, speed).speed_cm_s
    known = known[np.isfinite(known)]
    assert plausible.min() - 1e-9 <= known.min()
    assert known.max() <= plausible.max() + 1e-9

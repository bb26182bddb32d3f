import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.statistics.trains import SpikeTrains, cut_window

DURATION_S = 1.2

spikes = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, int(DURATION_S * 1e5) - 1)), max_size=60
)


def trains_of(pairs, duration_s=DURATION_S):
    unit = np.array([unit for unit, _ in pairs], dtype=int)
    time_s = np.array([time for _, time in pairs]) / 1e5
    return SpikeTrains(unit, time_s, 4, duration_s)


def one_unit(time_s, duration_s=DURATION_S):
    return SpikeTrains(np.zeros(len(time_s), dtype=int), time_s, 1, duration_s)


@given(spikes, st.randoms(use_true_random=False))
def test_order_of_spikes_does_not_matter(pairs, random):
    expected = trains_of(pairs)
    random.shuffle(pairs)
    found = trains_of(pairs)
    assert np.array_equal(found.unit, expected.unit)
    assert np.array_equal(found.time_s, expected.time_s)


@given(spikes)
def test_spikes_are_sorted_by_unit_then_time(pairs):
    trains = trains_of(pairs)
    assert list(zip(trains.unit, trains.time_s, strict=True)) == sorted(
        (unit, time / 1e5) for unit, time in pairs
    )


@given(spikes, st.sampled_from([0.001, 0.005, 0.01, 0.1, 0.2, DURATION_S]))
def test_whole_bins_hold_every_spike_once(pairs, width_s):
    trains = trains_of(pairs)
    counts = trains.binned_counts(width_s)
    assert counts.shape == (4, round(DURATION_S / width_s))
    assert np.array_equal(counts.sum(axis=1), trains.counts)


def test_a_trailing_part_of_a_bin_is_left_out():
    trains = one_unit([0.05, 0.95, 1.15])
    assert trains.binned_counts(0.5).tolist() == [[1, 1]]


def test_a_window_shorter_than_a_bin_has_none():
    assert one_unit([0.05], 0.07).binned_counts(0.1).shape == (1, 0)


@pytest.mark.parametrize("width_ms", [5, 10, 100])
def test_a_spike_on_an_edge_opens_its_bin_despite_rounding(width_ms):
    edges_ms = np.arange(0, 10_000, width_ms)
    trains = one_unit(edges_ms / 1000, 10.0)
    assert np.all(trains.binned_counts(width_ms / 1000) == 1)


def test_a_spike_just_before_the_end_is_in_the_last_bin():
    assert one_unit([np.nextafter(1.2, 0)]).binned_counts(0.1)[0, -1] == 1


@given(spikes, st.permutations(range(4)), st.integers(0, 4))
def test_a_subset_holds_the_spikes_of_its_units(pairs, order, size):
    trains = trains_of(pairs)
    chosen = order[:size]
    subset = trains.subset(chosen)
    assert subset.n_units == size
    assert subset.duration_s == trains.duration_s
    for new, old in enumerate(chosen):
        assert np.array_equal(
            subset.time_s[subset.unit == new], trains.time_s[trains.unit == old]
        )


@pytest.mark.parametrize("units", [[0, 0], [0, 4], [-1], [0.5]])
def test_impossible_subsets_are_refused(units):
    with pytest.raises(ValueError, match="units"):
        trains_of([(0, 1)]).subset(units)


@given(spikes)
def test_rounding_leaves_whole_milliseconds_and_no_short_interval(pairs):
    rounded = trains_of(pairs).rounded_to_ms()
    assert np.array_equal(rounded.time_s, np.round(rounded.time_s, 3))
    same = np.diff(rounded.unit) == 0
    assert np.all(np.diff(rounded.time_s)[same] > 0.0015)


@given(spikes)
def test_rounding_twice_is_rounding_once(pairs):
    once = trains_of(pairs).rounded_to_ms()
    twice = once.rounded_to_ms()
    assert np.array_equal(once.unit, twice.unit)
    assert np.array_equal(once.time_s, twice.time_s)


@given(spikes)
def test_rounding_drops_a_spike_after_the_last_one_kept(pairs):
    rounded = trains_of(pairs).rounded_to_ms()
    for unit in range(4):
        kept = []
        for time in sorted(time for u, time in pairs if u == unit):
            ms = min((time + 50) // 100, 1199)
            if not kept or ms - kept[-1] > 1.5:
                kept.append(ms)
        assert rounded.time_s[rounded.unit == unit] == pytest.approx(
            np.array(kept) / 1000, abs=0
        )


@pytest.mark.parametrize("start_s", [0.0, 0.5, 15.0, 120.5, 9000.5])
def test_half_milliseconds_round_alike_wherever_the_window_lies(start_s):
    """Simulated spikes lie on halves; a session puts them anywhere on its clock."""
    half_s = (np.arange(0, 5000, 7) + 0.5) / 1000
    rounded = cut_window([half_s + start_s], start_s, 5.0).rounded_to_ms()
    assert np.rint(rounded.time_s * 1000).tolist() == list(range(1, 5000, 7))


def test_a_run_of_milliseconds_keeps_every_second_one():
    trains = one_unit([0.1, 0.101, 0.102, 0.103, 0.104, 0.1042, 0.105, 0.107, 0.108])
    expected = [0.1, 0.102, 0.104, 0.107]
    assert trains.rounded_to_ms().time_s.tolist() == expected


def test_rounding_keeps_the_last_spike_in_the_window():
    assert one_unit([1.1998]).rounded_to_ms().time_s.tolist() == [1.199]
    assert one_unit([0.0102], 0.0105).rounded_to_ms().time_s.tolist() == [0.010]


@pytest.mark.parametrize(
    ("unit", "time_s", "n_units", "duration_s", "message"),
    [
        ([0, 2], [0.1, 0.2], 2, 1.0, "1 spikes belong to no unit, the first to unit 2"),
        ([-1], [0.1], 2, 1.0, "unit -1"),
        ([0], [1.0], 1, 1.0, r"outside \[0, 1.0\) s, the first at 1.0"),
        ([0], [-0.1], 1, 1.0, "first at -0.1"),
        ([0], [np.nan], 1, 1.0, "first at nan"),
        ([0, 0], [0.1], 1, 1.0, "one unit and one time per spike"),
        ([0.0], [0.1], 1, 1.0, "dtype float64"),
        ([], [], -1, 1.0, "n_units=-1"),
        ([], [], 1, 0.0, "duration_s=0.0"),
        ([], [], 1, np.inf, "duration_s=inf"),
    ],
)
def test_impossible_trains_are_refused(unit, time_s, n_units, duration_s, message):
    with pytest.raises(ValueError, match=message):
        SpikeTrains(np.array(unit), np.array(time_s), n_units, duration_s)


def test_trains_cannot_be_changed_and_do_not_change_their_source():
    unit, time_s = np.array([1, 0]), np.array([0.1, 0.2])
    trains = SpikeTrains(unit, time_s, 2, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        trains.time_s[0] = 0.5
    unit[:], time_s[:] = 0, 0
    assert trains.unit.tolist() == [0, 1]
    assert trains.time_s.tolist() == [0.2, 0.1]


def test_a_window_is_cut_half_open_and_starts_at_zero():
    units = [np.array([9.9, 10.0, 11.5, 12.0]), np.array([]), np.array([11.0])]
    trains = cut_window(units, 10.0, 2.0)
    assert trains.n_units == 3
    assert trains.duration_s == 2.0
    assert trains.unit.tolist() == [0, 0, 2]
    assert trains.time_s.tolist() == [0.0, 1.5, 1.0]


@pytest.mark.parametrize("start_s", [1.242, 2.934, 4.893])
def test_a_spike_at_the_end_but_for_rounding_is_outside_the_window(start_s):
    time_s = np.nextafter(start_s + 10.0, 0)
    assert time_s < start_s + 10.0
    assert time_s - start_s == 10.0
    assert cut_window([np.array([time_s])], start_s, 10.0).time_s.size == 0


def test_no_units_make_a_window_too():
    assert cut_window([], 0.0, 1.0).n_units == 0

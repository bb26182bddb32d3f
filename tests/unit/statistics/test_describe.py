import itertools
import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from minicolumn.registry.lookup import Entry
from minicolumn.statistics.describe import (
    MIN_SPIKES,
    describe,
    describe_matched,
    draw_members,
    draw_subsets,
    subset_rng,
    values_of,
)
from minicolumn.statistics.names import DESCRIBED_NAMES, STATISTIC_NAMES
from minicolumn.statistics.spectrum import (
    low_gamma_ratio,
    peak_freq,
    peak_of,
    spectral_power,
)
from minicolumn.statistics.trains import SpikeTrains, stacked

RNG = partial(subset_rng, 1, 2)
BOUNDS = {
    "burst_fraction": (0, 1),
    "pairwise_corr": (-1, 1),
    "synchrony_index": (0, 1),
    "peak_freq": (2, 80),
    "lv": (0, 3),
    "mean_rate": (0, math.inf),
    "fano": (0, math.inf),
}


def everyone(n_units):
    return np.ones(n_units, dtype=bool)


def over_subsets(trains, n_units, n_subsets, rng):
    members = draw_members(everyone(trains.n_units), n_units, n_subsets, rng)
    values = describe_matched(trains, members)
    return {name: float(value) for name, value in values.items()}


def poisson(seed, n_units=50, rate_hz=5.0, duration_s=10.0):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n_units), rng.poisson(rate_hz * duration_s, n_units))
    time_s = rng.uniform(0, duration_s, unit.size)
    return SpikeTrains(unit, time_s, n_units, duration_s)


def comodulated(seed, n_units=30, duration_s=10.0):
    """Return units with unequal rates that follow one slow latent."""
    rng = np.random.default_rng(seed)
    latent = np.repeat(np.exp(0.5 * rng.standard_normal(round(duration_s * 5))), 200)
    rates_hz = rng.lognormal(1.0, 0.8, n_units)
    counts = rng.poisson(rates_hz[:, None] * latent * 0.001)
    unit, ms = np.nonzero(counts)
    return SpikeTrains(unit, (ms + rng.random(ms.size)) / 1000, n_units, duration_s)


@st.composite
def windows(draw):
    """Windows of any kind: empty, short, bursting, coincident, on or off the grid."""
    duration_us = draw(st.sampled_from([4_000, 90_000, 250_000, 1_000_000, 2_345_678]))
    n_units = draw(st.integers(0, 6))
    if n_units == 0:
        return SpikeTrains(np.array([]), np.array([]), 0, duration_us / 1e6)
    grain_us = draw(st.sampled_from([1, 50, 1_000, 5_000]))
    time = st.integers(0, (duration_us - 1) // grain_us).map(lambda k: k * grain_us)
    spikes = st.lists(st.tuples(st.integers(0, n_units - 1), time), max_size=120)
    pairs = np.array(draw(spikes), dtype=int).reshape(-1, 2)
    return SpikeTrains(pairs[:, 0], pairs[:, 1] / 1e6, n_units, duration_us / 1e6)


def naive(trains):
    """Return the first eight statistics by their definition, unit by unit."""
    duration_s = trains.duration_s
    units = [trains.time_s[trains.unit == i] for i in range(trains.n_units)]
    rates = np.array([len(times) / duration_s for times in units])
    active = [times for times in units if len(times) >= 10]
    intervals = [np.diff(times) for times in active]

    def binned(width_s):
        edges_s = np.arange(round(duration_s / width_s) + 1) * width_s
        return np.array([np.histogram(times, edges_s)[0] for times in active])

    slow, fast = binned(0.1), binned(0.01)
    return {
        "mean_rate": np.mean(rates),
        "rate_cv": np.std(rates) / np.mean(rates),
        "cv_isi": np.mean([np.std(i) / np.mean(i) for i in intervals]),
        "lv": np.mean(
            [3 * np.mean((np.diff(i) / (i[1:] + i[:-1])) ** 2) for i in intervals]
        ),
        "burst_fraction": np.mean(np.concatenate(intervals) < 0.01),
        "fano": np.mean([np.var(c, ddof=1) / np.mean(c) for c in slow]),
        "pairwise_corr": np.mean(
            [np.corrcoef(a, b)[0, 1] for a, b in itertools.combinations(slow, 2)]
        ),
        "synchrony_index": np.sqrt(
            np.var(fast.mean(axis=0)) / np.mean([np.var(c) for c in fast])
        ),
    }


@pytest.mark.parametrize("make", [poisson, comodulated])
@pytest.mark.parametrize("seed", range(3))
def test_statistics_follow_their_definitions(make, seed):
    trains = make(seed)
    found = describe(trains)
    expected = naive(trains)
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_spectral_statistics_are_those_of_all_units():
    trains = comodulated(1)
    everyone = np.ones((1, trains.n_units), dtype=bool)
    found = describe(trains)
    expected = {
        statistic.__name__: float(statistic(trains, everyone)[0])
        for statistic in (spectral_power, low_gamma_ratio)
    }
    (spectrum,) = peak_freq(trains, everyone)
    expected["peak_freq"] = peak_of(spectrum, trains.duration_s)
    assert {name: found[name] for name in expected} == pytest.approx(
        expected, nan_ok=True
    )


def test_independent_poisson_units_have_their_known_statistics():
    draws = [describe(poisson(seed)) for seed in range(40)]
    mean = {name: np.mean([draw[name] for draw in draws]) for name in STATISTIC_NAMES}
    assert mean["mean_rate"] == pytest.approx(5, abs=0.1)
    assert mean["rate_cv"] == pytest.approx(1 / np.sqrt(50), abs=0.01)
    assert mean["cv_isi"] == pytest.approx(0.97, abs=0.02)
    assert mean["lv"] == pytest.approx(1, abs=0.02)
    assert mean["burst_fraction"] == pytest.approx(1 - np.exp(-0.05), abs=0.003)
    assert mean["fano"] == pytest.approx(1, abs=0.02)
    assert mean["pairwise_corr"] == pytest.approx(0, abs=0.003)
    assert mean["synchrony_index"] == pytest.approx(1 / np.sqrt(50), abs=0.003)
    assert mean["spectral_power"] == pytest.approx(0, abs=0.02)
    assert mean["low_gamma_ratio"] == pytest.approx(0, abs=0.05)


@given(windows())
def test_statistics_are_finite_or_missing_and_within_bounds(trains):
    found = [describe(trains)]
    if trains.n_units:
        n_units = max(1, trains.n_units - 1)
        found.append(over_subsets(trains, n_units, 3, subset_rng(0, 0)))
    for values in found:
        assert tuple(values) == DESCRIBED_NAMES
        for name, value in values.items():
            assert type(value) is float
            assert not math.isinf(value)
            low, high = BOUNDS.get(name, (-math.inf, math.inf))
            assert math.isnan(value) or low <= value <= high


@given(windows(), st.randoms(use_true_random=False))
def test_the_order_of_units_and_spikes_does_not_matter(trains, random):
    new_number = np.arange(trains.n_units)
    random.shuffle(new_number)
    order = np.arange(trains.unit.size)
    random.shuffle(order)
    shuffled = SpikeTrains(
        new_number[trains.unit][order],
        trains.time_s[order],
        trains.n_units,
        trains.duration_s,
    )
    assert describe(shuffled) == pytest.approx(describe(trains), nan_ok=True, abs=1e-7)


@given(windows(), st.integers(0, 99))
def test_one_subset_of_all_units_is_the_whole_window(trains, identity):
    if trains.n_units:
        rng = subset_rng(1, identity)
        matched = over_subsets(trains, trains.n_units, 1, rng)
        assert np.array_equal(
            list(matched.values()), list(describe(trains).values()), equal_nan=True
        )


@pytest.mark.parametrize("n_units", [2, 10, 25])
@settings(max_examples=5)
@given(seed=st.integers(0, 1000))
def test_matched_statistics_are_means_over_subsets_described_alone(n_units, seed):
    trains = comodulated(seed)
    subsets = draw_subsets(everyone(trains.n_units), n_units, 12, subset_rng(seed, 3))
    alone = [describe(trains.subset(subset)) for subset in subsets]
    expected = {}
    for name in DESCRIBED_NAMES:
        values = np.array([values[name] for values in alone])
        defined = values[~np.isnan(values)]
        expected[name] = defined.mean() if defined.size >= 6 else np.nan
    found = over_subsets(trains, n_units, 12, subset_rng(seed, 3))
    assert found == pytest.approx(expected, nan_ok=True, abs=1e-9)


def test_a_statistic_undefined_in_most_subsets_is_missing():
    # Of three units one is silent: a subset of one has an interval in 2 of 3 cases.
    active = SpikeTrains(np.repeat([0, 1], 12), np.tile(np.arange(12) / 12, 2), 3, 1.0)
    silent = SpikeTrains(np.repeat([0], 12), np.arange(12) / 12, 3, 1.0)
    mostly = over_subsets(active, 1, 300, subset_rng(0, 0))
    seldom = over_subsets(silent, 1, 300, subset_rng(0, 0))
    assert mostly["cv_isi"] == pytest.approx(0, abs=1e-9)
    assert math.isnan(seldom["cv_isi"])
    assert seldom["mean_rate"] == pytest.approx(4, abs=1)


def test_defined_in_exactly_half_of_the_subsets_is_enough():
    trains = SpikeTrains(np.zeros(12, dtype=int), np.arange(12) / 12, 2, 1.0)
    rngs = [subset_rng(0, identity) for identity in range(40)]
    drawn = [
        draw_subsets(everyone(2), 1, 2, subset_rng(0, identity))
        for identity in range(40)
    ]
    for rng, subsets in zip(rngs, drawn, strict=True):
        cv = over_subsets(trains, 1, 2, rng)["cv_isi"]
        assert math.isnan(cv) == (0 not in subsets)
    assert any(set(subsets.ravel()) == {0, 1} for subsets in drawn)


def test_chi_compares_between_populations_only_when_matched():
    small, large = poisson(1, n_units=40), poisson(2, n_units=100)
    chi = [describe(trains)["synchrony_index"] for trains in (small, large)]
    assert chi == pytest.approx([1 / np.sqrt(40), 1 / np.sqrt(100)], rel=0.06)
    matched = [
        over_subsets(trains, 25, 20, subset_rng(0, 0))["synchrony_index"]
        for trains in (small, large)
    ]
    assert matched == pytest.approx([0.2, 0.2], rel=0.05)


@pytest.mark.parametrize("n_units", [1, 30])
def test_a_silent_window_has_a_rate_of_zero_and_nothing_else(n_units):
    silent = SpikeTrains(np.array([]), np.array([]), n_units, 10.0)
    for values in (
        describe(silent),
        over_subsets(silent, n_units, 20, subset_rng(0, 0)),
    ):
        assert values.pop("mean_rate") == 0.0
        assert np.isnan(list(values.values())).all()


def test_no_units_have_no_statistics():
    nothing = SpikeTrains(np.array([]), np.array([]), 0, 10.0)
    assert np.isnan(list(describe(nothing).values())).all()


def test_one_unit_has_all_but_what_needs_two():
    values = describe(poisson(3, n_units=1))
    missing = {name for name, value in values.items() if math.isnan(value)}
    pairs = {"pairwise_corr", "synchrony_index", "fast_corr"}
    assert missing - {"peak_freq"} == {"rate_cv"} | pairs


@pytest.mark.parametrize("n_spikes", [MIN_SPIKES - 1, MIN_SPIKES])
def test_a_unit_is_active_from_ten_spikes(n_spikes):
    time_s = np.geomspace(0.1, 0.9, n_spikes)
    trains = SpikeTrains(np.zeros(n_spikes, dtype=int), time_s, 1, 1.0)
    assert math.isnan(describe(trains)["cv_isi"]) == (n_spikes < MIN_SPIKES)
    assert describe(trains, active=[True])["cv_isi"] > 0


def test_inactive_units_count_only_for_rates_and_spectra():
    trains = comodulated(4)
    active = np.arange(trains.n_units) % 2 == 0
    found, everyone = describe(trains, active), describe(trains)
    for name in ("mean_rate", "rate_cv", "spectral_power", "low_gamma_ratio"):
        assert found[name] == everyone[name]
    all_active = np.ones(active.sum(), dtype=bool)
    chosen = describe(trains.subset(np.flatnonzero(active)), all_active)
    for name in STATISTIC_NAMES[2:8]:
        assert found[name] == pytest.approx(chosen[name])


def test_an_active_unit_that_is_silent_here_does_not_spoil_the_means():
    trains = poisson(5, n_units=4)
    padded = SpikeTrains(trains.unit, trains.time_s, 5, trains.duration_s)
    alone, found = describe(trains), describe(padded, active=np.ones(5, dtype=bool))
    for name in ("cv_isi", "lv", "burst_fraction", "fano", "pairwise_corr"):
        assert found[name] == pytest.approx(alone[name])


@pytest.mark.parametrize("active", [[True], [1, 1, 1], [[True, True, True]]])
def test_a_mask_of_the_wrong_kind_is_refused(active):
    with pytest.raises(ValueError, match="active has shape"):
        describe(poisson(1, n_units=3), active)


@pytest.mark.parametrize(("n_units", "n_subsets"), [(0, 5), (5, 0)])
def test_empty_matching_is_refused(n_units, n_subsets):
    with pytest.raises(ValueError, match="1 or more"):
        over_subsets(poisson(1), n_units, n_subsets, subset_rng(0, 0))


@st.composite
def alike(draw):
    """Several windows of one length over the same units."""
    first = draw(windows().filter(lambda trains: trains.n_units > 0))
    others = [
        first.where(np.random.default_rng(seed).random(first.unit.size) < 0.6)
        for seed in range(draw(st.integers(0, 3)))
    ]
    return [first, *others]


@settings(max_examples=15)
@given(alike())
def test_a_window_in_a_stack_has_the_statistics_that_it_has_alone(some):
    members = draw_members(
        everyone(some[0].n_units), max(1, some[0].n_units - 1), 3, RNG()
    )
    together = describe_matched(stacked(some), members)
    for place, trains in enumerate(some):
        found = {name: float(values[place]) for name, values in together.items()}
        alone = over_subsets(trains, members.sum(axis=1)[0], 3, RNG())
        assert found == pytest.approx(alone, nan_ok=True, rel=1e-9, abs=1e-9)


def test_a_stack_holds_its_windows_and_rounds_each():
    some = [comodulated(seed) for seed in range(3)]
    for trains, steps in (
        (stacked(some), some),
        (stacked(some).rounded_to_ms(), [one.rounded_to_ms() for one in some]),
    ):
        for place, one in enumerate(steps):
            np.testing.assert_array_equal(trains.window(place).unit, one.unit)
            np.testing.assert_array_equal(trains.window(place).time_s, one.time_s)
            np.testing.assert_array_equal(trains.counts[place], one.counts)


def test_a_function_of_a_user_is_given_one_window_at_a_time():
    seen = []

    def spikes(trains, members):
        seen.append((trains.n_windows, trains.unit.size))
        return members @ trains.counts

    some = [poisson(seed, n_units=5) for seed in range(3)]
    members = draw_members(everyone(5), 3, 4, RNG())
    entry = Entry("statistic", "spikes", spikes, Path("/home/user/spikes.py"))
    found = values_of(entry, stacked(some), members)
    assert seen == [(None, trains.unit.size) for trains in some]
    np.testing.assert_array_equal(found, [spikes(one, members) for one in some])


@given(st.integers(1, 40), st.integers(1, 30), st.data())
def test_subsets_are_distinct_units_drawn_without_replacement(n, n_subsets, data):
    size = data.draw(st.integers(1, n))
    subsets = draw_subsets(everyone(n), size, n_subsets, subset_rng(1, 2))
    assert subsets.shape == (n_subsets, size)
    assert np.all(np.diff(subsets, axis=1) > 0)
    assert 0 <= subsets.min() <= subsets.max() < n


def test_a_subset_exchanges_only_units_that_are_not_available():
    available = everyone(50)
    available[:5] = False
    every, some = (
        draw_members(one, 25, 20, subset_rng(1, 2)) for one in (everyone(50), available)
    )
    assert not some[:, :5].any()
    np.testing.assert_array_equal(some.sum(axis=1), 25)
    np.testing.assert_array_equal((every & ~some)[:, 5:], False)


def test_every_unit_is_drawn_equally_often():
    drawn = np.bincount(draw_subsets(everyone(40), 25, 4000, subset_rng(1, 2)).ravel())
    assert drawn / 4000 == pytest.approx(np.full(40, 25 / 40), abs=0.04)


def test_too_large_a_subset_is_refused():
    with pytest.raises(ValueError, match="n_units=6 exceeds the 5 units"):
        draw_subsets(everyone(5), 6, 1, subset_rng(1, 2))


def test_a_session_keeps_its_subsets_and_another_has_its_own():
    first, again = (
        draw_subsets(everyone(50), 25, 20, subset_rng(7, 3)) for _ in range(2)
    )
    assert np.array_equal(first, again)
    for rng in (subset_rng(7, 4), subset_rng(8, 3), np.random.default_rng([7, 3])):
        assert not np.array_equal(first, draw_subsets(everyone(50), 25, 20, rng))


def test_what_the_window_holds_does_not_change_the_subsets():
    streams = [subset_rng(7, 3) for _ in range(2)]
    over_subsets(poisson(1), 25, 20, streams[0])
    over_subsets(SpikeTrains(np.array([]), np.array([]), 50, 10.0), 25, 20, streams[1])
    assert streams[0].random() == streams[1].random()

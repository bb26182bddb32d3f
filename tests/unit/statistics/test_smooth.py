"""Smooth statistics are the exact ones, and their derivatives what a spike does."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.statistics.describe import describe_matched, draw_members
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES, smooth_statistics
from minicolumn.statistics.trains import SpikeTrains

N_UNITS, N_SUBSETS, PADDED = 30, 6, 36


def trains_of(spikes):
    """Return spikes (ms, N) of a simulation as trains, at the middle of their bins."""
    ms, unit = np.nonzero(spikes)
    duration_s = len(spikes) / 1000
    times_s = (ms + 0.5) / 1000
    return SpikeTrains(unit, times_s, spikes.shape[1], duration_s).rounded_to_ms()


def exact(spikes, members):
    values = describe_matched(trains_of(spikes), members)
    return np.array([values[name] for name in SMOOTH_NAMES])


def population(seed, rate_hz, n_ms=3000):
    """Return spikes with a dead time of 3 ms and a rate that all units follow."""
    rng = np.random.default_rng(seed)
    common = 1 + 0.6 * np.sin(2 * np.pi * 6 * np.arange(n_ms) / 1000)
    own = rate_hz * rng.lognormal(0, 0.7, N_UNITS)
    spikes = (rng.random((n_ms, N_UNITS)) < common[:, None] * own / 1000).astype(float)
    for ms in range(1, n_ms):
        spikes[ms] *= 1 - spikes[max(0, ms - 3) : ms].any(axis=0)
    return spikes


def padded(spikes, members):
    more = PADDED - N_UNITS
    return (
        jnp.asarray(np.pad(spikes, ((0, 0), (0, more))), jnp.float32)[:, None],
        jnp.asarray(np.pad(members, ((0, 0), (0, more))))[None],
    )


@pytest.fixture(scope="module")
def smooth():
    return jax.jit(smooth_statistics)


@pytest.mark.parametrize("rate_hz", [2.0, 8.0, 40.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_they_are_the_exact_ones(smooth, seed, rate_hz):
    spikes = population(seed, rate_hz)
    spikes[-1, :5] = 1.0
    spikes[-4:-1, :5] = 0.0
    members = draw_members(
        np.ones(N_UNITS, bool), 20, N_SUBSETS, np.random.default_rng(seed)
    )
    values, defined = smooth(*padded(spikes, members))
    expected = exact(spikes, members)
    np.testing.assert_array_equal(np.asarray(defined)[0], np.isfinite(expected))
    seen = np.isfinite(expected)
    np.testing.assert_allclose(np.asarray(values)[0][seen], expected[seen], atol=1e-4)


def test_silence_defines_only_a_rate(smooth):
    members = draw_members(
        np.ones(N_UNITS, bool), 20, N_SUBSETS, np.random.default_rng(0)
    )
    arguments = padded(np.zeros((3000, N_UNITS)), members)
    _, defined = smooth(*arguments)
    assert SMOOTH_NAMES[0] == "mean_rate"
    assert np.asarray(defined)[0].tolist() == [True] + [False] * 9
    slope = jax.jit(jax.grad(lambda z: smooth_statistics(z, arguments[1])[0].sum()))
    assert np.isfinite(np.asarray(slope(arguments[0]))).all()


@pytest.fixture(scope="module")
def one_more():
    """Return slopes and changes of all statistics at places where a spike has room."""
    spikes = population(3, 15.0)
    members = draw_members(
        np.ones(N_UNITS, bool), 20, N_SUBSETS, np.random.default_rng(3)
    )
    arguments = padded(spikes, members)
    jacobian = jax.jit(jax.jacrev(lambda z, m: smooth_statistics(z, m).values[0]))
    slopes = np.asarray(jacobian(*arguments))[:, :, 0]
    before, rng, found = exact(spikes, members), np.random.default_rng(4), []
    # One spike of a few is not little, and a tenth lets a unit count.
    units = np.flatnonzero(spikes.sum(axis=0) > 30)
    while len(found) < 60:
        ms, unit = rng.integers(20, 2980), rng.choice(units)
        if not spikes[ms - 12 : ms + 13, unit].any():
            more = spikes.copy()
            more[ms, unit] = 1.0
            found.append((slopes[:, ms, unit], exact(more, members) - before))
    return np.array(found)


@pytest.mark.parametrize("name", SMOOTH_NAMES)
def test_a_derivative_says_what_one_more_spike_does(one_more, name):
    predicted, happened = one_more[..., SMOOTH_NAMES.index(name)].T
    both = np.linalg.norm(predicted), np.linalg.norm(happened)
    assert predicted @ happened / np.prod(both) > 0.95
    assert both[0] == pytest.approx(both[1], rel=0.2)


def test_the_order_is_that_of_the_tables():
    assert [n for n in STATISTIC_NAMES if n != "peak_freq"] == list(SMOOTH_NAMES)

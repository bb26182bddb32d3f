"""Optional targets against independent computations, and what derivatives say."""

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import wasserstein_distance

from minicolumn.config.tuned import Also
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES
from minicolumn.tuning.curves import (
    QUANTILES,
    WINDOWS_MS,
    Curves,
    Recorded,
    curve_loss,
    curves,
    moved_distribution,
    rate_quantiles,
)

N, N_MS = 12, 2000


@pytest.fixture
def spikes():
    rng = np.random.default_rng(4)
    rate = rng.uniform(0.002, 0.05, N) * (1 + np.sin(np.arange(N_MS)[:, None] / 90))
    return (rng.random((N_MS, N)) < rate).astype(np.float32)


def classes():
    excitatory = np.arange(N) < 8
    return np.stack([excitatory, ~excitatory])[None]


def members():
    return np.stack([np.arange(N) < 9, np.arange(N) >= 3])[None]


def curves_of(spikes, fitting):
    given = (jnp.asarray(one) for one in (spikes[:, None], classes(), members()))
    return curves(*given, fitting)


def test_quantiles_of_rates_are_those_of_each_class(spikes, fitting):
    found = curves_of(spikes, fitting)
    rate_hz = spikes.sum(axis=0) / (N_MS / 1000)
    for place, mask in enumerate(classes()[0]):
        expected = np.log(np.quantile(rate_hz[mask], QUANTILES) + 0.05)
        np.testing.assert_allclose(found.rates[0, place], expected, rtol=1e-4)


def test_a_class_without_units_has_no_rates():
    none = np.zeros((1, 1, 3), bool)
    assert np.isnan(rate_quantiles(jnp.ones((1, 3)), jnp.asarray(none))).all()


def test_fano_factors_are_those_of_summed_counts(spikes, fitting):
    found = curves_of(spikes, fitting).fano[0]
    for place, width in enumerate(WINDOWS_MS):
        factors = []
        for mask in members()[0]:
            edges = np.arange(0, N_MS + 1, width)
            times = np.nonzero(spikes[:, mask])[0]
            counts, _ = np.histogram(times, edges)
            factors.append(counts.var(ddof=1) / counts.mean())
        expected = np.log(np.mean(factors))
        assert float(found[place]) == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_the_slope_of_a_fano_factor_is_what_one_more_spike_does(spikes, fitting):
    """In the linear approximation: one spike of thousands."""
    ms, unit = np.argwhere(spikes == 0)[777]
    more = spikes.copy()
    more[ms, unit] = 1.0

    def fano(values):
        return curves_of(values, fitting).fano[0, 4]

    with jax.enable_x64(True):
        exact = float(fano(more.astype(float)) - fano(spikes.astype(float)))
        slope = float(jax.grad(fano)(jnp.asarray(spikes, float))[ms, unit])
    assert slope == pytest.approx(exact, rel=0.05)


def test_the_loss_is_symmetric_and_off_where_it_is_not_asked_for(fitting):
    rng = np.random.default_rng(1)
    aim = Curves(jnp.zeros((1, 2, 10)), jnp.zeros((1, 8)))
    rates, fano = rng.normal(0, 2, (1, 2, 10)), rng.normal(0, 1, (1, 8))

    def loss(sign, **weights):
        given = {"unit_rates": 0.0, "fano": 0.0, "weight_distribution": 0.0} | weights
        settings = fitting.model_copy(update={"also": Also(**given)})
        found = Curves(jnp.asarray(sign * rates), jnp.asarray(sign * fano))
        return float(curve_loss(found, aim, settings)[0])

    assert loss(1) == 0
    size = np.abs(rates)
    huber = np.where(size < 1, size**2 / 2, size - 0.5).mean()
    assert loss(1, unit_rates=2.0) == pytest.approx(2 * huber, rel=1e-5)
    assert loss(-1, unit_rates=2.0) == pytest.approx(2 * huber, rel=1e-5)
    assert loss(1, fano=3.0) == pytest.approx(3 * (fano**2).mean(), rel=1e-5)


def test_undefined_curves_pull_nowhere(fitting):
    also = Also(unit_rates=1.0, fano=1.0, weight_distribution=0.0)
    settings = fitting.model_copy(update={"also": also})
    nothing = Curves(jnp.full((1, 2, 10), jnp.nan), jnp.full((1, 8), jnp.nan))
    some = Curves(jnp.ones((1, 2, 10)), jnp.ones((1, 8)))
    slope = jax.grad(lambda found: curve_loss(found, nothing, settings).sum())(some)
    assert not any(np.asarray(one).any() for one in slope)


def test_weights_move_by_the_earth_movers_distance_of_their_logs():
    rng = np.random.default_rng(3)
    before = rng.lognormal(-6, 0.5, (2, 9, 9)) * (rng.random((2, 9, 9)) < 0.4)
    after = before * rng.lognormal(0, 0.3, before.shape)
    found = moved_distribution(jnp.asarray(after), jnp.asarray(before))
    for one, a, b in zip(found, after, before, strict=True):
        logs = np.log(a[b > 0]), np.log(b[b > 0])
        assert float(one) == pytest.approx(wasserstein_distance(*logs), rel=1e-3)
    shuffled = before.copy()
    shuffled[before > 0] = rng.permutation(before[before > 0])
    np.testing.assert_allclose(
        moved_distribution(jnp.asarray(shuffled[:1]), jnp.asarray(shuffled[:1])), 0
    )


def test_recorded_curves_know_conditioning_epochs_alone(cfg, fitting):
    """Spikes of other epochs, running or at rest, change nothing."""
    rng = np.random.default_rng(6)
    n_units, n_epochs = 30, 6
    starts = 4.0 * np.arange(n_epochs)
    states = ["stationary", "running", "stationary"] * 2
    epochs = pa.table({"state": states, "start_s": starts, "stop_s": starts + 4.0})
    rest = np.zeros((4, len(ALL_NAMES)))
    session = Session(7, rest, rest[:2], np.array([0, 1, 1, 2]))
    trains = [np.sort(rng.uniform(0, 24, 200)) for _ in range(n_units)]

    def found(trains):
        widths = np.where(np.arange(n_units) < 24, 0.6, 0.2)
        units = pa.table({"spike_times_s": trains, "waveform_duration_ms": widths})
        return Recorded(units, epochs).curves(session, cfg.statistics, fitting, 1)

    known = np.isin(np.arange(n_epochs), [0, 5])
    inside = [one[known[(one // 4).astype(int)]] for one in trains]
    for all_spikes, fewer in zip(found(trains), found(inside), strict=True):
        np.testing.assert_array_equal(all_spikes, fewer)
    assert found(trains).rates.shape == (1, 2, len(QUANTILES))
    moved = [one[::2] for one in inside]
    assert not np.array_equal(found(moved).rates, found(inside).rates)

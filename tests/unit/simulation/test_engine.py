from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from bare import bare_circuit
from hypothesis import given, strategies as st
from scipy.stats import kstest

from minicolumn.circuits.conditions import Condition, in_all_neurons
from minicolumn.circuits.ei.membrane import K, Na
from minicolumn.circuits.family import family
from minicolumn.simulation import engine, equations, noise, packing
from minicolumn.simulation.runs import Run


@given(n=st.integers(5, 300), fraction=st.floats(0.05, 0.95))
def test_padding_holds_the_circuit_and_fills_vectors(n, fraction):
    n_exc = round(n * fraction)
    padding = packing.padding_of(bare_circuit(n_exc, n - n_exc))
    assert padding[0] >= n_exc
    assert padding[1] >= n - n_exc
    assert sum(padding) % 16 == 0


def test_five_shapes_serve_the_published_sizes():
    sizes = {
        packing.padding_of(bare_circuit(round(0.8 * n), n - round(0.8 * n)))
        for n in range(40, 101)
    }
    assert len(sizes) == 5


@pytest.mark.parametrize(
    ("rates", "v"), [(Na.m_gate, 13.0), (Na.m_gate, 40.0), (K.n_gate, 15.0)]
)
def test_rates_are_finite_and_smooth_at_their_singularity(rates, v):
    """Upstream Jaxley returns nan at exactly these voltages above threshold."""
    around = np.array([v - 1e-2, v, v + 1e-2], np.float32)
    for rate in map(np.asarray, rates(jnp.asarray(around), 0.0)):
        assert np.isfinite(rate).all()
        assert rate[1] == pytest.approx((rate[0] + rate[2]) / 2, rel=1e-4)


PADDING = packing.Padding(48, 16)
TAU_MEMBRANE_MS = {"excitatory": 1e-3 / 4.5e-5, "inhibitory": 1e-3 / 1.0e-4}  # C / g


DYNAMICS = family("ei").dynamics


def bare_runs(n_circuits=1, shift_mV=(0.0,), backgrounds=(), **fields):
    shifts = tuple(Condition(depolarization_mV=in_all_neurons(s)) for s in shift_mV)
    return [
        Run(
            replace(bare_circuit(*PADDING), circuit_id=circuit, **fields),
            conditions=shifts,
            backgrounds=backgrounds,
        )
        for circuit in range(n_circuits)
    ]


def final_voltage(cfg, *, n_ms=300, dt_ms=0.1, **fields):
    """Final voltage (circuit, level, neuron) of passive cells with a given background.

    Fields replace those of the circuit: drive_nA, noise_fast_nA, ..., per neuron.
    """
    off = {"g_Na_S_cm2": 0.0, "g_K_S_cm2": 0.0, "g_M_S_cm2": 0.0}
    kinds = {
        kind: getattr(cfg.neurons, kind).model_copy(update=off)
        for kind in ("excitatory", "inhibitory")
    }
    passive = cfg.model_copy(update={"neurons": cfg.neurons.model_copy(update=kinds)})
    runs = bare_runs(**fields)
    _, v = engine.run(
        packing.pack(runs, PADDING, DYNAMICS, passive),
        packing.spread(runs, PADDING, DYNAMICS),
        jax.random.key(1),
        equations.Program(DYNAMICS, PADDING, n_ms, dt_ms, 1.0),
    )
    return np.asarray(v, np.float64)


def drawn(cfg, n_circuits, ms, **fields):
    batch = packing.pack(bare_runs(n_circuits, **fields), PADDING, DYNAMICS, cfg)
    source = noise.source(batch, None, jax.random.key(3), PADDING)
    return noise.Deviates(*map(np.asarray, source(jnp.uint32(ms))))


def test_deviates_are_standard_normal_and_share_what_they_should(cfg):
    found = drawn(cfg, 256, 5, common_fraction=0.3)
    for values in (found.slow, found.burst):
        assert kstest(values.ravel(), "norm").pvalue > 1e-3
    assert found.fast.var() == pytest.approx(1, abs=0.05)
    flat = found.fast[:, :, 0].reshape(-1, 64)
    correlation = np.corrcoef(flat.T)[np.triu_indices(64, 1)].mean()
    assert correlation == pytest.approx(0.3, abs=0.05)


def test_no_two_deviates_are_the_same_draw(cfg):
    values = np.concatenate(
        [np.ravel(field) for ms in (0, 1, 2) for field in drawn(cfg, 4, ms)]
    )
    assert len(np.unique(values)) > 0.999 * len(values)


def test_conditions_share_their_background_unless_told_otherwise(cfg):
    fields = {"noise_fast_nA": np.full(64, 0.05), "shift_mV": (0.0, 0.0)}
    shared = final_voltage(cfg, **fields)
    separate = final_voltage(cfg, backgrounds=(0, 500_000), **fields)
    np.testing.assert_array_equal(shared[:, 0], shared[:, 1])
    np.testing.assert_array_equal(separate[:, 0], shared[:, 0])
    assert abs(np.corrcoef(separate[0])[0, 1]) < 0.5


def test_current_and_depolarization_add_as_ohm_says(cfg):
    """At rest V = E_leak + I / g_leak + dV, for every level and both cell types."""
    v = final_voltage(cfg, shift_mV=(0.0, 5.0), drive_nA=np.full(64, 0.045))
    at_zero = np.r_[np.full(48, -70 + 0.045 / 9e-3), np.full(16, -70 + 0.045 / 10e-3)]
    np.testing.assert_allclose(v[0, 0], at_zero, atol=1e-3)
    np.testing.assert_allclose(v[0, 1] - v[0, 0], 5.0, atol=1e-3)


@pytest.mark.parametrize("kind", ["fast", "slow"])
def test_a_passive_membrane_filters_the_background_as_theory_says(cfg, kind):
    """An OU current of SD s and time tau gives Var V = (s/g)^2 tau / (tau + tau_m)."""
    tau_ms = {"fast": 5.0, "slow": 100.0}[kind]
    field = {f"noise_{kind}_nA": np.full(64, 0.05)}
    v = final_voltage(cfg, n_circuits=64, **field)[:, 0]
    for cells, members, g_uS in (
        ("excitatory", slice(0, 48), 9e-3),
        ("inhibitory", slice(48, 64), 10e-3),
    ):
        expected = (0.05 / g_uS) ** 2 * tau_ms / (tau_ms + TAU_MEMBRANE_MS[cells])
        assert v[:, members].var() == pytest.approx(expected, rel=0.12)


def test_brief_inputs_carry_the_charge_that_their_rate_says(cfg):
    """Campbell: mean V - E_leak = rate * height * tau / g, for exponential pulses."""
    v = final_voltage(
        cfg, n_circuits=256, burst_rate_hz=20.0, burst_nA=np.full(64, 0.05)
    )[:, 0]
    # Held over a bin, a pulse has the area of a geometric series.
    tau_s = 1e-3 / (1 - np.exp(-1 / cfg.background.tau_burst_ms))
    for members, g_uS in ((slice(0, 48), 9e-3), (slice(48, 64), 10e-3)):
        expected = 20.0 * 0.05 * tau_s / g_uS
        assert v[:, members].mean() + 70 == pytest.approx(expected, rel=0.05)


def test_the_common_share_makes_neurons_alike(cfg):
    fast = np.full(64, 0.05)
    v = final_voltage(cfg, n_circuits=64, noise_fast_nA=fast, common_fraction=0.5)
    deviation = v[:, 0, :48] - v[:, 0, :48].mean()
    shared = deviation.mean(axis=1).var()
    assert shared / deviation.var() == pytest.approx(0.5, abs=0.12)


def test_time_step_does_not_change_the_background(cfg):
    """A passive cell integrates the same current path at any dt."""
    fast = np.full(64, 0.05)
    coarse, fine = (
        final_voltage(cfg, noise_fast_nA=fast, dt_ms=dt_ms) for dt_ms in (0.1, 0.0125)
    )
    assert np.ptp(fine) > 0.5
    np.testing.assert_allclose(coarse, fine, atol=1e-3)

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.circuit.membrane import K, Na
from minicolumn.circuit.wiring import Circuit
from minicolumn.simulate import engine, packing


def bare_circuit(n_exc, n_inh):
    n = n_exc + n_inh
    return Circuit(
        0, n_exc, n_inh, np.zeros((n, n)), np.zeros(n), np.zeros(n), np.zeros(n), 100, 0
    )


@given(n=st.integers(5, 300), fraction=st.floats(0.05, 0.95))
def test_padding_holds_the_circuit_and_fills_vectors(n, fraction):
    n_exc = round(n * fraction)
    padding = packing.padding_of(bare_circuit(n_exc, n - n_exc))
    assert padding.n_exc >= n_exc
    assert padding.n_inh >= n - n_exc
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


def test_background_is_stationary_and_has_the_stated_moments(cfg):
    """Without synapses or channels' help, the drawn background has unit variance."""
    padding = packing.Padding(48, 16)
    circuit = bare_circuit(48, 16)
    batch = packing.pack([circuit] * 64, padding, cfg.neurons, cfg.synapses)
    batch = batch._replace(
        circuit_id=jnp.arange(64, dtype=jnp.uint32),
        common_fraction=jnp.full((64, 1), 0.3, jnp.float32),
    )
    root = jax.random.key(3)
    fast, slow = engine._background(batch, root, jnp.uint32(5), padding)
    fast, slow = np.asarray(fast), np.asarray(slow)
    assert fast.var() == pytest.approx(1, abs=0.05)
    assert slow.var() == pytest.approx(1, abs=0.05)
    flat = fast[:, :, 0].reshape(-1, 64)
    correlation = np.corrcoef(flat.T)[np.triu_indices(64, 1)].mean()
    assert correlation == pytest.approx(0.3, abs=0.05)


PADDING = packing.Padding(48, 16)
TAU_MEMBRANE_MS = {"excitatory": 1e-3 / 4.5e-5, "inhibitory": 1e-3 / 1.0e-4}  # C / g


def final_voltage(cfg, *, shift_mV=(0.0,), n_circuits=1, n_ms=300, dt_ms=0.1, **fields):
    """Final voltage (circuit, level, neuron) of passive cells with a given background.

    Fields replace those of the circuit: drive_nA, noise_fast_nA, ..., per neuron.
    """
    off = {"g_Na_S_cm2": 0.0, "g_K_S_cm2": 0.0, "g_M_S_cm2": 0.0}
    kinds = {
        kind: getattr(cfg.neurons, kind).model_copy(update=off)
        for kind in ("excitatory", "inhibitory")
    }
    circuits = [
        replace(bare_circuit(*PADDING), circuit_id=circuit, **fields)
        for circuit in range(n_circuits)
    ]
    shift = jnp.asarray(shift_mV, jnp.float32)[None, :, None] * jnp.ones(64)
    _, v = engine.run(
        packing.pack(
            circuits, PADDING, cfg.neurons.model_copy(update=kinds), cfg.synapses
        ),
        packing.constants(cfg.synapses, cfg.background),
        packing.Levels(jnp.ones_like(shift), shift),
        jax.random.key(1),
        padding=PADDING,
        n_ms=n_ms,
        dt_ms=dt_ms,
    )
    return np.asarray(v, np.float64)


def test_current_and_depolarisation_add_as_ohm_says(cfg):
    """At rest V = E_leak + I / g_leak + dV, for every level and both cell types."""
    v = final_voltage(cfg, shift_mV=(0.0, 5.0), drive_nA=np.full(64, 0.045))
    at_zero = np.r_[np.full(48, -70 + 0.045 / 9e-3), np.full(16, -70 + 0.045 / 10e-3)]
    np.testing.assert_allclose(v[0, 0], at_zero, atol=1e-3)
    np.testing.assert_allclose(v[0, 1] - v[0, 0], 5.0, atol=1e-3)


@pytest.mark.parametrize(
    ("field", "tau_ms"), [("noise_fast_nA", 5.0), ("noise_slow_nA", 100.0)]
)
def test_a_passive_membrane_filters_the_background_as_theory_says(cfg, field, tau_ms):
    """An OU current of SD s and time tau gives Var V = (s/g)^2 tau / (tau + tau_m)."""
    v = final_voltage(cfg, n_circuits=64, **{field: np.full(64, 0.05)})[:, 0]
    for kind, members, g_uS in (
        ("excitatory", slice(0, 48), 9e-3),
        ("inhibitory", slice(48, 64), 10e-3),
    ):
        expected = (0.05 / g_uS) ** 2 * tau_ms / (tau_ms + TAU_MEMBRANE_MS[kind])
        assert v[:, members].var() == pytest.approx(expected, rel=0.12)


def test_the_common_share_makes_neurons_alike(cfg):
    noise = np.full(64, 0.05)
    v = final_voltage(cfg, n_circuits=64, noise_fast_nA=noise, common_fraction=0.5)
    deviation = v[:, 0, :48] - v[:, 0, :48].mean()
    shared = deviation.mean(axis=1).var()
    assert shared / deviation.var() == pytest.approx(0.5, abs=0.12)


def test_time_step_does_not_change_the_background(cfg):
    """A passive cell integrates the same current path at any dt."""
    noise = np.full(64, 0.05)
    coarse, fine = (
        final_voltage(cfg, noise_fast_nA=noise, dt_ms=dt_ms) for dt_ms in (0.1, 0.0125)
    )
    assert np.ptp(fine) > 0.5
    np.testing.assert_allclose(coarse, fine, atol=0.05)

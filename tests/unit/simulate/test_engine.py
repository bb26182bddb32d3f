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
    root = engine.jax.random.key(3)
    fast, slow = engine._background(batch, root, jnp.uint32(5), padding)
    fast, slow = np.asarray(fast), np.asarray(slow)
    assert fast.var() == pytest.approx(1, abs=0.05)
    assert slow.var() == pytest.approx(1, abs=0.05)
    flat = fast[:, :, 0].reshape(-1, 64)
    correlation = np.corrcoef(flat.T)[np.triu_indices(64, 1)].mean()
    assert correlation == pytest.approx(0.3, abs=0.05)


def test_time_step_does_not_change_the_background(cfg):
    """A passive cell integrates the same current path at any dt."""
    circuit = bare_circuit(4, 1)
    circuit = circuit.__class__(
        **{**circuit.__dict__, "noise_fast_nA": np.full(5, 0.05)}
    )
    padding = packing.padding_of(circuit)
    passive = cfg.neurons.model_copy(
        update={
            kind: getattr(cfg.neurons, kind).model_copy(
                update={"g_Na_S_cm2": 0.0, "g_K_S_cm2": 0.0, "g_M_S_cm2": 0.0}
            )
            for kind in ("excitatory", "inhibitory")
        }
    )
    batch = packing.pack([circuit], padding, passive, cfg.synapses)
    none = packing.Levels(jnp.ones((1, 1, 16)), jnp.zeros((1, 1, 16)))
    shared = packing.constants(cfg.synapses, cfg.background)
    finals = [
        np.asarray(
            engine.run(
                batch,
                shared,
                none,
                engine.jax.random.key(1),
                padding=padding,
                n_ms=100,
                dt_ms=dt,
            )[1]
        )
        for dt in (0.1, 0.0125)
    ]
    assert np.ptp(finals[1]) > 0.5
    np.testing.assert_allclose(finals[0], finals[1], atol=0.05)

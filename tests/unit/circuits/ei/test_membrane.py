import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, strategies as st
from jaxley.channels import pospischil
from jaxley.solver_gate import solve_gate_exponential

from minicolumn.circuits.ei.membrane import K, Km, Na, Rates, step_gate

rates = st.floats(0.0, 50.0)


@given(x=st.floats(0, 1), opening=rates, closing=rates)
def test_a_gate_stays_a_probability_and_near_the_exact_solution(x, opening, closing):
    dt_ms = 0.1
    with jax.enable_x64(True):
        found = float(step_gate(jnp.asarray(x), dt_ms, Rates(opening, closing)))
        h = dt_ms * (opening + closing)
        exact = x
        if h > 1e-9:
            exact = float(solve_gate_exponential(x, dt_ms, opening, closing))
    assert -1e-12 <= found <= 1 + 1e-12
    assert abs(found - exact) <= min(0.07, h**3 / 6) + 1e-9


@pytest.mark.parametrize(
    ("ours", "theirs", "gates"),
    [
        (Na, pospischil.Na, ("m_gate", "h_gate")),
        (K, pospischil.K, ("n_gate",)),
    ],
)
def test_rates_are_those_of_jaxley_away_from_singularities(ours, theirs, gates):
    with jax.enable_x64(True):
        v = jnp.linspace(-99.7, 59.3, 500)
        for gate in gates:
            for mine, upstream in zip(
                getattr(ours, gate)(v, -56.2),
                getattr(theirs, gate)(v, -56.2),
                strict=True,
            ):
                np.testing.assert_allclose(mine, upstream, rtol=2e-7)


@given(x=st.floats(0, 1), opening=rates, closing=rates, under=st.floats(1e-3, 1e3))
def test_a_common_denominator_does_not_change_a_step(x, opening, closing, under):
    plain = step_gate(x, 0.1, Rates(opening, closing))
    fraction = step_gate(x, 0.1, Rates(opening * under, closing * under, under))
    assert fraction == pytest.approx(plain, rel=1e-12)


def test_the_p_gate_relaxes_to_upstreams_steady_state_at_its_pace():
    channel = Km(name="Km")
    with jax.enable_x64(True):
        v = jnp.linspace(-99.7, 59.3, 500)
        tau_max = 608.0
        p_inf, tau_ms = channel.p_gate(v, tau_max)
        opening, closing = channel.p_rates(v, -56.2, tau_max).values()
        np.testing.assert_allclose(opening / (opening + closing), p_inf, rtol=1e-9)
        np.testing.assert_allclose(1 / (opening + closing), tau_ms, rtol=1e-9)


@pytest.mark.parametrize("gate", [Na.m_gate, Na.h_gate, K.n_gate])
def test_rates_in_single_precision_are_exact_to_2e_5(gate):
    """Even 0.4 mV from a removable singularity, where a difference cancels most."""
    around = [place + np.linspace(-1, 1, 2001) for place in (13.0, 15.0, 40.0)]
    u = np.r_[np.linspace(-50.0, 110.0, 5001), *around].astype(np.float32)
    single = gate(jnp.asarray(u), 0.0)
    with jax.enable_x64(True):
        double = gate(jnp.asarray(u, jnp.float64), 0.0)
    for mine, exact in zip(single, double, strict=True):
        assert mine.dtype == np.float32
        np.testing.assert_allclose(np.float64(mine), exact, rtol=2e-5)


def test_a_gate_stays_a_probability_at_any_voltage():
    """Products of rates would overflow in float32 if exponentials had no bound."""
    v = jnp.linspace(-200.0, 200.0, 401, dtype=jnp.float32)
    parameters = {"vt": jnp.float32(-56.2), "Km_taumax": jnp.float32(4000.0)}
    for channel, gates in ((Na("Na"), "mh"), (K("K"), "n"), (Km("Km"), "p")):
        for start in (0.0, 1.0):
            states = {f"{channel.name}_{g}": jnp.full_like(v, start) for g in gates}
            for after in channel.update_states(states, 0.1, v, parameters).values():
                assert after.dtype == jnp.float32
                assert ((after >= 0) & (after <= 1 + 1e-6)).all()


def test_the_m_current_starts_at_its_steady_state():
    channel = Km(name="Km")
    parameters = {"Km_taumax": jnp.asarray(600.0), "vt": -56.2}
    v = jnp.asarray(-60.0)
    state = channel.init_state({}, v, parameters, 0.0)
    later = channel.update_states(state, 100.0, v, parameters)
    assert float(later["Km_p"]) == pytest.approx(float(state["Km_p"]), rel=1e-6)

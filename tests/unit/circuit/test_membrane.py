import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxley.channels import pospischil
from jaxley.solver_gate import solve_gate_exponential

from minicolumn.circuit.membrane import K, Km, Na, step_gate

rates = st.floats(0.0, 50.0)


@given(x=st.floats(0, 1), opening=rates, closing=rates)
def test_a_gate_stays_a_probability_and_near_the_exact_solution(x, opening, closing):
    dt_ms = 0.1
    with jax.enable_x64(True):
        found = float(step_gate(jnp.asarray(x), dt_ms, opening, closing))
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
                np.testing.assert_allclose(mine, upstream, rtol=1e-7)


def test_the_m_current_starts_at_its_steady_state():
    channel = Km(name="Km")
    parameters = {"Km_taumax": jnp.asarray(600.0), "Km_gKm": 1.0, "eK": -90.0}
    v = jnp.asarray(-60.0)
    state = channel.init_state({}, v, parameters, 0.0)
    later = channel.update_states(state, 100.0, v, parameters)
    assert float(later["Km_p"]) == pytest.approx(float(state["Km_p"]), rel=1e-6)

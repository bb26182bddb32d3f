"""Release at synapses against the closed forms of Tsodyks and Markram."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.circuits.acetylcholine import release_factor
from minicolumn.circuits.ei.synapses import Nmda, Release, parameters_of, pathways

DT_MS = 0.1


SYNAPSE = Release("r")
SPIKE, REST = jnp.asarray(10.0), jnp.asarray(-70.0)
step = jax.jit(SYNAPSE.update_states)


def at_rest():
    return {name: jnp.asarray(v) for name, v in SYNAPSE.synapse_states.items()}


@jax.jit
def transmit(u, x, parameters):
    return SYNAPSE.transmit(u, x, True, parameters)


def amplitudes(interval_ms, n_spikes, *, U, recovery, facilitation):
    """Transmit a regular train; return the jump of the conductance at each spike."""
    parameters = {
        "r_interval": interval_ms,
        "r_U": U,
        "r_recovery": recovery,
        "r_facilitation": facilitation,
    }
    u, x, found = 0.0, 1.0, []
    for _ in range(n_spikes):
        u, x, amplitude = transmit(u, x, parameters)
        found.append(float(amplitude))
    return np.array(found)


def conductances(spike_steps, n_steps, *, U=0.5, recovery=0.0, facilitation=0.0):
    """Step by step, with spikes of one step each; the conductance after each step."""
    parameters = {
        "r_interval": 1.0,
        "r_U": U,
        "r_recovery": recovery,
        "r_facilitation": facilitation,
        "r_decay": 1e9,
    }
    states, found = at_rest(), []
    for index in range(n_steps):
        v = SPIKE if index in spike_steps else REST
        states = step(states, DT_MS, v, REST, parameters)
        found.append(float(states["r_s"]))
    return np.array(found)


@pytest.mark.parametrize("spike_step", [1, 4, 10, 11, 20])
def test_a_spike_acts_at_the_next_multiple_of_the_interval(spike_step):
    """Step k ends at (k + 1) dt; the spike is seen at its start, k dt."""
    acts = np.flatnonzero(conductances({spike_step}, 40) > 0)[0]
    assert acts == 10 * np.ceil(spike_step / 10)


def test_steps_and_transmissions_are_the_same_train():
    every_20_ms = {"U": 0.3, "recovery": 150.0, "facilitation": 60.0}
    stepwise = conductances({5, 205, 405, 605}, 620, **every_20_ms)
    jumps = np.diff(stepwise[[0, 100, 300, 500, 619]])
    u, x, expected = 0.0, 1.0, []
    for ms in range(62):
        parameters = {f"r_{key}": value for key, value in every_20_ms.items()}
        spiked = ms in (1, 21, 41, 61)
        u, x, amplitude = SYNAPSE.transmit(
            u, x, spiked, parameters | {"r_interval": 1.0}
        )
        expected += [float(amplitude)] * spiked
    np.testing.assert_allclose(jumps, expected, rtol=1e-5)


def steady_state(rate_hz, U, recovery, facilitation):
    """u x of a regular train, Tsodyks and Markram 1997."""
    interval_ms = 1e3 / rate_hz
    u = U / (1 - (1 - U) * np.exp(-interval_ms / facilitation))
    left = np.exp(-interval_ms / recovery)
    return u * (1 - left) / (1 - (1 - u) * left)


SITES = {
    "EE": {"U": 0.50, "recovery": 670.0, "facilitation": 17.0},
    "EI": {"U": 0.24, "recovery": 390.0, "facilitation": 290.0},
    "I": {"U": 0.25, "recovery": 700.0, "facilitation": 24.0},
}


@pytest.mark.parametrize("rate_hz", [0.1, 1, 2, 5, 10, 20])
@pytest.mark.parametrize("site", SITES)
def test_a_regular_train_reaches_the_closed_form_steady_state(site, rate_hz):
    last = amplitudes(1e3 / rate_hz, 60, **SITES[site])[-1]
    assert last == pytest.approx(steady_state(rate_hz, **SITES[site]), rel=1e-4)


@pytest.mark.parametrize(
    ("uM", "ratios"),
    [
        (1.0, (0.705, 0.733, 0.776, 0.854, 0.908, 0.949)),
        (10.0, (0.388, 0.421, 0.479, 0.608, 0.723, 0.833)),
        (100.0, (0.144, 0.162, 0.197, 0.291, 0.410, 0.570)),
    ],
)
def test_depression_limits_what_suppression_can_do(cfg, uM, ratios):
    """The table for type E2 (U 0.5, D 671 ms, F 17 ms) over 0.1 to 20 Hz."""
    e2 = {"recovery": 671.0, "facilitation": 17.0}
    factor = release_factor(uM, cfg.acetylcholine.release)
    for rate_hz, expected in zip((0.1, 1, 2, 5, 10, 20), ratios, strict=True):
        with_ach = amplitudes(1e3 / rate_hz, 40, U=0.5 * factor, **e2)[-1]
        without = amplitudes(1e3 / rate_hz, 40, U=0.5, **e2)[-1]
        assert with_ach / without == pytest.approx(expected, abs=1.5e-3)


@given(
    rate_hz=st.floats(0.1, 100),
    U=st.floats(0.01, 1),
    recovery=st.floats(0, 1500),
    facilitation=st.floats(0, 1500),
)
def test_no_spike_releases_more_than_there_is(rate_hz, U, recovery, facilitation):
    found = amplitudes(
        1e3 / rate_hz, 8, U=U, recovery=recovery, facilitation=facilitation
    )
    assert ((found >= 0) & (found <= 1)).all()
    assert found[0] == pytest.approx(U, rel=1e-4)


def test_a_static_synapse_releases_the_same_at_every_spike():
    found = amplitudes(2.0, 20, U=0.7, recovery=0.0, facilitation=0.0)
    np.testing.assert_allclose(found, 0.7, rtol=1e-6)


def test_one_spike_releases_once_however_long_it_lasts():
    parameters = dict.fromkeys(SYNAPSE.synapse_params, 1e6) | {"r_U": 0.5}
    states = at_rest()
    parameters["r_interval"] = 1.0
    for v in (-70.0, *[5.0] * 25, -5.0, *[-70.0] * 20):
        states = step(states, DT_MS, jnp.asarray(v), REST, parameters)
    assert float(states["r_s"]) == pytest.approx(0.5, rel=1e-4)
    assert float(states["r_x"]) == pytest.approx(0.5, rel=1e-4)


def test_magnesium_blocks_nmda_receptors_at_rest_and_frees_them_at_spikes():
    """Jahr and Stevens 1990: half open where exp(-0.062 V) [Mg] = 3.57 mM."""
    half = float(np.log(1 / 3.57) / 0.062)
    assert float(Nmda.unblocked(jnp.asarray(half), 1.0)) == pytest.approx(0.5)
    assert float(Nmda.unblocked(jnp.asarray(-70.0), 1.0)) < 0.05
    assert float(Nmda.unblocked(jnp.asarray(20.0), 1.0)) > 0.9
    assert float(Nmda.unblocked(jnp.asarray(-70.0), 0.0)) == 1


def test_pathways_follow_the_configuration(cfg):
    synapses = cfg.synapses
    fast = pathways(synapses)
    assert [pathway.name for pathway in fast] == ["EE", "EI", "I"]
    nmda = synapses.nmda.model_copy(update={"ratio": 0.71})
    with_nmda = synapses.model_copy(update={"nmda": nmda})
    names = [pathway.name for pathway in pathways(with_nmda)]
    assert names == ["EE", "EI", "I", "EE_NMDA", "EI_NMDA"]
    for pathway in fast:
        given = parameters_of(pathway, synapses)
        assert {
            f"{pathway.name}_{k}": v for k, v in SITES[pathway.sites[0]].items()
        } == {
            name: value
            for name, value in given.items()
            if not name.endswith(("_decay", "_e_syn", "_interval"))
        }

"""Synapses of students, beside the equations that the engine integrates."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.ei.synapses import Release
from minicolumn.perturbation.depression import depression_of
from minicolumn.perturbation.perturbations import release_of
from minicolumn.perturbation.students import Student, noise_key, undisturbed
from minicolumn.perturbation.timing import STEP_MS
from minicolumn.perturbation.variants import STUDENTS

SITES = {("exc", "exc"): "EE", ("exc", "inh"): "EI"}
INTERVALS_MS = (20, 10, 40, 2, 300)


@pytest.fixture
def made(neurons, cfg):
    def of(rest_hz, true_constants=True, physics=cfg):
        rest = np.full(neurons.n, float(rest_hz))
        return depression_of(neurons, rest, physics, true_constants)

    return of


def currents(depression, spikes, release=None):
    """What each neuron receives in each step from the first, with weights of 1."""
    n = depression.targets.shape[1]
    release = np.ones((n, n)) if release is None else release
    state, transmit = depression.synapses(jnp.eye(n)[:1].T * jnp.ones(n), release, 1)
    found = []
    for spiked in spikes:
        sent = jnp.zeros((1, n)).at[0, 0].set(float(spiked))
        state, current = transmit(state, sent)
        found.append(np.asarray(current[0]))
    return np.array(found)


def train():
    spikes = np.zeros(1 + sum(INTERVALS_MS) // STEP_MS, bool)
    spikes[np.cumsum((0, *INTERVALS_MS)) // STEP_MS] = True
    return spikes


@pytest.mark.parametrize("factor", [1.0, 0.4])
def test_release_is_that_of_the_engines_synapses(made, neurons, cfg, factor):
    release = release_of(Condition(release={"EE": factor, "EI": factor}), neurons, cfg)
    found = currents(made(0.0), train(), release)
    for target, members in (("exc", neurons.excitatory), ("inh", ~neurons.excitatory)):
        site = getattr(cfg.synapses.tsodyks_markram, SITES["exc", target])
        synapse = Release("one")
        values = {"interval": STEP_MS, "U": factor * site.U}
        values |= {"recovery": site.recovery_ms, "facilitation": site.facilitation_ms}
        params = {f"one_{key}": value for key, value in values.items()}
        u, x, expected = 0.0, 1.0, []
        for spiked in train():
            u, x, amplitude = synapse.transmit(u, x, spiked, params)
            expected.append(float(amplitude) / site.U)
        np.testing.assert_allclose(
            found[:, members], np.array(expected)[:, None] * np.ones(members.sum()),
            rtol=1e-4, atol=1e-6,
        )  # fmt: skip


def test_a_synapse_at_rest_transmits_its_weight(made):
    """A long Poisson train at the rest rate, from the state at rest."""
    rest_hz = 8.0
    rng = np.random.default_rng(1)
    spikes = rng.random(20_000) < rest_hz * STEP_MS * 1e-3
    first = currents(made(rest_hz), [True])[0]
    assert first == pytest.approx(1.0, abs=0.1)
    mean = currents(made(rest_hz), spikes).sum(axis=0) / spikes.sum()
    np.testing.assert_allclose(mean, 1.0, atol=0.12)


def test_wrong_constants_facilitate_what_depresses(made, neurons):
    pair = [True] + [False] * 9 + [True]
    true, wrong = (currents(made(0.0, right), pair) for right in (True, False))
    exc = neurons.excitatory
    assert (true[-1, exc] < true[0, exc]).all()
    assert (wrong[-1, exc] > wrong[0, exc]).all()


def test_without_depression_in_the_circuit_synapses_are_static(made, cfg):
    synapses = cfg.synapses.model_copy(update={"release": "static"})
    static = made(5.0, physics=cfg.model_copy(update={"synapses": synapses}))
    found = currents(static, train())
    np.testing.assert_allclose(
        found, train()[:, None] * np.ones(found.shape), rtol=1e-5
    )


def test_what_depresses_suffers_less_from_less_release(made, neurons, cfg):
    """The reason for these students: recovery compensates for less release."""
    student = Student(STUDENTS["bio"], neurons)
    weights = student.initial(np.random.default_rng(2))
    spikes = np.random.default_rng(3).random(2000) < 0.06
    less = release_of(Condition(release={"EE": 0.5, "EI": 0.5}), neurons, cfg)
    kept = currents(made(30.0), spikes, less).sum() / currents(made(30.0), spikes).sum()
    assert 0.6 < kept < 1.0
    depressing = replace(student, depression=made(5.0))
    inputs = undisturbed(neurons)
    found = depressing.spikes(weights, inputs, noise_key(1), 4)
    assert (found != student.spikes(weights, inputs, noise_key(1), 4)).any()

"""The fast engine against Jaxley's own integration of the same circuit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.circuit.acetylcholine import effect_of
from minicolumn.circuit.prior import sample_parameters
from minicolumn.circuit.wiring import build_circuit
from minicolumn.mechanisms import MECHANISMS
from minicolumn.simulate import engine, packing
from minicolumn.simulate.reference import build_network, integrator

DT_MS = 0.05
LEVELS = (0.0, 0.5, 1.0)


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


def circuit_of_size(cfg, n):
    parameters = sample_parameters(cfg.prior, cfg.seed, 1) | {"n_neurons": n}
    return build_circuit(1, parameters, cfg.wiring, cfg.background, cfg.seed)


def white_background(circuit, steps):
    rng = np.random.default_rng(7)
    held = rng.standard_normal((-(-steps // 100), circuit.n)).repeat(100, axis=0)
    return circuit.drive_nA + circuit.noise_fast_nA * held[:steps]


def engine_voltages(cfg, circuit, effect, background_nA):
    padding = packing.padding_of(circuit)
    slots = packing.slots_of(circuit, padding)
    batch = packing.pack(
        [circuit], padding, cfg.neurons, cfg.synapses, dtype=jnp.float64
    )
    levels = packing.spread_levels(effect, padding, jnp.float64)
    shared = packing.constants(cfg.synapses, cfg.background)
    current = np.zeros((len(background_nA), 1, 1, sum(padding)))
    current[..., slots] = background_nA[:, None, None]
    shift = 1e-3 * batch.leak_nS * levels.depolarisation_mV

    @jax.jit
    def run(current):
        def body(state, injected):
            state = engine.step(
                batch, shared, levels.excitation, *state, injected + shift, DT_MS
            )
            return state, state[0][0][:, slots]

        start = engine.initial_state(batch, len(LEVELS))
        return jax.lax.scan(body, start, current)[1]

    return np.swapaxes(np.asarray(run(jnp.asarray(current))), 0, 1)


def spike_counts(v):
    return ((v[:, :-1] < 0) & (v[:, 1:] >= 0)).sum(axis=1)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_voltages_agree_over_ten_milliseconds(cfg, mechanism):
    compare(cfg, 20, mechanism, duration_ms=10)


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50, 100])
def test_every_neuron_spikes_as_often_over_a_second(cfg, n):
    v, reference = compare(cfg, n, "combined", duration_ms=1000)
    assert spike_counts(reference).sum() > n
    np.testing.assert_array_equal(spike_counts(v), spike_counts(reference))


def compare(cfg, n, mechanism, duration_ms):
    circuit = circuit_of_size(cfg, n)
    effect = effect_of(mechanism, LEVELS, cfg.acetylcholine)
    background = white_background(circuit, round(duration_ms / DT_MS))
    network = build_network(circuit, cfg.neurons, cfg.synapses)
    reference = integrator(network, circuit, cfg.neurons, DT_MS)(effect, background)
    v = engine_voltages(cfg, circuit, effect, background)
    ten_ms = round(10 / DT_MS)
    assert np.ptp(reference[:, :ten_ms]) > 1  # something moved
    assert np.abs(v - reference)[:, :ten_ms].max() < 1e-9
    return v, reference

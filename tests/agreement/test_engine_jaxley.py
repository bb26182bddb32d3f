"""The fast engine against Jaxley's own integration of the same circuit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.ei.wiring import build_circuit
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import sample_parameters
from minicolumn.simulation import equations, packing
from minicolumn.simulation.jaxley_network import build_network, integrator
from minicolumn.simulation.runs import Run

DT_MS = 0.1
LEVELS = (0.0, 0.5, 1.0)


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


def with_synapses(cfg, **changes):
    return cfg.model_copy(update={"synapses": cfg.synapses.model_copy(update=changes)})


def circuit_of_size(cfg, n):
    parameters = sample_parameters(cfg.prior, cfg.seed, 1) | {"n_neurons": n}
    return build_circuit(1, parameters, cfg)


def held_noise(circuit, steps, hold_ms=5):
    """Noise strong enough for spikes from the first milliseconds on."""
    hold = round(hold_ms / DT_MS)
    rng = np.random.default_rng(7)
    held = rng.standard_normal((-(-steps // hold), circuit.n)).repeat(hold, axis=0)
    return 0.15 + circuit.drive_nA + 2 * circuit.noise_fast_nA * held[:steps]


def engine_voltages(cfg, circuit, conditions, background_nA):
    dynamics, run_of = family("ei").dynamics, [Run(circuit, 0, conditions)]
    padding = packing.padding_of(circuit)
    slots = packing.slots_of(circuit, padding)
    program = equations.Program.of(dynamics, padding, 0, cfg)
    batch = packing.pack(run_of, padding, dynamics, cfg, dtype=jnp.float64)
    differences = packing.spread(run_of, padding, dynamics, dtype=jnp.float64)
    batch = equations.with_release(program, batch, differences)
    current = np.zeros((len(background_nA), 1, 1, sum(padding)))
    current[..., slots] = background_nA[:, None, None]
    cells = equations.Cells.of(program, batch)
    shift = equations.shift(batch, differences)

    @jax.jit
    def run(current):
        def body(state, injected):
            v, states, spiked = state
            after, states = equations.step(program, cells, v, states, injected + shift)
            return (after, states, spiked | (v < 0) & (after >= 0)), after[0][:, slots]

        def interval(state, injected):
            v, states, spiked = state
            states = equations.transmit(program, batch, states, spiked)
            return jax.lax.scan(body, (v, states, spiked & False), injected)

        v, states = equations.initial_state(program, batch, len(LEVELS))
        steps = round(cfg.synapses.transmission_ms / DT_MS)
        intervals = current.reshape(-1, steps, *current.shape[1:])
        v = jax.lax.scan(interval, (v, states, v > 0), intervals)[1]
        return v.reshape(-1, *v.shape[2:])

    return np.swapaxes(np.asarray(run(jnp.asarray(current))), 0, 1)


def spike_counts(v):
    return ((v[:, :-1] < 0) & (v[:, 1:] >= 0)).sum(axis=1)


@pytest.mark.parametrize("release", ["tsodyks_markram", "static"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_voltages_agree_over_ten_milliseconds(cfg, mechanism, release):
    compare(with_synapses(cfg, release=release), 20, mechanism, duration_ms=10)


@pytest.mark.slow
@pytest.mark.parametrize("release", ["tsodyks_markram", "static"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("n", [20, 50, 100])
def test_every_neuron_spikes_as_often_over_a_second(cfg, n, mechanism, release):
    cfg = with_synapses(cfg, release=release)
    v, reference = compare(cfg, n, mechanism, duration_ms=1000)
    assert spike_counts(reference).sum() > n
    np.testing.assert_array_equal(spike_counts(v), spike_counts(reference))


def test_voltages_agree_with_more_frequent_transmission(cfg):
    often, _ = compare(with_synapses(cfg, transmission_ms=0.5), 20, "combined", 50)
    seldom, _ = compare(cfg, 20, "combined", 50)
    assert np.abs(often - seldom).max() > 0.1


def test_voltages_agree_with_nmda_receptors(cfg):
    nmda = cfg.synapses.nmda.model_copy(update={"ratio": 0.71})
    with_nmda = with_synapses(cfg, nmda=nmda)
    v, _ = compare(with_nmda, 20, "combined", duration_ms=50)
    without, _ = compare(cfg, 20, "combined", duration_ms=50)
    assert np.abs(v - without).max() > 0.1


def compare(cfg, n, mechanism, duration_ms):
    circuit = circuit_of_size(cfg, n)
    ach = cfg.acetylcholine.at_dose(circuit.max_mV)
    conditions = tuple(condition_of(mechanism, level, ach) for level in LEVELS)
    background = held_noise(circuit, round(duration_ms / DT_MS))
    network = build_network(circuit, cfg)
    reference = integrator(network, circuit, cfg, DT_MS)(conditions, background)
    v = engine_voltages(cfg, circuit, conditions, background)
    ten_ms = round(10 / DT_MS)
    assert spike_counts(reference[:, :ten_ms]).sum() > 0
    assert np.abs(v - reference)[:, :ten_ms].max() < 1e-9
    return v, reference

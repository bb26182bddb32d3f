"""The fused engine: interpreted on a CPU, lowered for CUDA, and on a GPU if any."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from bare import bare_circuit
from hypothesis import given, strategies as st
from jax import lax
from jax.extend.random import threefry_2x32

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.conditions import Condition, Current
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.simulation import engines, equations, fused, noise, packing
from minicolumn.simulation.currents import with_currents
from minicolumn.simulation.fused_kernel import How
from minicolumn.simulation.runs import Run

on_gpu = pytest.mark.gpu
N_MS = 200


@pytest.fixture(scope="module")
def physics(settings):
    return with_changes(settings)


@pytest.fixture(scope="module")
def physics_of_types(settings):
    return with_changes(settings, family="v1_types")


def with_changes(settings, family="ei", **changes):
    values = settings_of(settings(), {"circuits": {"family": family}})
    values["simulation"] |= {"warmup_s": 0.05, "duration_s": 0.15}
    values["prior"]["n_neurons"] |= {"low": 26, "high": 30}
    for section, fields in changes.items():
        values[section] |= fields
    return parse_config(values)


def runs_of(physics, n=2):
    """Return circuits at a low and a high level of every mechanism, and under light."""
    circuits = build_circuits(parameter_rows(physics.prior, 1, range(n)), physics)
    ach = physics.acetylcholine.at_dose(7.5)
    levels = [condition_of(m, at, ach) for m in MECHANISMS for at in (0.0, 1.0)]
    runs = []
    for circuit in circuits:
        light = Current((0.3,) * circuit.n, (0.0,) * 20 + (1.0,) * 50)
        conditions = *levels, Condition(currents=(light,)), Condition(noise=1.5)
        runs.append(Run(circuit, conditions=conditions))
    return runs


def program_inputs(physics, runs, n_ms=N_MS):
    dynamics = family(physics.circuits.family).dynamics
    padding = max(fused.padding_of(run.circuit) for run in runs)
    differences = packing.spread(runs, padding, dynamics)
    return (
        packing.pack(runs, padding, dynamics, physics),
        with_currents(differences, runs, padding, 50, n_ms),
        jax.random.key(physics.seed),
        equations.Program.of(dynamics, padding, n_ms, physics),
    )


def test_the_words_are_those_of_jax():
    rng = np.random.default_rng(1)
    keys, counts = rng.integers(0, 2**32, (2, 2, 500), np.uint32)
    expected = [threefry_2x32(k, c) for k, c in zip(keys.T, counts.T, strict=True)]
    found = noise.threefry(*keys, *counts)
    np.testing.assert_array_equal(np.stack(found), np.stack(expected).T)


def test_every_deviate_has_the_bits_of_jax():
    words = jnp.arange(2**23, dtype=jnp.uint32) << 9
    uniform = ((words >> 9).astype(jnp.float32) + 0.5) * 2.0**-22 - 1.0
    expected = np.float32(np.sqrt(2)) * jax.jit(lax.erf_inv)(uniform)
    np.testing.assert_array_equal(jax.jit(noise.normal)(words), expected)


@given(n=st.integers(1, 250), fraction=st.floats(0.05, 0.95))
def test_a_padding_is_a_power_of_two_that_holds_the_circuit(n, fraction):
    n_exc = round(fraction * n)
    padding = fused.padding_of(bare_circuit(n_exc, n - n_exc))
    assert padding[0] >= n_exc
    assert padding[1] >= n - n_exc
    assert sum(padding).bit_count() == 1


@pytest.mark.parametrize(("n", "places"), [(20, 32), (64, 64), (65, 128), (100, 128)])
def test_two_shapes_serve_most_of_the_published_sizes(n, places):
    n_exc = round(0.8 * n)
    assert sum(fused.padding_of(bare_circuit(n_exc, n - n_exc))) == places


def spikes_of(integrated, runs, padding):
    return [
        (run.circuit.circuit_id, place, int(ms), int(slot))
        for position, run in enumerate(runs)
        for place in range(len(run.conditions))
        for ms, slot in zip(*integrated.events(position, place), strict=True)
    ]


@pytest.fixture(scope="module")
def interpreted(physics):
    return with_little_room(physics, runs_of(physics))


def with_little_room(physics, runs):
    """Return runs, their padding, and the engine with little room, interpreted."""
    padding = max(fused.padding_of(run.circuit) for run in runs)
    inputs = program_inputs(physics, runs)
    launch = partial(fused.run, *inputs)

    def buffer(room):
        how = How(from_ms=50, capacity=room, interpret=True)
        return engines.EventBuffer(launch, how)

    return runs, padding, buffer


@pytest.mark.slow
def test_interpreted_it_has_every_spike_of_the_other_engine(interpreted, physics):
    """All mechanisms, a light, other noise; a buffer too small loses nothing."""
    runs, padding, buffer = interpreted
    reference = engines.XLA.integrate(runs, padding, N_MS, physics)
    expected = spikes_of(reference, runs, padding)
    assert len(expected) > 200
    assert spikes_of(buffer(16), runs, padding) == expected


@pytest.mark.slow
def test_interpreted_it_has_every_spike_of_circuits_of_four_types(physics_of_types):
    by_type = Condition({"exc_sst": 0.5, "pv": 0.5}, {"vip": 5.0, "inh": 1.0})
    (row,) = parameter_rows(physics_of_types.prior, 1, [0])
    row = row | {"drive_exc_nA": 0.0}  # it fires early
    (circuit,) = build_circuits([row], physics_of_types)
    runs = [Run(circuit, conditions=(Condition(), by_type))]
    runs, padding, buffer = with_little_room(physics_of_types, runs)
    reference = engines.XLA.integrate(runs, padding, N_MS, physics_of_types)
    expected = spikes_of(reference, runs, padding)
    assert len(expected) > 10
    assert spikes_of(buffer(1024), runs, padding) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"family": "v1_types"},
        {"synapses": {"release": "static", "transmission_ms": 0.5}},
        {"nmda": {"ratio": 0.5}},
    ],
)
@pytest.mark.slow
def test_it_lowers_for_cuda_without_a_gpu(settings, changes):
    values = {} if "nmda" in changes else changes
    physics = with_changes(settings, **values)
    if "nmda" in changes:
        nmda = physics.synapses.nmda.model_copy(update=changes["nmda"])
        synapses = physics.synapses.model_copy(update={"nmda": nmda})
        physics = physics.model_copy(update={"synapses": synapses})
    *inputs, program = program_inputs(physics, runs_of(physics, 1))
    lowered = fused.lowered_for_cuda(*inputs, program)
    assert "triton" in lowered


def test_circuits_whose_padding_is_too_large_take_the_other_engine(of_column):
    """Blocks of eight types, equal but for the first, do not fit into an event."""
    simulation = of_column.simulation.model_copy(update={"engine": "auto"})
    physics = of_column.model_copy(update={"simulation": simulation})
    row = parameter_rows(physics.prior, 1, [0])[0]
    small = {"n_neurons": 200, "n_recorded": 50, "in_degree": 0.01}
    runs = [Run(*build_circuits([row | small], physics))]
    assert sum(fused.padding_of(runs[0].circuit)) > fused.LARGEST
    assert engines.chosen(runs, physics, FakeGpu).name == "xla"


class FakeGpu:
    platform, device_kind, compute_capability = "gpu", "some GPU", "9.0"


class OldGpu(FakeGpu):
    compute_capability = "7.5"


class OtherMaker(FakeGpu):
    compute_capability = "gfx90a"


def choose(physics, wanted, device, n=50):
    simulation = physics.simulation.model_copy(update={"engine": wanted})
    physics = physics.model_copy(update={"simulation": simulation})
    return engines.chosen([Run(bare_circuit(n - n // 5, n // 5))], physics, device)


@pytest.mark.parametrize("device", [OldGpu, OtherMaker, jax.devices("cpu")[0]])
def test_the_fused_engine_runs_where_it_can(physics, device):
    assert choose(physics, "auto", FakeGpu).name == "fused"
    assert choose(physics, "xla", FakeGpu).name == "xla"
    assert choose(physics, "auto", device).name == "xla"
    assert choose(physics, "auto", FakeGpu, n=300).name == "xla"
    with pytest.raises(engines.ConfigError, match=r"simulation.engine=fused needs a"):
        choose(physics, "fused", device)
    with pytest.raises(engines.ConfigError, match="a circuit has 300"):
        choose(physics, "fused", FakeGpu, n=300)


@on_gpu
@pytest.mark.parametrize("form", ["tsodyks_markram", "static"])
def test_on_a_gpu_the_first_100_ms_are_those_of_the_cpu(settings, form):
    physics = with_changes(settings, synapses={"release": form})
    runs = runs_of(physics, 4)
    padding = max(fused.padding_of(run.circuit) for run in runs)
    ours = engines.FUSED.integrate(runs, padding, 150, physics)
    with jax.default_device(jax.devices("cpu")[0]):
        theirs = engines.XLA.integrate(runs, padding, 150, physics)
    assert spikes_of(ours, runs, padding) == spikes_of(theirs, runs, padding)


@on_gpu
def test_on_a_gpu_company_padding_and_room_move_no_spike(physics, monkeypatch):
    runs = runs_of(physics, 6)
    narrow, wide = packing.Padding(25, 7), packing.Padding(51, 13)
    batch = engines.FUSED.integrate(runs, narrow, 1000, physics)
    alone = engines.FUSED.integrate(runs[:1], wide, 1000, physics)
    monkeypatch.setattr(engines, "ROOM_HZ", 0.1)
    cramped = engines.FUSED.integrate(runs, narrow, 1000, physics)
    for at in range(len(runs[0].conditions)):
        ms, slot = batch.events(0, at)
        in_wide = np.where(slot < 25, slot, slot + 51 - 25)
        for other, places in ((alone, in_wide), (cramped, slot)):
            np.testing.assert_array_equal(other.events(0, at)[0], ms)
            np.testing.assert_array_equal(other.events(0, at)[1], places)

"""Spikes of a circuit do not depend on its company."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from minicolumn.circuits.acetylcholine import effect_of
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.outcomes import Outcome
from minicolumn.simulation import engine, packing
from minicolumn.simulation.simulate import build_circuits, simulate

ROOT = Path(__file__).parents[3]
N = 12
LEVELS = (0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def physics(settings):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.05, "duration_s": 0.2}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 60}  # two paddings
    values["acetylcholine"]["levels"] = list(LEVELS)
    return parse_config(values)


@pytest.fixture(scope="module")
def circuits(physics):
    return build_circuits(parameter_rows(physics.prior, 1, range(N)), physics)


@pytest.fixture(scope="module")
def alone(circuits, physics):
    """Spikes of each circuit simulated in the full batch, by circuit and level."""
    return by_circuit(simulate(circuits, "combined", physics, chunk=4))


def by_circuit(results):
    return {(s.circuit.circuit_id, s.level): s for s in results}


def assert_same(some, reference):
    assert some
    for key, spikes in some.items():
        np.testing.assert_array_equal(spikes.unit, reference[key].unit)
        np.testing.assert_array_equal(spikes.time_ms, reference[key].time_ms)


def test_circuits_fire(alone):
    assert sum(spikes.unit.size for spikes in alone.values()) > 10 * N


@given(data=st.data())
@hypothesis_settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_spikes_do_not_depend_on_batch_order_or_chunk(data, circuits, physics, alone):
    company = data.draw(
        st.lists(st.integers(0, N - 1), min_size=1, max_size=6, unique=True)
    )
    chunk = data.draw(st.sampled_from([1, 4]))
    chosen = [circuits[member] for member in company]
    assert_same(by_circuit(simulate(chosen, "combined", physics, chunk=chunk)), alone)


@pytest.mark.parametrize("extra", [(0, 16), (16, 0), (12, 4)])
def test_padding_moves_no_spike(extra, circuits, physics):
    circuit = circuits[0]
    smallest = packing.padding_of(circuit)
    larger = packing.Padding(smallest.n_exc + extra[0], smallest.n_inh + extra[1])
    np.testing.assert_array_equal(
        counts_with(circuit, smallest, physics), counts_with(circuit, larger, physics)
    )


def counts_with(circuit, padding, physics):
    effect = effect_of("combined", LEVELS, physics.acetylcholine)
    counts, _ = engine.run(
        packing.pack([circuit], padding, physics),
        packing.spread_levels(effect, padding),
        jax.random.key(physics.seed),
        padding=padding,
        n_ms=200,
        dt_ms=physics.simulation.dt_ms,
        transmission_ms=physics.synapses.transmission_ms,
    )
    return np.asarray(counts)[..., packing.slots_of(circuit, padding)]


def test_without_ach_the_mechanisms_are_one(circuits, physics):
    first, *others = (
        by_circuit(simulate(circuits[:4], mechanism, physics, levels=LEVELS, chunk=4))
        for mechanism in MECHANISMS
    )
    silent_ach = {key: spikes for key, spikes in first.items() if key[1] == 0}
    for other in others:
        assert_same(silent_ach, other)
    with_ach = {key: s.time_ms.tolist() for key, s in first.items() if key[1] == 1}
    assert any(others[0][key].time_ms.tolist() != t for key, t in with_ach.items())


def test_another_trial_is_another_background(circuits, physics):
    results = list(simulate(circuits[:1], "combined", physics, trials=(0, 1), chunk=2))
    first, second = (
        [s.time_ms.tolist() for s in results if s.trial == trial] for trial in (0, 1)
    )
    assert first != second


def test_a_circuit_that_blows_up_is_an_outcome_and_spares_its_neighbor(
    circuits, physics, alone
):
    broken = replace(circuits[1], drive_nA=np.full(circuits[1].n, np.inf))
    results = by_circuit(simulate([circuits[0], broken], "combined", physics, chunk=4))
    outcomes = {key: spikes.outcome for key, spikes in results.items()}
    assert {o for key, o in outcomes.items() if key[0] == 1} == {Outcome.NOT_FINITE}
    assert_same({k: s for k, s in results.items() if k[0] == 0}, alone)


THREADS = """
import hashlib, sys
import numpy as np, yaml
from minicolumn.simulation.device import prepare
prepare(threads=int(sys.argv[1]))
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.simulation.simulate import build_circuits, simulate
values = yaml.safe_load(open("config.yaml"))
values["simulation"] |= {"warmup_s": 0.1, "duration_s": 0.4}
cfg = parse_config(values)
circuits = build_circuits(parameter_rows(cfg.prior, 1, range(4)), cfg)
digest = hashlib.sha256()
key = lambda s: (s.circuit.circuit_id, s.level)
for s in sorted(simulate(circuits, "combined", cfg), key=key):
    digest.update(s.unit.tobytes() + s.time_ms.tobytes())
print(digest.hexdigest())
"""


@pytest.mark.slow
def test_the_number_of_threads_changes_no_spike():
    command = [sys.executable, "-c", THREADS]
    environment = {k: v for k, v in os.environ.items() if k != "NPROC"}
    one, two = (
        subprocess.run(
            [*command, threads],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
        for threads in ("1", "2")
    )
    assert one == two
    assert len(one.strip()) == 64


def test_levels_may_have_backgrounds_of_their_own(circuits, physics):
    own = physics.simulation.model_copy(update={"common_noise": False})
    separate = physics.model_copy(update={"simulation": own})
    first = by_circuit(simulate(circuits[:2], "combined", separate, chunk=2))
    again = by_circuit(
        simulate(circuits[:2], "combined", separate, levels=(0.0, 1.0), chunk=2)
    )
    shared = by_circuit(simulate(circuits[:2], "combined", physics, chunk=2))
    at_zero = {key: spikes for key, spikes in again.items() if key[1] == 0}
    for key in at_zero:
        assert first[key].time_ms.size == again[key].time_ms.size
    assert any(
        first[key].time_ms.tolist() != shared[key].time_ms.tolist()
        for key in first
        if key[1] == 1
    )

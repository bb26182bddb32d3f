"""Spikes of a circuit do not depend on its company."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from hypothesis import (
    HealthCheck,
    given,
    settings as hypothesis_settings,
    strategies as st,
)

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.conditions import Condition, Current
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.outcomes import Outcome
from minicolumn.simulation import engine, equations, packing
from minicolumn.simulation.runs import Run, runs_at_levels
from minicolumn.simulation.simulate import simulate

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
    """Spikes of each circuit simulated in the full batch, by circuit and place."""
    return at_levels(circuits, physics)


def at_levels(circuits, physics, mechanism="combined", chunk=4, **options):
    runs = runs_at_levels(circuits, mechanism, physics, **options)
    return by_circuit(simulate(runs, physics, chunk=chunk))


def by_circuit(results):
    return {(s.circuit.circuit_id, s.place): s for s in results}


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
    assert_same(at_levels(chosen, physics, chunk=chunk), alone)


@pytest.mark.parametrize("extra", [(0, 16), (16, 0), (12, 4)])
def test_padding_moves_no_spike(extra, circuits, physics):
    circuit = circuits[0]
    smallest = packing.padding_of(circuit)
    larger = packing.Padding(*map(sum, zip(smallest, extra, strict=True)))
    np.testing.assert_array_equal(
        counts_with(circuit, smallest, physics), counts_with(circuit, larger, physics)
    )


def counts_with(circuit, padding, physics):
    dynamics = family("ei").dynamics
    runs = runs_at_levels([circuit], "combined", physics)
    counts, _ = engine.run(
        packing.pack(runs, padding, dynamics, physics),
        packing.spread(runs, padding, dynamics),
        jax.random.key(physics.seed),
        equations.Program.of(dynamics, padding, 200, physics),
    )
    return np.asarray(counts)[..., packing.slots_of(circuit, padding)]


def test_without_ach_the_mechanisms_are_one(circuits, physics):
    first, *others = (
        at_levels(circuits[:4], physics, mechanism) for mechanism in MECHANISMS
    )
    silent_ach = {key: spikes for key, spikes in first.items() if key[1] == 0}
    for other in others:
        assert_same(silent_ach, other)
    with_ach = {key: s.time_ms.tolist() for key, s in first.items() if key[1] == 2}
    assert any(others[0][key].time_ms.tolist() != t for key, t in with_ach.items())


def test_each_circuit_is_depolarized_by_its_own_dose(circuits, physics):
    """All circuits once had one dose, and mice another."""
    runs = runs_at_levels(circuits, "combined", physics, levels=(0.0, 1.0))
    doses = [run.conditions[1].depolarization_mV["exc"] for run in runs]
    assert doses == pytest.approx([one.max_mV for one in circuits])
    assert len(set(doses)) == len(circuits)


def test_another_trial_is_another_background(circuits, physics):
    runs = runs_at_levels(circuits[:1], "combined", physics, trials=(0, 1))
    results = list(simulate(runs, physics))
    first, second = (
        [s.time_ms.tolist() for s in results if s.run.trial == trial]
        for trial in (0, 1)
    )
    assert first != second


def test_a_circuit_that_blows_up_is_an_outcome_and_spares_its_neighbor(
    circuits, physics, alone
):
    broken = replace(circuits[1], drive_nA=np.full(circuits[1].n, np.inf))
    results = at_levels([circuits[0], broken], physics)
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
from minicolumn.circuits.circuit import build_circuits
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.simulate import simulate
values = yaml.safe_load(open("config.yaml"))
values["simulation"] |= {"warmup_s": 0.1, "duration_s": 0.4}
cfg = parse_config(values)
circuits = build_circuits(parameter_rows(cfg.prior, 1, range(4)), cfg)
digest = hashlib.sha256()
key = lambda s: (s.circuit.circuit_id, s.place)
for s in sorted(simulate(runs_at_levels(circuits, "combined", cfg), cfg), key=key):
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


def test_levels_may_have_backgrounds_of_their_own(circuits, physics, alone):
    own = physics.simulation.model_copy(update={"common_noise": False})
    separate = physics.model_copy(update={"simulation": own})
    first = at_levels(circuits[:2], separate, chunk=2)
    again = at_levels(circuits[:2], separate, chunk=2, levels=(0.0, 1.0))
    for circuit in (0, 1):
        assert first[circuit, 0].time_ms.size == again[circuit, 0].time_ms.size
    ends = [(circuit, 2) for circuit in (0, 1)]
    assert any(
        first[key].time_ms.tolist() != alone[key].time_ms.tolist() for key in ends
    )


def under(circuits, physics, *conditions):
    """Spikes of circuits under conditions, by circuit and place."""
    runs = [Run(circuit, 0, conditions) for circuit in circuits]
    return by_circuit(simulate(runs, physics))


def flash(circuit, nA=0.5):
    return Current((nA,) * circuit.n, (0.0,) * 50 + (1.0,) * 50)


CONDITIONS = {
    "release": Condition(release={"EE": 0.2}),
    "depolarization_mV": Condition(depolarization_mV={"exc": 5.0}),
    "drive_nA": Condition(drive_nA={"inh": 0.1}),
    "m_conductance": Condition(m_conductance=0.0),
    "noise": Condition(noise=1.5),
    "common_input": Condition(common_input=0.5),
    "bursts": Condition(bursts=3.0),
}


@pytest.mark.parametrize("field", CONDITIONS)
def test_every_field_moves_spikes_and_an_empty_condition_moves_none(
    field, circuits, physics, alone
):
    found = under(circuits[:4], physics, Condition(), CONDITIONS[field], Condition())
    plain = {key: spikes for key, spikes in alone.items() if key[1] == 0}
    assert any(
        found[i, 1].time_ms.tolist() != plain[i, 0].time_ms.tolist() for i in range(4)
    )
    for i in range(4):
        for place in (0, 2):
            assert_same({(i, 0): found[i, place]}, plain)


def test_no_current_moves_no_spike_and_a_flash_acts_after_its_onset(circuits, physics):
    chosen = circuits[:2]
    plain = under(chosen, physics, Condition())
    dark = [Run(c, 0, (Condition(currents=(flash(c, 0.0),)),)) for c in chosen]
    assert_same(by_circuit(simulate(dark, physics)), plain)
    lit = [Run(c, 0, (Condition(currents=(flash(c),)),)) for c in chosen]
    for key, spikes in by_circuit(simulate(lit, physics)).items():
        before, after = ([s.time_ms < 50 for s in (spikes, plain[key])], spikes)
        assert before[0].sum() == before[1].sum()
        assert after.time_ms.size > plain[key].time_ms.size


def test_conditions_of_company_move_no_spike(circuits, physics):
    """Runs that need another program are integrated apart."""
    noisy = Run(circuits[1], 0, (CONDITIONS["noise"], Condition()))
    lit = Run(circuits[2], 0, (Condition(currents=(flash(circuits[2]),)), Condition()))
    plain = Run(circuits[0], 0, (Condition(), CONDITIONS["release"]))
    together = by_circuit(simulate([noisy, plain, lit], physics))
    for run in (noisy, plain, lit):
        assert_same(by_circuit(simulate([run], physics)), together)


def test_one_condition_alone_is_the_same_as_among_others(circuits, physics, alone):
    """Another number of conditions is another program, which rounds otherwise."""
    for place, level in enumerate(LEVELS):
        found = at_levels(circuits[:3], physics, levels=(level,))
        for circuit in range(3):
            some, expected = found[circuit, 0], alone[circuit, place]
            order = np.lexsort((some.time_ms, some.unit))
            in_order = np.lexsort((expected.time_ms, expected.unit))
            np.testing.assert_array_equal(some.unit[order], expected.unit[in_order])
            np.testing.assert_allclose(
                some.time_ms[order], expected.time_ms[in_order], atol=1
            )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            Condition(release={"EX": 0.5}),
            r"names \['EX'\]: the release sites .*EE, EI, I",
        ),
        (Condition(drive_nA={"pv": 0.5}), r"names \['pv'\]: .* exc, inh"),
        (
            Condition(currents=(Current((1.0,), (1.0,)),)),
            r"1 amplitudes, and circuit 0",
        ),
    ],
)
def test_a_condition_of_another_family_is_one_sentence(
    condition, said, circuits, physics
):
    with pytest.raises(ValueError, match=said):
        under(circuits[:1], physics, condition)

"""Cohorts that no simulated circuit could be are told from simulations, others not."""

import numpy as np
import pytest
from scipy import stats

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Statistics, parse_config
from minicolumn.domain.measure import compare, together
from minicolumn.domain.space import CohortSpace, Windows
from minicolumn.domain.two_sample import (
    classifier_two_sample,
    maximum_mean_discrepancy,
)
from minicolumn.sessions.session import Session
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import describe_windows

LEVEL = 0.2
MATCHING = Statistics(n_units=25, n_subsets=4, n_thinnings=1)
N_REFERENCE, N_OTHERS, COHORT = 100, 24, 16
TESTS = (maximum_mean_discrepancy, classifier_two_sample)
D = len(STATISTIC_NAMES)
MIXING = np.random.default_rng(5).normal(size=(D, D)) / np.sqrt(D)


def windows(rng, n, shift=0.0, spread=1.0):
    """Correlated Gaussian statistics, one row per circuit."""
    return Windows(shift + spread * rng.normal(size=(n, D)) @ MIXING, np.arange(n))


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("shift", "spread"), [(1.0, 1.0), (0.0, 0.3)])
def test_a_shifted_or_collapsed_cohort_is_told_from_simulations(test, shift, spread):
    rng = np.random.default_rng(1)
    space = CohortSpace.of(windows(rng, 200))
    others = space.place(windows(rng, 16, shift, spread).values)
    assert test(others, space.one_per_circuit(200, rng), rng).p < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("test", TESTS)
def test_p_of_a_cohort_of_simulations_is_uniform(test):
    p = []
    for seed in range(120):
        rng = np.random.default_rng([2, seed])
        space = CohortSpace.of(windows(rng, 60))
        own = space.place(windows(rng, 8).values)
        p.append(test(own, space.one_per_circuit(60, rng), rng).p)
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_mmd_is_its_definition():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(9, 3))

    def kernel(a, b):
        both = np.vstack([x, y])
        pairs = np.linalg.norm(both[:, None] - both, axis=2)
        width = np.median(pairs[np.triu_indices(len(both), 1)])
        square = np.square(a[:, None] - b).sum(axis=2)
        return np.exp(-square / (2 * width**2)).mean()

    found = maximum_mean_discrepancy(x, y, rng).value
    assert found == pytest.approx(kernel(x, x) + kernel(y, y) - 2 * kernel(x, y))


def test_a_classifier_separates_what_is_far_apart_and_nothing_else():
    rng = np.random.default_rng(4)
    own, far = rng.normal(size=(2, 60, 4))
    assert classifier_two_sample(far + 9, own, rng).value == 1.0
    assert classifier_two_sample(far, own, rng).value == pytest.approx(0.5, abs=0.12)


def test_one_session_can_be_compared():
    rng = np.random.default_rng(5)
    space = CohortSpace.of(windows(rng, 80))
    for test in TESTS:
        one = test(space.place(windows(rng, 1, 9.0).values), space.values, rng)
        assert 0 < one.p <= 1


@pytest.fixture(scope="module")
def physics(settings):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.3, "duration_s": 3.0}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 40}
    return parse_config(values)


def spikes_of(physics, circuits, **fixed):
    """Simulate circuits with some parameters fixed to what the prior does not have."""
    rows = [
        row | fixed for row in parameter_rows(physics.prior, physics.seed, circuits)
    ]
    circuits = build_circuits(rows, physics)
    runs = runs_at_levels(circuits, "combined", physics, levels=(LEVEL,))
    found = simulate(runs, physics)
    duration_s = physics.simulation.duration_s
    return [
        SpikeTrains(s.unit, s.time_ms.astype(float) / 1e3, s.circuit.n, duration_s)
        for s in sorted(found, key=lambda s: s.circuit.circuit_id)
    ]


def poisson_like(trains, rng):
    """Put every spike of each unit anywhere: rates stay, all else is Poisson."""
    time_s = rng.uniform(0, trains.duration_s, trains.unit.size)
    return SpikeTrains(trains.unit, time_s, trains.n_units, trains.duration_s)


def described(trains):
    """Return the statistics of each circuit, (circuits, 11)."""
    rows = [
        row
        for place, one in enumerate(trains)
        for row in describe_windows([one], ["alone"], MATCHING, 1, place)
    ]
    return np.array([[row[name] for name in STATISTIC_NAMES] for row in rows])


@pytest.fixture(scope="module")
def simulated(physics):
    values = described(spikes_of(physics, range(N_REFERENCE)))
    return Windows(values, np.arange(N_REFERENCE))


@pytest.fixture(scope="module")
def own(physics):
    """Circuits of the prior that the reference does not hold."""
    return spikes_of(physics, range(1000, 1000 + N_OTHERS))


def p_of_cohorts(trains, simulated, n=10):
    """Return the p-value of each of some random cohorts."""
    values = described(trains)
    p = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        members = rng.choice(len(values), COHORT, replace=False)
        sessions = [Session(int(i), values[[i]], values[:0]) for i in members]
        state = {"stationary": LEVEL}
        found = compare(sessions, {"stationary": simulated}, state, seed)
        p.append(together(found))
    return np.array(p)


@pytest.mark.slow
def test_circuits_of_the_prior_are_not_told_apart(own, simulated):
    assert np.mean(p_of_cohorts(own, simulated) < 0.05) <= 0.1


@pytest.mark.slow
def test_poisson_surrogates_of_circuits_are_told_apart(own, simulated):
    rng = np.random.default_rng(1)
    others = [poisson_like(trains, rng) for trains in own]
    assert np.mean(p_of_cohorts(others, simulated) < 0.05) >= 0.9


@pytest.mark.slow
def test_circuits_with_a_strong_common_drive_are_told_apart(physics, simulated):
    # Nearly all of the fast noise is shared, and it is as strong as the prior has it.
    drive = {"common_fraction": 0.95, "noise_fast_nA": 0.3}
    others = spikes_of(physics, range(2000, 2000 + N_OTHERS), **drive)
    assert np.mean(p_of_cohorts(others, simulated) < 0.05) >= 0.9

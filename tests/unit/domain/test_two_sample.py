"""Cohorts that no simulated circuit could be are told from simulations, others not."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Statistics, parse_config
from minicolumn.config.analysis import States
from minicolumn.domain.gap import measure_domain_gap
from minicolumn.files.tables import RECORDED_STATISTICS, SIMULATED_STATISTICS
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import describe_window

LEVEL = 0.2
STATES = States(stationary=LEVEL, running=LEVEL)
MATCHING = Statistics(n_units=25, n_subsets=4, n_thinnings=1)
N_REFERENCE, N_FOREIGN, COHORT = 100, 24, 16

pytestmark = pytest.mark.slow


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
    rows = [describe_window(one, MATCHING, 1, i) for i, one in enumerate(trains)]
    return [{k: None if np.isnan(v) else v for k, v in r.items()} for r in rows]


def to_table(schema, rows):
    missing = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([missing | row for row in rows], schema.arrow())


@pytest.fixture(scope="module")
def simulated(physics):
    rows = described(spikes_of(physics, range(N_REFERENCE)))
    keys = {"mechanism": "combined", "level": LEVEL, "outcome": "ok"}
    return to_table(
        SIMULATED_STATISTICS,
        [row | keys | {"circuit_id": i} for i, row in enumerate(rows)],
    )


@pytest.fixture(scope="module")
def own(physics):
    """Circuits of the prior that the reference does not hold."""
    return spikes_of(physics, range(1000, 1000 + N_FOREIGN))


def p_of_cohorts(trains, simulated, n=10):
    """Return the p-value of each of some random cohorts."""
    rows = described(trains)
    p = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        members = rng.choice(len(rows), COHORT, replace=False)
        recorded = [
            rows[i] | {"session_id": int(i), "epoch": 0, "state": "stationary"}
            for i in members
        ]
        table = to_table(RECORDED_STATISTICS, recorded)
        p.append(measure_domain_gap(table, simulated, STATES, seed)[1]["p"])
    return np.array(p)


def test_circuits_of_the_prior_are_not_foreign(own, simulated):
    assert np.mean(p_of_cohorts(own, simulated) < 0.05) <= 0.1


def test_poisson_surrogates_of_circuits_are_foreign(own, simulated):
    rng = np.random.default_rng(1)
    foreign = [poisson_like(trains, rng) for trains in own]
    assert np.mean(p_of_cohorts(foreign, simulated) < 0.05) >= 0.9


def test_circuits_with_a_strong_common_drive_are_foreign(physics, simulated):
    # Nearly all of the fast noise is shared, and it is as strong as the prior has it.
    drive = {"common_fraction": 0.95, "noise_fast_nA": 0.3}
    foreign = spikes_of(physics, range(2000, 2000 + N_FOREIGN), **drive)
    assert np.mean(p_of_cohorts(foreign, simulated) < 0.05) >= 0.9

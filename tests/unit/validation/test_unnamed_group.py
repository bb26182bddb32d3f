"""Mice of another simulator, whose group no code names, are judged as all mice are."""

import numpy as np
import pytest
from scipy import stats
from toy_mice import SETTINGS

from minicolumn.circuits.mechanisms import MECHANISMS, NONE
from minicolumn.config import parse_config
from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism.answers import OUTSIDE, Rule
from minicolumn.inference.mechanism.learned import learn
from minicolumn.mice.cohort import simulate_cohort
from minicolumn.mice.mouse import training_mice
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import describe_windows
from minicolumn.validation.study import Study

pytestmark = pytest.mark.slow

SEED = 5771
N_LEARNED, N_OTHERS, EPOCHS, DURATION_S = 200, 48, 4, 2.0
N, N_EXC = 50, 40
RULE = Rule(claim_above=0.95, false_alarm=0.05)


@pytest.fixture(scope="module")
def cfg(settings):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.3, "duration_s": DURATION_S}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 50}
    values["statistics"] |= {"n_subsets": 4}
    return parse_config(values)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a function that keeps columns in a file of mice, and reads it."""
    path = tmp_path_factory.mktemp("mice") / "mice.parquet"

    def keep(columns):
        write_table(path, COHORT, columns)
        return read_table(path, COHORT)

    return keep


@pytest.fixture(scope="module")
def simulated(cfg, kept):
    """Return a function that simulates some of the mice to learn from."""

    def simulate(*which):
        mice = training_mice(range(*which), cfg.cohort, cfg.seed)
        return kept(simulate_cohort(mice, cfg, cfg.statistics, EPOCHS))

    return simulate


@pytest.fixture(scope="module")
def study(cfg, simulated):
    cohort = simulated(N_LEARNED)
    model, _ = learn(cohort, cfg.cohort.rise.negligible, SETTINGS, 1)
    return Study(model, {}, cohort, SETTINGS, RULE, cfg.cohort.rise.negligible, 1)


def izhikevich(rng, n_mice):
    """Return the two states of random networks of Izhikevich 2003, (ms, mice, neurons).

    What drives them rises by some factor while they run, and nothing else changes.
    IEEE Trans Neural Netw 14:1569; weights and drive of each network are its own.
    """
    exc, spread = np.arange(N) < N_EXC, rng.random((n_mice, N))
    a = np.where(exc, 0.02, 0.02 + 0.08 * spread)
    b = np.where(exc, 0.2, 0.25 - 0.05 * spread)
    c = np.where(exc, -65 + 15 * spread**2, -65)
    d = np.where(exc, 8 - 6 * spread**2, 2)
    scale = rng.uniform(2, 12, (n_mice, 1, 1))
    weights = scale * rng.random((n_mice, N, N)) * np.where(exc, 0.5, -1.0)
    drive = np.where(exc, 5.0, 2.0) * rng.uniform(0.6, 1.4, (n_mice, 1))
    gains = np.ones((n_mice, 1)), rng.uniform(0.8, 1.4, (n_mice, 1))

    def run(gain, warmup_ms=300):
        v = np.full((n_mice, N), -65.0)
        u, spikes = b * v, []
        for _ in range(warmup_ms + round(1000 * EPOCHS * DURATION_S)):
            fired = v >= 30
            spikes.append(fired)
            v, u = np.where(fired, c, v), np.where(fired, u + d, u)
            current = gain * drive * rng.normal(size=v.shape)
            current += np.einsum("mij,mj->mi", weights, fired.astype(float))
            for _ in range(2):  # half a ms each, as published
                v = np.minimum(v + 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current), 40)
            u = u + a * (b * v - u)
        return np.array(spikes[warmup_ms:])

    return dict(zip(("stationary", "running"), map(run, gains), strict=True))


def windows(spikes):
    """Return the windows of one mouse in one state, of its spikes (ms, neurons)."""
    parts = map(np.nonzero, np.split(spikes, EPOCHS))
    return [SpikeTrains(unit, (ms + 0.5) / 1e3, N, DURATION_S) for ms, unit in parts]


@pytest.fixture(scope="module")
def others(cfg, kept):
    """The table of a group of mice that nothing acts in, written by somebody else."""
    rows = []
    spikes = izhikevich(np.random.default_rng(SEED), N_OTHERS)
    for mouse in range(N_OTHERS):
        who = {"circuit_id": mouse, "truth": NONE, "mechanism": MECHANISMS[0]}
        what = {"rise": 1.0, "causes": "", "strength": np.nan, "max_mV": 5.0}
        what |= {"level": 0.2, "outcome": "ok"}
        how = {"duration_s": DURATION_S, "n_units": cfg.statistics.n_units}
        trains = [one for both in spikes.values() for one in windows(both[:, mouse])]
        states = np.repeat(list(spikes), EPOCHS).tolist()
        described = describe_windows(trains, states, cfg.statistics, SEED, mouse)
        rows += [
            {**who, **what, **how, "state": state, "epoch": i % EPOCHS, **values}
            for i, (state, values) in enumerate(zip(states, described, strict=True))
        ]
    return kept(columns_of(rows))


def shares(claims):
    """Return shares that are outside the domain, and that are a wrong claim."""
    return np.mean(np.array(claims) == OUTSIDE), np.mean(np.isin(claims, MECHANISMS))


def test_cohorts_of_another_simulator_are_outside_and_seldom_claimed(study, others):
    judged = study.judge(others)
    cohorts = study.of_cohorts(judged, judged.cohorts(4, 500, SEED))
    alone, together = shares(judged.claims(RULE)), shares(cohorts.claims(RULE))
    print("outside, wrongly claimed: alone", alone, "cohorts of 4", together)
    assert len(judged.table) > 0.9 * N_OTHERS
    assert together[0] > 0.9
    assert max(alone[1], together[1]) <= 0.05


def test_new_mice_of_the_own_simulator_are_inside(study, simulated):
    judged = study.judge(simulated(N_LEARNED, N_LEARNED + N_OTHERS))
    outside, _ = shares(judged.claims(RULE))
    print("outside of its own:", outside)
    n = len(judged.table)
    assert outside * n <= stats.binom.ppf(0.99, n, RULE.false_alarm)

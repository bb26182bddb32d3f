import numpy as np
import pytest
from scipy.sparse import csr_array
from synthetic_connectome import EXAMPLE, configured, overlay

from minicolumn.api.experiments import describe, sample_circuits, simulate
from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.connectome.measured import Measured, measured
from minicolumn.circuits.connectome.neighborhoods import neighborhood, sizes_of
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.keys import Stream, generator
from minicolumn.statistics.names import STATISTIC_NAMES

N = 200


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    made = tmp_path_factory.mktemp("synthetic")
    EXAMPLE["write"](made, N)
    return made


@pytest.fixture(scope="module")
def made(directory, settings):
    return configured(settings(), overlay(directory))


def whole(cfg, **changed):
    (row,) = parameter_rows(cfg.prior, cfg.seed, [0])
    (circuit,) = build_circuits([row | {"n_neurons": N} | changed], cfg)
    return circuit, row | changed


def test_the_whole_is_what_the_table_says(made):
    """Neurons of a type together, and conductances in proportion to synapses."""
    given = {"g_ee_nS": 10.0, "g_ei_nS": 20.0, "g_ie_nS": 30.0, "g_ii_nS": 40.0}
    circuit, _ = whole(made, **given)
    types, pre, post, synapses = EXAMPLE["connections"](N)
    kind = np.array([[*EXAMPLE["SHARES"]].index(one) for one in types])
    assert circuit.sizes == tuple(np.bincount(kind, minlength=4))
    expected = np.zeros((N, N))
    g_nS = np.array([[10.0, 20.0], [30.0, 40.0]])[
        np.minimum(kind[pre], 1), np.minimum(kind[post], 1)
    ]
    expected[pre, post] = 1e-3 * g_nS * synapses / synapses.mean() * np.sqrt(50 / N)
    order = np.argsort(kind, kind="stable")
    assert circuit.weights_uS == pytest.approx(expected[np.ix_(order, order)])


def test_a_neighborhood_is_a_part_of_the_whole_and_has_its_types(made):
    found = measured(made.circuits.connectome)
    chosen = neighborhood(found, 60, np.random.default_rng(0))
    assert len(set(chosen)) == 60
    sizes = np.bincount(found.kind[chosen], minlength=4)
    assert sizes.tolist() == sizes_of(found.sizes, 60).tolist()
    assert sizes == pytest.approx(60 * found.sizes / N, abs=1)


def test_a_neighborhood_stays_among_neurons_that_are_connected():
    """Of four blocks without connections between them, it is exactly one."""
    block = np.repeat([0, 0, 0, 3], 8)
    kind = np.sort(np.tile(block, 4))
    member = np.concatenate([np.repeat(range(4), 24), np.repeat(range(4), 8)])
    joined = (member[:, None] == member) & ~np.eye(len(kind), dtype=bool)
    found = Measured(kind, csr_array(joined.astype(float)), ())
    for seed in range(10):
        chosen = neighborhood(found, 32, np.random.default_rng(seed))
        assert len({*member[chosen]}) == 1


def test_each_circuit_has_its_own_neurons_and_always_the_same(made):
    rows = parameter_rows(made.prior, made.seed, [3, 4])
    first = build_circuits(rows, made)
    again = build_circuits(rows[::-1], made)[::-1]
    for one, other in zip(first, again, strict=True):
        assert one.weights_uS.tolist() == other.weights_uS.tolist()
        assert one.drive_nA.tolist() == other.drive_nA.tolist()
    found = measured(made.circuits.connectome)
    near = [
        neighborhood(found, 50, generator(made.seed, Stream.WIRING, i)) for i in (3, 4)
    ]
    assert near[0].tolist() != near[1].tolist()


def test_parts_without_connections_are_still_neighborhoods(made):
    found = measured(made.circuits.connectome)
    alone = type(found)(found.kind, 0 * found.strength, ())
    assert len(neighborhood(alone, 70, np.random.default_rng(2))) == 70


def test_what_a_run_plans_is_what_its_jobs_read(made, directory):
    """The physics of a job names the content of tables, and others are refused."""
    physics = made.physics()
    assert len(physics["circuits"]["connectome"]["sha256"]) == 64
    assert "connectome" not in made.physics("ei")["circuits"]
    again = Physics.model_validate(physics)
    rows = parameter_rows(made.prior, made.seed, [0])
    one, other = build_circuits(rows, made)[0], build_circuits(rows, again)[0]
    assert one.weights_uS.tolist() == other.weights_uS.tolist()


def test_circuits_are_simulated_and_described_under_each_mechanism(directory, settings):
    """Everything after the circuits works with them: spikes, statistics, all levels."""
    small = {
        "simulation": {"warmup_s": 0.2, "duration_s": 2.0},
        "acetylcholine": {"levels": [0.0, 0.5, 1.0]},
        "prior": {"n_neurons": {"high": 48}, "drive_exc_nA": {"low": -0.02}},
    }
    cfg = configured(settings(), overlay(directory), small)
    circuits = sample_circuits(2, cfg)
    for mechanism in MECHANISMS:
        spikes = simulate(circuits, mechanism, cfg)
        described = describe(spikes, cfg)
        assert len(described) == 6
        assert described["mean_rate"].gt(0).any()
        assert {*STATISTIC_NAMES} <= {*described.columns}
        assert np.isfinite(described["mean_rate"]).all()

import numpy as np
import pytest
from scipy import stats

from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import REFERENCES
from minicolumn.inference.circuits.nearest import mean_change
from minicolumn.prediction.bank import SimulatedCircuits
from minicolumn.prediction.references import predict_without_surrogate, rate_slope
from minicolumn.sessions.session import Observed
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
RATE, FANO = (STATISTIC_NAMES.index(name) for name in ("mean_rate", "fano"))


def circuits(rest, change):
    return SimulatedCircuits(np.arange(len(rest)), rest, rest + change)


def session(at_rest, change):
    count = np.full(N, 8)
    return Observed(1, at_rest, np.zeros(N), change, count, count)


def predicted(found, reference):
    rows = zip(found["reference"], found["predicted"], strict=True)
    return np.array([value for name, value in rows if name == reference])


@pytest.fixture
def training():
    rng = np.random.default_rng(0)
    return circuits(rng.normal(size=(40, N)), rng.normal(1.0, 1.0, (40, N)))


def test_the_simulators_mean_is_the_same_for_every_session(training):
    sessions = [session(np.full(N, x), np.ones(N)) for x in (-5.0, 5.0)]
    found = predict_without_surrogate({"synaptic": training}, np.ones(N), sessions, 3)
    mean = predicted(found, "simulator_mean").reshape(2, N)
    np.testing.assert_allclose(mean, np.tile(training.change.mean(axis=0), (2, 1)))
    nearest = predicted(found, "simulator_nearest").reshape(2, N)
    assert not np.allclose(*nearest)


def test_the_nearest_simulated_circuits_are_those_like_the_session(training):
    like = training.stationary[7]
    found = predict_without_surrogate(
        {"synaptic": training}, np.ones(N), [session(like, np.ones(N))], 1
    )
    np.testing.assert_allclose(
        predicted(found, "simulator_nearest"), training.change[7]
    )


def test_rate_alone_is_a_line_through_the_origin():
    rng = np.random.default_rng(0)
    change = rng.normal(size=(50, N))
    slope = rate_slope(change)
    x, y = change[:, RATE], change[:, FANO]
    expected = np.linalg.lstsq(x[:, None], y, rcond=None)[0][0]
    assert slope[FANO] == pytest.approx(expected)
    assert np.isnan(slope[RATE])


def test_rate_alone_follows_what_the_rate_did_and_knows_nothing_else():
    rng = np.random.default_rng(0)
    rate = rng.normal(size=(50, 1))
    linked = circuits(rng.normal(size=(50, N)), np.repeat(-2 * rate, N, axis=1))
    linked.running[:, RATE] = linked.stationary[:, RATE] + rate[:, 0]
    for moved in (3.0, -1.0):
        change = np.full(N, np.nan)
        change[RATE] = moved
        found = predict_without_surrogate(
            {"synaptic": linked}, np.ones(N), [session(np.zeros(N), change)], 3
        )
        alone = predicted(found, "rate_alone")
        assert alone[FANO] == pytest.approx(-2 * moved)
        assert np.isnan(alone[RATE])


def test_undefined_simulations_are_left_out_and_never_counted_as_zero(tmp_path):
    rng = np.random.default_rng(0)
    few = circuits(rng.normal(size=(9, N)), rng.normal(5.0, 1.0, (9, N)))
    few.running[:4, FANO] = np.nan
    few.running[:, RATE] = np.nan
    assert mean_change(few.change)[FANO] == pytest.approx(few.change[4:, FANO].mean())
    assert np.isnan(mean_change(few.change)[RATE])
    found = predict_without_surrogate(
        {"synaptic": few}, np.ones(N), [session(np.full(N, np.nan), np.ones(N))], 3
    )
    write_table(tmp_path / "x.parquet", REFERENCES, found)
    read = read_table(tmp_path / "x.parquet", REFERENCES).to_pandas()
    missing = read[read["predicted"].isna()].groupby("reference").size().to_dict()
    assert missing == {"simulator_mean": 1, "simulator_nearest": N, "rate_alone": N}


def test_slope_agrees_with_a_regression_if_both_are_centered():
    rng = np.random.default_rng(0)
    change = rng.normal(size=(200, N))
    change -= change.mean(axis=0)
    expected = stats.linregress(change[:, RATE], change[:, FANO]).slope
    assert rate_slope(change)[FANO] == pytest.approx(expected)

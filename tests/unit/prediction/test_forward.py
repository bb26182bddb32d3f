import numpy as np
import pyarrow as pa
import pytest
from bare import INPUT_NAMES
from scipy import stats

from minicolumn.errors import PredictionError
from minicolumn.prediction.forward import (
    emulator,
    rate_alone,
    rate_slope,
    simulator,
)
from minicolumn.prediction.selectors import Selected
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.rows import LEVEL

N = len(STATISTIC_NAMES)
RATE, FANO = (STATISTIC_NAMES.index(name) for name in ("mean_rate", "fano"))
RNG = np.random.default_rng(0)


def test_a_surrogate_raises_each_circuit_from_its_own_level_to_its_own(model, target):
    first, *others = INPUT_NAMES[:LEVEL]
    circuits = pa.table({first: np.ones(3)} | {name: np.zeros(3) for name in others})
    rest, running = np.array([0.0, 0.1, 0.2]), np.array([0.5, 0.7, 1.0])
    for order in (1, -1):
        columns = circuits.select(circuits.column_names[::order])
        chosen = Selected(columns, rest, running)
        change = emulator(model()).change(chosen, target(1, 5.0))
        np.testing.assert_allclose(change[:, 0], [0.5, 0.6, 0.8])


def test_circuits_that_all_targets_share_are_emulated_once(study, model, target, named):
    calls = []

    class Counting(named):
        def predict(self, inputs):
            calls.append(len(inputs))
            return np.zeros((len(inputs), N))

    forward, prior = emulator(model(surrogate=Counting())), study().prior
    for identity in range(5):
        one = target(identity, 5.0)
        forward.change(prior.select(one, "synaptic", RNG), one)
    assert len(calls) == 2


def test_the_bank_repeats_what_was_simulated(study, target):
    made = study(range(40), missed=np.arange(40.0))
    one = target(1, 5.0)
    chosen = made.prior.select(one, "combined", RNG)
    change = simulator(made.prior.bank, "combined").change(chosen, one)
    first = chosen.circuits[INPUT_NAMES[0]].to_numpy()
    np.testing.assert_allclose(change, np.tile(1.6 * first[:, None], (1, N)))


def test_the_bank_knows_nothing_of_circuits_that_were_never_simulated(study, target):
    made, one = study(), target(1, 5.0)
    chosen = made.posterior.select(one, "combined", RNG)
    with pytest.raises(PredictionError, match="never simulated"):
        simulator(made.prior.bank, "combined").change(chosen, one)


def test_rate_alone_follows_what_the_rate_did_and_knows_nothing_else(study, target):
    """In this world every statistic changes as the rate does."""
    made = study(range(1, 41))
    forward = rate_alone(made.prior.bank, "synaptic")
    for moved in (3.0, -1.0):
        one = target(1, 5.0, change=np.where(np.arange(N) == RATE, moved, 99.0))
        chosen = made.prior.select(one, "synaptic", RNG)
        (change,) = forward.change(chosen, one)
        assert change[FANO] == pytest.approx(moved)
        assert np.isnan(change[RATE])


def test_rate_alone_is_a_line_through_the_origin():
    change = np.random.default_rng(0).normal(size=(50, N))
    slope = rate_slope(change)
    x, y = change[:, RATE], change[:, FANO]
    expected = np.linalg.lstsq(x[:, None], y, rcond=None)[0][0]
    assert slope[FANO] == pytest.approx(expected)
    assert np.isnan(slope[RATE])


def test_slope_agrees_with_a_regression_if_both_are_centered():
    change = np.random.default_rng(0).normal(size=(200, N))
    change -= change.mean(axis=0)
    expected = stats.linregress(change[:, RATE], change[:, FANO]).slope
    assert rate_slope(change)[FANO] == pytest.approx(expected)

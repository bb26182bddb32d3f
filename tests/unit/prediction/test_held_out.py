import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config.analysis import States
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import HELD_OUT
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.bank import SimulatedCircuits
from minicolumn.prediction.held_out import predict_held_out
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.conformal import Calibration, Spread

N = len(STATISTIC_NAMES)
RULE = SplitRule(7, 0.1, 0.1, 0.15)
EXACT = Calibration(
    Spread(np.zeros((1, N)), np.ones((1, N))), np.array([0.0, 1.0]), np.zeros((1, 2, N))
)
STATES = States(stationary=0.2, running=0.8)
CIRCUIT = np.arange(60)
TEST = RULE.members(CIRCUIT, "test")


class Truth:
    """Knows the simulator: rest is the first parameter, and moves away from zero."""

    def predict(self, inputs):
        first, level = inputs[:, 0], inputs[:, -1]
        return np.repeat((first * (1 + level))[:, None], N, axis=1)


class Opposite(Truth):
    """Wrong in every direction, and right at rest."""

    def predict(self, inputs):
        turned = inputs.copy()
        turned[:, -1] = 0.4 - turned[:, -1]
        return super().predict(turned)


FIRST = np.linspace(-3, 3, 60)[np.random.default_rng(0).permutation(60)]


@pytest.fixture
def circuits():
    columns = {name: np.zeros(60) for name in PARAMETER_NAMES}
    columns |= {"circuit_id": CIRCUIT, PARAMETER_NAMES[0]: FIRST}
    return pa.table(columns)


def run(surrogate, circuits, stationary=None, training_set="synaptic"):
    rest = np.repeat(FIRST[:, None], N, axis=1)
    simulated = SimulatedCircuits(CIRCUIT, 1.2 * rest, 1.8 * rest)
    if stationary is not None:
        simulated.stationary[:] = stationary
    by_mechanism = dict.fromkeys(("synaptic", "combined"), simulated)
    model = Trained("mlp", training_set, RULE, surrogate, EXACT)
    return predict_held_out([model], circuits, by_mechanism, np.ones(N), STATES, 1)


def test_a_surrogate_that_is_the_simulator_gets_every_held_out_circuit(circuits):
    found = run(Truth(), circuits)
    assert found["n_matches"] == found["n"] == [TEST.sum()] * N


def test_a_surrogate_that_is_wrong_is_found_out(circuits):
    assert run(Opposite(), circuits)["n_matches"] == [0] * N


def test_only_test_circuits_are_asked_and_their_directions_counted(circuits):
    found = run(Truth(), circuits)
    assert set(found["n_up"]) == {int((FIRST[TEST] > 0).sum())}
    assert 0 < TEST.sum() < 20


def test_undefined_circuits_are_not_counted(circuits, tmp_path):
    found = run(Truth(), circuits, stationary=np.nan, training_set="ach_shuffled")
    assert set(found["n"]) == {0}
    write_table(tmp_path / "x.parquet", HELD_OUT, found)
    assert read_table(tmp_path / "x.parquet", HELD_OUT).num_rows == N

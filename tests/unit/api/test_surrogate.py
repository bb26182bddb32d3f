"""Tables in, tables out; what is predicted is the library's, by name."""

import numpy as np
import pandas as pd
import pytest

from minicolumn.api.surrogate import Surrogate
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.conformal import Calibration, Spread

N = len(STATISTIC_NAMES)
NAMES = ("n_neurons", "drive_exc_nA", "level")
LOW, HIGH = np.array([40.0, -1.0, 0.0]), np.array([60.0, 1.0, 1.0])


class Scaling:
    input_names = NAMES

    def outside(self, inputs):
        return (inputs < LOW) | (inputs > HIGH)


class Sum:
    """Every statistic is neurons / 100 + drive + level."""

    scaling = Scaling()

    def predict(self, inputs):
        total = inputs[:, 0] / 100 + inputs[:, 1] + inputs[:, 2]
        return np.repeat(total[:, None], N, axis=1)


@pytest.fixture
def surrogate():
    errors = np.linspace(-0.3, 0.3, 99)[:, None, None] * np.ones((1, 2, N))
    spread = Spread(np.zeros((1, N)), np.ones((1, N)))
    calibration = Calibration(spread, np.array([0.0, 1.0]), errors)
    rule = SplitRule(7, 0.1, 0.1, 0.1)
    return Surrogate(Trained("mlp", "combined", rule, Sum(), calibration))


@pytest.fixture
def circuits():
    """As many columns as the surrogate takes: by place they would fit."""
    columns = {"circuit_id": [7, 8], "n_neurons": [50.0, 40.0]}
    frame = pd.DataFrame(columns | {"drive_exc_nA": [0.1, -0.2]}, index=["a", "b"])
    assert frame.shape[1] == len(NAMES)
    return frame


def test_columns_are_chosen_by_name_and_rows_keep_their_index(surrogate, circuits):
    for table in (circuits, circuits[circuits.columns[::-1]]):
        found = surrogate.predict(table, level=0.5)
        assert found["mean_rate"].to_dict() == pytest.approx({"a": 1.1, "b": 0.7})
        assert found["circuit_id"].tolist() == [7, 8]
        assert found["level"].tolist() == [0.5, 0.5]
        assert list(found.columns[2:-1]) == list(STATISTIC_NAMES)


def test_a_level_is_one_or_one_for_each_or_a_column(surrogate, circuits):
    each = surrogate.predict(circuits, level=[0.0, 1.0])
    column = surrogate.predict(circuits.assign(level=[0.0, 1.0]))
    pd.testing.assert_frame_equal(each, column)
    with pytest.raises(ValueError, match="no column level"):
        surrogate.predict(circuits)
    with pytest.raises(ValueError, match="no column drive_exc_nA"):
        surrogate.predict(circuits.drop(columns="drive_exc_nA"), level=0.5)


def test_an_interval_holds_the_share_asked_for_and_stays_in_the_domain(
    surrogate, circuits
):
    found = surrogate.predict(circuits, level=0.5, interval=0.9)
    half = np.quantile(np.abs(np.linspace(-0.3, 0.3, 99)), 0.9, method="higher")
    assert found["fano_high"]["a"] == pytest.approx(1.1 + half, abs=0.01)
    assert found["mean_rate_low"].min() >= 0
    assert found["burst_fraction_high"].max() <= 1
    wider = surrogate.predict(circuits, level=0.5, interval=0.5)
    assert (wider["fano_high"] < found["fano_high"]).all()
    assert "fano_low" not in surrogate.predict(circuits, level=0.5)
    for wrong in (0.0, 1.0, 90):
        with pytest.raises(ValueError, match="is no share"):
            surrogate.predict(circuits, level=0.5, interval=wrong)


def test_what_lies_outside_the_prior_is_named(surrogate, circuits):
    far = circuits.assign(n_neurons=[1e6, 50.0])
    assert surrogate.predict(far, 0.5)["outside_prior"].tolist() == ["n_neurons", ""]
    both = surrogate.predict(far, 1.5)["outside_prior"].tolist()
    assert both == ["n_neurons, level", "level"]

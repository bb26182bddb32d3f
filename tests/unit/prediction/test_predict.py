from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.analysis import States
from minicolumn.config.mice import Level
from minicolumn.errors import TransferError
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import (
    OBSERVED_CHANGES,
    PREDICTIVE_CHECKS,
    TRANSFER,
)
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.predict import (
    ALL_STATISTICS,
    CONDITIONED,
    CONSTANT,
    PosteriorSamples,
    Predicting,
    errors_of_observation,
    of_method,
    predict_changes,
)
from minicolumn.sessions.session import Observed
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.conformal import Calibration, Spread
from minicolumn.surrogates.rows import INPUT_NAMES, LEVEL, Rows

N = len(STATISTIC_NAMES)
RULE = SplitRule(7, 0.1, 0.1, 0.15)
EXACT = Calibration(
    Spread(np.zeros((1, N)), np.ones((1, N))), np.array([0.0, 1.0]), np.zeros((1, 2, N))
)
DRAWS = 200


@dataclass
class Linear:
    """Every statistic is the first parameter times the level."""

    n_weights: int = 0
    learning: dict[str, Any] = field(default_factory=dict)

    def predict(self, inputs):
        return np.repeat((inputs[:, 0] * inputs[:, LEVEL])[:, None], N, axis=1)


def session(session_id, change=1.0):
    count = np.full(N, 8)
    rest = np.zeros(N)
    return Observed(session_id, rest, rest, rest + change, count, count)


def circuits_table(first):
    columns = {name: np.zeros(len(first)) for name in PARAMETER_NAMES}
    columns["circuit_id"] = np.arange(len(first))
    columns[PARAMETER_NAMES[0]] = np.asarray(first, dtype=float)
    return pa.table(columns)


def simulated_as_emulated(first, error=0.0):
    """Simulations at levels 0.2 and 0.8 that the emulator misses by ``error``."""
    inputs = np.zeros((2 * len(first), len(INPUT_NAMES)))
    inputs[:, 0], inputs[:, LEVEL] = (
        np.repeat(first, 2),
        np.tile([0.2, 0.8], len(first)),
    )
    offset = np.where(inputs[:, LEVEL] > 0.5, error, 0.0)
    targets = Linear().predict(inputs) + offset[:, None]
    return Rows(inputs, targets, np.repeat(np.arange(len(first)), 2), (), INPUT_NAMES)


def possible(first_by_session):
    """The circuits of a session have this first parameter, and rest at 0.2."""
    rows = [
        {"session_id": s, "mechanism": m, "draw": d, **dict.fromkeys(INPUT_NAMES, 0.0)}
        | {PARAMETER_NAMES[0]: first, "level": 0.2}
        for s, first in first_by_session.items()
        for m in MECHANISMS
        for d in range(DRAWS)
    ]
    return PosteriorSamples.of(pa.Table.from_pylist(rows))


def given(first_by_session, first=range(40), error=0.0, **fields):
    first = np.asarray(first, dtype=float)
    return Predicting(
        **{
            "circuits": circuits_table(first),
            "simulated": dict.fromkeys(MECHANISMS, simulated_as_emulated(first, error)),
            "possible": possible(first_by_session),
            "states": States(stationary=0.2, running=0.8),
            "rest": Level(low=0.0, high=0.3),
            "running": Level(low=0.6, high=1.0),
            "scale": np.full(N, 2.0),
            "se": {s: np.full(N, 0.1) for s in first_by_session},
            "seed": 1,
            **fields,
        }
    )


def model(training_set="synaptic", architecture="mlp"):
    return Trained(architecture, training_set, RULE, Linear(), EXACT)


def tables(models, sessions, rest):
    changes, checks = predict_changes(models, sessions, rest)
    arrow = TRANSFER.arrow(), PREDICTIVE_CHECKS.arrow()
    return (
        pa.table(columns, schema=schema)
        for columns, schema in zip((changes, checks), arrow, strict=True)
    )


def test_conditioned_predictions_differ_by_session_and_constant_ones_do_not():
    """Change is first x (running - 0.2), running uniform on 0.6 to 1: median 0.6."""
    sessions = [session(1), session(2)]
    changes, _ = tables([model()], sessions, given({1: 5.0, 2: -5.0}))
    conditioned = of_method(changes, CONDITIONED).to_pandas().set_index("session_id")
    np.testing.assert_allclose(conditioned.loc[1, "predicted"], 3.0, atol=0.15)
    np.testing.assert_allclose(conditioned.loc[2, "predicted"], -3.0, atol=0.15)
    np.testing.assert_array_equal(conditioned.loc[1, "p_up"], 1.0)
    np.testing.assert_array_equal(conditioned.loc[2, "p_up"], 0.0)
    np.testing.assert_allclose(conditioned.loc[1, "low"], 2.1, atol=0.1)
    np.testing.assert_allclose(conditioned.loc[1, "high"], 3.9, atol=0.1)
    constant = of_method(changes, CONSTANT).to_pandas()
    assert constant["predicted"].nunique() == 1


def test_the_constant_way_is_the_mean_change_of_the_training_circuits():
    training = [c for c in range(40) if RULE.split_of(c) == "train"]
    changes, _ = tables([model()], [session(1)], given({1: 5.0}))
    constant = of_method(changes, CONSTANT)
    expected = 0.6 * np.mean(training)
    np.testing.assert_allclose(constant["predicted"].to_numpy(), expected)
    share_up = (np.sign(training).sum() + 0.5 * training.count(0)) / len(training)
    np.testing.assert_allclose(constant["p_up"].to_numpy(), share_up)


def test_what_the_emulator_gets_wrong_on_held_out_circuits_is_in_the_prediction():
    right, wrong = (
        of_method(next(iter(tables([model()], [session(1)], rest))), CONDITIONED)
        for rest in (given({1: 5.0}), given({1: 5.0}, error=100.0))
    )
    moved = wrong["predicted"].to_numpy() - right["predicted"].to_numpy()
    np.testing.assert_allclose(moved, 100.0, atol=0.2)


def test_the_baseline_draws_on_the_circuits_of_its_source():
    rest = given({1: 5.0})
    other = {key: v * (1 if key[1] == "combined" else 0) for key, v in
             rest.possible.inputs.items()}  # fmt: skip
    rest = given({1: 5.0}, possible=PosteriorSamples(other))
    changes, _ = tables([model("ach_shuffled"), model("synaptic")], [session(1)], rest)
    found = of_method(changes, CONDITIONED).to_pandas().groupby("training_set")
    assert found["predicted"].mean()["ach_shuffled"] == pytest.approx(3.0, abs=0.15)
    assert found["predicted"].mean()["synaptic"] == 0.0


def test_a_session_is_predicted_alike_whatever_other_sessions_there_are():
    rest = given({1: 5.0, 2: -5.0})
    alone, _ = tables([model()], [session(2)], rest)
    together, _ = tables([model()], [session(1), session(2)], rest)
    of_two = together.to_pandas().query("session_id == 2").reset_index(drop=True)
    assert alone.to_pandas().equals(of_two)


def test_there_is_a_row_per_session_model_method_and_statistic(tmp_path):
    models = [model(), model("ach_shuffled", "xgboost")]
    sessions = [session(1), session(2, change=np.nan)]
    changes, checks = predict_changes(models, sessions, given({1: 5.0, 2: 1.0}))
    write_table(tmp_path / "changes.parquet", TRANSFER, changes)
    write_table(tmp_path / "checks.parquet", PREDICTIVE_CHECKS, checks)
    table = read_table(tmp_path / "changes.parquet", TRANSFER)
    keys = ["session_id", "training_set", "architecture", "method", "statistic"]
    assert len({tuple(r.values()) for r in table.select(keys).to_pylist()}) == 8 * N
    assert set(table["scale"].to_pylist()) == {2.0}
    assert table["observed"].null_count == 4 * N
    checked = read_table(tmp_path / "checks.parquet", PREDICTIVE_CHECKS)
    assert len(checked) == 4 * (N + 1)
    assert checked["p"].null_count == 2 * (N + 1)


def test_an_observation_that_no_possible_circuit_makes_is_found_out():
    sessions = [session(1, change=3.0), session(2, change=-40.0)]
    _, checks = tables([model()], sessions, given({1: 5.0, 2: 5.0}))
    frame = checks.to_pandas().set_index(["session_id", "statistic"])["p"]
    assert frame.loc[1].min() > 0.3
    assert frame.loc[2].max() < 0.02
    assert frame.loc[2, ALL_STATISTICS] == pytest.approx(1 / (1 + DRAWS))


def test_circuits_inferred_for_other_sessions_are_an_error():
    with pytest.raises(TransferError, match=r"session 7 has no possible circuits"):
        predict_changes([model()], [session(7)], given({1: 5.0}))


def test_without_sessions_the_tables_are_empty_but_whole(tmp_path):
    changes, checks = predict_changes([model()], [], given({}))
    write_table(tmp_path / "changes.parquet", TRANSFER, changes)
    write_table(tmp_path / "checks.parquet", PREDICTIVE_CHECKS, checks)
    assert len(read_table(tmp_path / "changes.parquet", TRANSFER)) == 0


def test_errors_of_observation_are_missing_where_there_is_none():
    rows = [
        {"session_id": 4, "statistic": STATISTIC_NAMES[2], "se": 0.5},
        {"session_id": 4, "statistic": STATISTIC_NAMES[0], "se": None},
    ]
    table = pa.Table.from_pylist(rows, schema=OBSERVED_CHANGES.arrow())
    found = errors_of_observation(table)
    assert found[4][2] == 0.5
    assert np.isnan(np.delete(found[4], 2)).all()

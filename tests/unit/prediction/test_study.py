import numpy as np
import pyarrow as pa
import pytest

from minicolumn.arrays import rows_where
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import OBSERVED_CHANGES, PREDICTIONS, PREDICTIVE_CHECKS
from minicolumn.prediction.predictive_check import (
    ALL_STATISTICS,
    errors_of_observation,
)
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
SE = {identity: np.full(N, 0.1) for identity in range(9)}


def tables(made, models, targets):
    predictions, checks = made.predictions(models, targets, SE)
    return (
        pa.table(columns, schema=schema.arrow())
        for columns, schema in ((predictions, PREDICTIONS), (checks, PREDICTIVE_CHECKS))
    )


def test_what_the_emulator_gets_wrong_on_held_out_circuits_is_in_the_prediction(
    study, model, target
):
    right, wrong = (
        rows_where(
            next(iter(tables(made, [model()], [target(1, 5.0)]))), selector="posterior"
        )
        for made in (study(), study(missed=np.full(60, 100.0)))
    )
    moved = wrong["predicted"].to_numpy() - right["predicted"].to_numpy()
    np.testing.assert_allclose(moved, 100.0, atol=0.2)


def test_there_is_a_row_per_target_combination_and_statistic(
    study, model, target, tmp_path
):
    models = [model(), model("ach_shuffled", "xgboost")]
    mouse = target(7, 5.0, "held_out", ("combined",))
    targets = [target(1, 5.0), target(2, 1.0, change=np.nan), mouse]
    predictions, checks = study().predictions(models, targets, SE)
    write_table(tmp_path / "predictions.parquet", PREDICTIONS, predictions)
    write_table(tmp_path / "checks.parquet", PREDICTIVE_CHECKS, checks)
    table = read_table(tmp_path / "predictions.parquet", PREDICTIONS)
    keys = ["target_id", "target", "selector", "forward", "training_set", "statistic"]
    n_combinations = 2 * 2 * 2 + 2 * 3 * len(MECHANISMS) + 2 + 3
    assert table.num_rows == n_combinations * N
    assert len({tuple(row.values()) for row in table.select(keys).to_pylist()}) == len(
        table
    )
    assert rows_where(table, target_id=2)["observed"].null_count == (
        len(rows_where(table, target_id=2))
    )
    checked = read_table(tmp_path / "checks.parquet", PREDICTIVE_CHECKS)
    assert set(checked["session_id"].to_pylist()) == {1, 2}
    assert len(checked) == 2 * 2 * (N + 1)
    assert checked["p"].null_count == 2 * (N + 1)


def test_an_observation_that_no_possible_circuit_makes_is_found_out(
    study, model, target
):
    sessions = [target(1, 5.0, change=3.0), target(2, 5.0, change=-40.0)]
    _, checks = tables(study(), [model()], sessions)
    frame = checks.to_pandas().set_index(["session_id", "statistic"])["p"]
    assert frame.loc[1].min() > 0.3
    assert frame.loc[2].max() < 0.02
    assert frame.loc[2, ALL_STATISTICS] == pytest.approx(1 / 201)


def test_without_targets_the_tables_are_empty_but_whole(study, model, tmp_path):
    predictions, checks = study().predictions([model()], [], {})
    write_table(tmp_path / "predictions.parquet", PREDICTIONS, predictions)
    write_table(tmp_path / "checks.parquet", PREDICTIVE_CHECKS, checks)
    assert len(read_table(tmp_path / "predictions.parquet", PREDICTIONS)) == 0


def test_errors_of_observation_are_missing_where_there_is_none():
    rows = [
        {"session_id": 4, "statistic": STATISTIC_NAMES[2], "se": 0.5},
        {"session_id": 4, "statistic": STATISTIC_NAMES[0], "se": None},
    ]
    table = pa.Table.from_pylist(rows, schema=OBSERVED_CHANGES.arrow())
    found = errors_of_observation(table)
    assert found[4][2] == 0.5
    assert np.isnan(np.delete(found[4], 2)).all()

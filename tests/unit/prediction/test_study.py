import numpy as np
import pyarrow as pa
import pytest

from minicolumn.arrays import rows_where
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import OBSERVED_CHANGES, PREDICTIONS, PREDICTIVE_CHECKS
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.predictive_check import (
    ALL_STATISTICS,
    errors_of_observation,
)
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
RULE = SplitRule(7, 0.1, 0.1, 0.15)
SE = {identity: np.full(N, 0.1) for identity in range(9)}


def tables(made, models, targets):
    predictions, checks = made.predictions(models, targets, SE)
    return (
        pa.table(columns, schema=schema.arrow())
        for columns, schema in ((predictions, PREDICTIONS), (checks, PREDICTIVE_CHECKS))
    )


def of_method(made, models, targets):
    table, _ = tables(made, models, targets)
    return rows_where(table, selector="posterior").to_pandas()


def circuits_of(split, n=60):
    return np.array([RULE.split_of(circuit) == split for circuit in range(n)])


def test_the_direction_is_that_of_the_emulator_alone(study, model, target):
    """Simulations rise by 100 more than the surrogate says, as under ACh it ignores."""
    right, wrong = (
        of_method(made, [model()], [target(1, 5.0)])
        for made in (study(), study(missed=np.full(60, 100.0)))
    )
    names = ["predicted", "p_up", "low", "high"]
    np.testing.assert_allclose(right[names], wrong[names])


def test_intervals_are_as_wide_as_residuals_of_calibration_circuits(
    study, model, target
):
    spread = np.where(np.arange(60) % 2, 50.0, -50.0)
    missed = np.where(circuits_of("calibration"), spread, 0.0)
    exact, wide = (
        of_method(made, [model()], [target(1, 5.0)])
        for made in (study(), study(missed=missed))
    )
    assert (exact["high"] - exact["low"]).max() < 3
    assert (wide["high"] - wide["low"]).min() > 90
    np.testing.assert_array_equal(wide["predicted"], exact["predicted"])


def test_a_model_that_ignores_the_level_predicts_a_tie_for_every_session(
    study, model, level_blind, target
):
    """However ACh acts in the simulator, and whatever mechanism it was trained on."""
    acting = study(missed=np.random.default_rng(0).normal(5.0, 2.0, 60))
    sessions = [target(1, 5.0), target(2, 50.0), target(3, 0.1)]
    blind = [model(name, "mlp", level_blind) for name in ("synaptic", "ach_shuffled")]
    found = of_method(acting, blind, sessions)
    assert set(found["predicted"]) == {0.0}
    control = found[found["training_set"] == "ach_shuffled"]
    assert set(control["p_up"]) == {0.5}
    assert set(control["low"]) == set(control["high"]) == {0.0}


def test_poisoned_test_targets_move_no_prediction(study, model, target):
    """Scores alone see what simulations say of test circuits."""
    models = [model(), model("ach_shuffled")]
    targets = [target(1, 5.0), target(7, 5.0, "held_out", ("combined",))]
    poison = np.where(circuits_of("test"), 1e6, 0.0)
    clean, poisoned = (
        next(iter(tables(made, models, targets))).to_pandas()
        for made in (study(), study(missed=poison))
    )
    assert clean.equals(poisoned)


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

"""The whole workflow at its smallest, from prior to page."""

import json

import pytest
from checkouts import TINY

from minicolumn.arrays import rows_where
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.files.store import read_table
from minicolumn.files.tables import (
    INFERRED_MECHANISMS,
    PREDICTIONS,
    SESSIONS,
    SIMULATED_STATISTICS,
    SIMULATIONS,
)
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import load
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]


@pytest.fixture
def results(finished):
    return finished.path / "results" / "tiny"


def test_all_twelve_models_are_there_and_readable(results):
    trained = {
        (model.training_set, model.architecture)
        for model in map(load, (results / "surrogates").glob("*/*"))
    }
    assert trained == {(t, a) for t in TRAINING_SETS for a in ARCHITECTURES}


def test_every_simulation_is_a_row_with_an_outcome(results):
    for mechanism in MECHANISMS:
        tables = [
            read_table(path, SIMULATIONS)
            for path in sorted((results / "simulations" / mechanism).glob("*.parquet"))
        ]
        assert sum(table.num_rows for table in tables) == 24 * 3
        assert all(table["outcome"].null_count == 0 for table in tables)


def test_every_mouse_is_predicted_by_every_combination(results):
    sessions = [read_table(p, SESSIONS) for p in (results / "sessions").iterdir()]
    ids = {table["session_id"][0].as_py() for table in sessions}
    table = read_table(results / "prediction" / "predictions.parquet", PREDICTIONS)
    changes = rows_where(table, target="session")
    assert len(ids) == 3
    assert {table["outcome"][0].as_py() for table in sessions} == {"ok"}
    assert set(changes["target_id"].to_pylist()) == ids
    n_combinations = 2 * 12 + 3 * len(MECHANISMS)
    assert changes.num_rows == 3 * n_combinations * len(STATISTIC_NAMES)
    assert rows_where(table, target="held_out", selector="posterior").num_rows
    truth = json.loads((results / "prediction" / "scores.json").read_text())["truth"]
    assert sorted(truth.values()) == sorted(MECHANISMS)


def test_every_mouse_has_a_probability_of_each_class(results):
    table = read_table(results / "inference" / "mechanism.parquet", INFERRED_MECHANISMS)
    assert table.num_rows == 3
    for row in table.to_pylist():
        probability = [row[f"probability_{name}"] for name in CLASSES]
        assert sum(probability) == pytest.approx(1.0)
    found = json.loads((results / "inference" / "mechanism.json").read_text())
    assert sorted(found["truth"].values()) == sorted(MECHANISMS)
    assert {cohort["n"] for cohort in found["cohorts"]} == {1}


def test_the_report_is_one_page_that_calls_synthetic_data_synthetic(results):
    page = (results / "report.html").read_text()
    assert page.rstrip().endswith("</html>")
    assert "synthetic" in page[: page.index("</p>")].lower()


def test_every_job_left_a_log(results):
    rules = {path.name.removesuffix(".log") for path in (results / "logs").iterdir()}
    assert rules >= {
        *("sample_circuits", "simulate_shard", "simulate_mice", "extract_recording"),
        *("write_synthetic_sessions", "find_epochs", "describe_simulations"),
        *("describe_recordings", "train_surrogate", "predict"),
        *("score_predictions", "measure_domain", "check_rate_matching"),
        *("write_report", "simulate_cohort", "train_mechanism"),
    }


def test_nothing_unfinished_is_left_behind(results):
    left = {p.name for p in results.rglob(".*") if p.suffix != ".made"}
    assert left <= {".snakemake_timestamp"}


def test_statistics_are_the_same_where_spikes_are_not_kept(finished, results):
    shard = "statistics/simulated/combined/shard-0000.parquet"
    finished.snakemake(
        *("--cores", "2", "--set-threads", "simulate_and_describe=2"),
        *("--configfile", TINY),
        *("--config", "run=forgetful", "simulation={keep_spikes: false}"),
        *("--", f"results/forgetful/{shard}"),
    )
    other = results.parent / "forgetful"
    assert not (other / "simulations").exists()
    kept, forgotten = (
        read_table(run / shard, SIMULATED_STATISTICS) for run in (results, other)
    )
    assert forgotten.equals(kept)

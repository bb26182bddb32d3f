"""The functions of scripts return what the workflow wrote."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from checkouts import TINY

import minicolumn as mc
from minicolumn.files.documents import read_values
from minicolumn.statistics.names import STATISTIC_NAMES

pytestmark = [pytest.mark.workflow, pytest.mark.slow]


@pytest.fixture(scope="module")
def run(finished):
    return mc.open_run(finished.path / "results/tiny")


def same(found, expected):
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True)[expected.columns],
        expected.reset_index(drop=True),
        check_flags=False,
        check_dtype=False,
    )


def test_circuits_are_those_of_the_run(run):
    circuits = run.table("circuits")
    same(mc.sample_circuits(len(circuits), run.config), circuits)


def test_spikes_and_statistics_are_those_of_the_run(run):
    of = {"mechanism": "combined", "circuit_id": 3}
    written = run.table("simulations", **of)
    circuits = mc.sample_circuits([3], run.config)
    made = mc.simulate(circuits, "combined", run.config)
    for column in ("spike_unit", "spike_time_ms"):
        for ours, theirs in zip(made[column], written[column], strict=True):
            np.testing.assert_array_equal(ours, theirs)
    alone = mc.simulate(circuits, "combined", run.config, levels=[0.8])
    np.testing.assert_array_equal(
        alone["spike_time_ms"][0], made["spike_time_ms"][made["level"] == 0.8].item()
    )
    described = run.table("simulated_statistics", **of)
    same(mc.describe(made, run.config), described)
    same(mc.describe(written, run.config), described)


def test_theta_and_x_are_parameters_and_statistics_of_the_same_simulation(run):
    theta, x = run.theta_x("synaptic")
    assert list(theta.columns) == [*run.config.prior, "level"]
    written = run.table("simulated_statistics", mechanism="synaptic")
    written = written[written["outcome"] != "not_finite"]
    written = written.merge(run.table("circuits"), on="circuit_id")
    written = written.sort_values(["circuit_id", "level"])
    same(theta, written[theta.columns])
    same(x, written[x.columns])


def test_a_surrogate_predicts_as_well_as_its_metrics_say(run):
    """On its test circuits, from the tables alone."""
    surrogate = run.surrogate("combined", "mlp")
    circuits = run.table("circuits")
    simulated = run.table("simulated_statistics", mechanism="combined")
    rule = surrogate.trained.rule
    tested = simulated[rule.members(simulated["circuit_id"].to_numpy(), "test")]
    rows = tested[["circuit_id", "level"]].merge(circuits, on="circuit_id")
    found = surrogate.predict(rows, interval=0.5)
    assert (found["outside_prior"] == "").all()
    (path,) = run.directory.rglob("combined/mlp/metrics.json")
    metrics = read_values(path)["test"]
    for name in STATISTIC_NAMES:
        error = np.abs(found[name].to_numpy() - tested[name].to_numpy())
        if metrics[name]["mae"] is not None:
            assert np.nanmean(error) == pytest.approx(metrics[name]["mae"])
    assert (found["mean_rate_low"] >= 0).all()


def test_scores_and_mechanisms_are_those_of_the_documents(run):
    (path,) = run.directory.rglob("scores.json")
    scores = read_values(path)["scores"]
    found = run.scores()
    assert len(found) == len(scores)
    for row, one in zip(found.to_dict("records"), scores, strict=True):
        assert row["verdict"] == one["verdict"]
        accuracy = one["directions"]["accuracy"]
        expected = np.nan if accuracy is None else accuracy
        assert row["directions.accuracy"] == pytest.approx(expected, nan_ok=True)
    table = run.table("inferred_mechanisms").set_index("session_id")
    sessions = run.mechanism().set_index("session_id")
    assert sessions["claim"].to_dict() == table["claim"].to_dict()
    assert sessions["probability.none"].to_dict() == pytest.approx(
        table["probability_none"].to_dict(), nan_ok=True
    )
    truth = run.table("synthetic_mice").set_index("session_id")["mechanism"].to_dict()
    assert sessions["truth"].to_dict().items() <= truth.items()
    assert {"name", "claim"} <= set(run.mechanism("cohorts").columns)


def test_the_configuration_is_that_of_the_run(run, finished):
    base, tiny = finished.path / "config.yaml", finished.path / TINY
    assert run.config == mc.read_config(tiny, base=base)


def explained(checkout, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "minicolumn", "explain", *arguments],
        cwd=checkout.path,
        env=os.environ | {"PYTHONPATH": str(checkout.path / "src")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_changed_value_is_named_with_what_it_makes_run_again(rerun):
    assert "nothing would run" in explained(rerun)
    rerun.edit(TINY, "n_subsets: 2", "n_subsets: 3")
    said = explained(rerun, "--configfile", TINY)
    assert "statistics.n_subsets 2 -> 3" in said
    assert "simulate_shard" not in said
    stages = {line.split()[0]: line for line in said.splitlines()}
    assert stages["describe_simulations"].endswith("setting matching")
    assert "jobs would run, about" in said

"""What an edit makes stale, on the real Snakefile."""

import pytest

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]

CONFIG = "config.yaml"


def test_a_finished_run_has_nothing_to_do(finished):
    assert finished.plan_tiny() == {}


def test_an_edited_comment_reruns_nothing(rerun):
    edits = {
        "src/minicolumn/simulation/engine.py": '"""The fast engine',
        "src/minicolumn/statistics/rates.py": '"""',
        "workflow_scripts/simulate_shard.py": '"""Simulate one shard',
        CONFIG: "# The science",
    }
    for name, start in edits.items():
        rerun.edit(name, start, start.replace('"""', '"""Really: ') + " indeed ")
    assert rerun.plan_tiny() == {}


def test_one_number_reruns_only_what_depends_on_it(rerun):
    rerun.edit(CONFIG, "d_hidden: 60", "d_hidden: 40")
    assert rerun.plan_tiny() == {
        "train_surrogate": 4,
        "score_surrogates": 4,
        "predict": 1,
        "score_predictions": 1,
        "write_report": 1,
    }


def test_an_epoch_threshold_leaves_the_simulations_alone(rerun):
    rerun.edit(CONFIG, "moving_above_cm_s: 1.0", "moving_above_cm_s: 1.5")
    planned = rerun.plan_tiny()
    assert planned["find_epochs"] == 3
    assert not {"simulate_shard", "train_surrogate", "extract_recording"} & set(planned)


def test_a_conductance_reruns_every_simulation(rerun):
    rerun.edit(CONFIG, "g_Na_S_cm2: 0.05", "g_Na_S_cm2: 0.06")
    planned = rerun.plan_tiny()
    assert planned["simulate_shard"] == 6
    assert "sample_circuits" not in planned


def test_more_circuits_add_shards_and_rerun_none(rerun):
    rerun.edit("tests/tiny.yaml", "count: 24", "count: 36")
    planned = rerun.plan_tiny()
    assert planned["sample_circuits"] == 1
    assert planned["simulate_shard"] == 3
    assert planned["describe_simulations"] == 3
    assert planned["train_surrogate"] == 12
    assert "simulate_mice" not in planned


@pytest.mark.parametrize(
    ("name", "old", "new", "first"),
    [
        (
            "src/minicolumn/simulation/noise.py",
            "DRAW_MS = 0.5 ",
            "DRAW_MS = 0.25 ",
            {"simulate_shard", "simulate_mice"},
        ),
        (
            "src/minicolumn/statistics/describe.py",
            "MIN_SPIKES = 10",
            "MIN_SPIKES = 11",
            {"describe_simulations", "describe_recordings"},
        ),
        (
            "workflow_scripts/find_epochs.py",
            "int(snakemake.wildcards.session)",
            "int(str(snakemake.wildcards.session))",
            {"find_epochs"},
        ),
        (
            "src/minicolumn/sessions/session.py",
            "stationary[::2]",
            "stationary[0::2]",
            {"observe_changes", "predict"},
        ),
        (
            "src/minicolumn/scoring/verdict.py",
            "found.n_signs <= 1",
            "found.n_signs < 2",
            {"score_predictions"},
        ),
        (
            "src/minicolumn/domain/reference_sets.py",
            "NEIGHBORS = 10",
            "NEIGHBORS = 11",
            {"measure_domain"},
        ),
    ],
)
def test_edited_code_reruns_its_stage(rerun, name, old, new, first):
    rerun.edit(name, old, new)
    planned = set(rerun.plan_tiny())
    assert first <= planned
    earlier = {"sample_circuits", "extract_recording", "train_surrogate"}
    upstream = {
        "simulate_shard": {"sample_circuits"},
        "describe_simulations": {"sample_circuits", "extract_recording"},
        "find_epochs": earlier,
        "predict": earlier,
        "score_predictions": {*earlier, "predict"},
        "measure_domain": {"simulate_cohort", "train_mechanism", *earlier},
    }
    for stage in first & set(upstream):
        assert not upstream[stage] & planned

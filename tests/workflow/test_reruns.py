"""What an edit makes stale, on the real Snakefile."""

import re

import pytest
from checkouts import ROOT, TINY

from minicolumn.jobs.digest import closure

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]

CONFIG = "config.yaml"


def test_a_finished_run_has_nothing_to_do(finished):
    assert finished.plan_tiny() == {}


def test_an_edited_comment_reruns_nothing(rerun):
    edits = {
        "src/minicolumn/simulation/engine.py": '"""The engine for any',
        "src/minicolumn/statistics/rates.py": '"""',
        "workflow_scripts/simulate_shard.py": '"""Simulate one shard',
        CONFIG: "# All scientific settings",
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


def test_the_plan_says_because_of_what_and_how_long_a_job_took_before(rerun):
    rerun.edit(CONFIG, "d_hidden: 60", "d_hidden: 40")
    lines = rerun.snakemake("-n", "--configfile", TINY).splitlines()
    (said,) = (line for line in lines if line.startswith("train_surrogate"))
    assert re.search(r" 4 +[\d.]+ (s|min) +setting settings$", said), said
    (later,) = (line for line in lines if line.startswith("score_predictions"))
    assert re.search(r" 1 +[\d.]+ (s|min)$", later)
    assert not any("provenance" in line for line in lines)


def test_a_run_to_the_report_ends_with_its_first_sentence(rerun):
    page = rerun.path / "results/tiny/report.html"
    page.unlink()
    output = rerun.snakemake("--cores", "1", "--configfile", TINY)
    said = r"^results/tiny/report\.html: From \d+ SYNTHETIC mice: .*\.$"
    assert re.search(said, output, re.MULTILINE), output
    assert "report.html: " not in rerun.snakemake("-n", "--configfile", TINY)


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


def rules_with(name):
    """Return the rules whose script is a file or imports it."""
    scripts = (ROOT / "workflow_scripts").glob("*.py")
    return {path.stem for path in scripts if ROOT / name in closure(path)}


@pytest.fixture(scope="module")
def after(finished):
    """Of each rule of a tiny run to the report: the rules that take its results."""
    graph = finished.snakemake("--rulegraph", "--configfile", TINY)
    name = dict(re.findall(r'(\d+)\[label = "(\w+)"', graph))
    following = {rule: set() for rule in name.values() if rule != "all"}
    for earlier, later in re.findall(r"(\d+) -> (\d+)", graph):
        following[name[earlier]].add(name[later])
    return following


def with_followers(after, rules):
    """Return those of the rules that a run has, and all that follow from them."""
    found, new = set(), rules & set(after)
    while new:
        found |= new
        new = set().union(*(after[rule] for rule in new)) & set(after) - found
    return found


@pytest.mark.parametrize(
    ("name", "old", "new", "among"),
    [
        (
            "src/minicolumn/simulation/noise.py",
            "DRAW_MS = 0.5 ",
            "DRAW_MS = 0.25 ",
            {"simulate_shard", "simulate_mice", "simulate_cohort"},
        ),
        (
            "src/minicolumn/statistics/describe.py",
            "MIN_SPIKES = 10",
            "MIN_SPIKES = 11",
            {"describe_simulations", "describe_recordings", "simulate_cohort"},
        ),
        (
            "workflow_scripts/find_epochs.py",
            "int(snakemake.wildcards.session)",
            "int(str(snakemake.wildcards.session))",
            {"find_epochs"},
        ),
        (
            "src/minicolumn/sessions/session.py",
            "stationary[self.is_conditioning,",
            "stationary[self.is_conditioning[:],",
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
            {"measure_domain", "train_mechanism"},
        ),
    ],
)
def test_edited_code_reruns_the_rules_that_import_it_and_no_others(
    rerun, after, name, old, new, among
):
    edited = rules_with(name)
    assert among <= edited
    rerun.edit(name, old, new)
    assert set(rerun.plan_tiny()) == with_followers(after, edited)

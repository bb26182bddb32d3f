"""What Snakemake plans, in words a person can act on."""

import pytest

from minicolumn.jobs.runs.explain import (
    Stage,
    config_of_arguments,
    differences,
    headline,
    planned,
)
from minicolumn.jobs.runs.run import Job, Plan, Run, State
from minicolumn.yaml_files import merge

OUTPUT = """
Job stats:
job    count
[Fri Nov 27 11:45:26 2026]
rule simulate_shard:
    input: results/demo/circuits/shard-0000.parquet
    output: results/demo/simulations/synaptic/shard-0000.parquet
    jobid: 2
    reason: Params have changed: before: a.parquet has another physics, 1a and not 2b
    resources: tmpdir=/tmp
Shell command: None
[Fri Nov 27 11:45:26 2026]
rule simulate_shard:
    output: results/demo/simulations/synaptic/shard-0001.parquet
    reason: Missing output files: results/demo/simulations/synaptic/shard-0001.parquet
[Fri Nov 27 11:45:26 2026]
rule describe_simulations:
    output: results/demo/statistics/simulated/synaptic/shard-0000.parquet
    reason: Input files updated by another job: results/demo/simulations/a.parquet
localrule write_report:
    output: results/demo/report.html
    reason: Params have changed: x has another code, 3a and not 8a
localrule all:
    input: results/demo/report.html
    reason: Input files updated by another job: results/demo/report.html
"""
STAGES = [
    Stage("simulate_shard", 2, ("setting physics", "missing results")),
    Stage("describe_simulations", 1, ("an earlier stage",)),
    Stage("write_report", 1, ("changed code",)),
]


def test_stages_keep_their_order_and_say_why():
    assert planned(OUTPUT) == STAGES


@pytest.fixture
def run():
    jobs = tuple(Job(n, "simulate_shard", str(n), "log", True) for n in range(4))
    run = Run(Plan("ann", "login1", 7, 1000.0, (), jobs))
    for start, ids in ((1000.0, [0, 1]), (1060.0, [2, 3])):
        run.apply(start, State.RUNNING, ids)
        run.apply(start + 60.0, State.DONE, ids)
    return run


def test_the_time_is_that_of_the_last_run(run):
    """Two jobs of a minute each, two at once."""
    assert run.in_parallel(run.ended()) == pytest.approx(2.0)
    said = headline(STAGES[:1], run)
    assert said.startswith("2 jobs would run, about 60 s") or "1 min" in said
    assert "2.0 at once" in said
    assert "without write_report" in headline([STAGES[0], STAGES[2]], run)


def test_without_a_run_or_a_job_no_time_is_made_up(run):
    assert "not known before a run" in headline(STAGES, None)
    assert "not known" in headline(STAGES[1:], run)
    assert headline([], run) == "nothing would run"


def test_differences_are_named_by_their_keys():
    old = {"a": {"b": 1, "c": [1, 2]}, "d": None}
    assert list(differences(old, old)) == []
    new = {"a": {"b": 2, "c": [1, 2]}, "e": "x"}
    assert list(differences(old, new)) == ["a.b 1 -> 2", 'e null -> "x"']


def test_arguments_of_snakemake_give_the_configuration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("run: a\nseed: 1\nprior: {x: {low: 1}}\n")
    (tmp_path / "mine.yaml").write_text("run: b\nprior: {x: {high: 2}}\n")
    given = ["--cores", "2", "--configfile", "mine.yaml", "--config", "seed=7"]
    expected = {"run": "b", "seed": 7, "prior": {"x": {"low": 1, "high": 2}}}
    assert config_of_arguments(given) == expected


def test_overlays_are_merged_as_snakemake_merges_them():
    from snakemake.utils import update_config

    base = {"a": {"b": 1, "c": {"d": 1}}, "e": 1, "f": {"g": 1}, "h": [1, 2]}
    over = {"a": {"c": {"d": 2, "x": 3}}, "e": {"y": 1}, "f": 5, "h": [3], "z": {}}
    ours, theirs = ({**base, "a": {**base["a"], "c": {"d": 1}}} for _ in range(2))
    merge(ours, over)
    update_config(theirs, over)
    assert ours == theirs

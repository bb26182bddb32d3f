"""The plan believes what files say, not what Snakemake remembers."""

import shutil
from types import SimpleNamespace

import pyarrow as pa
import pytest
from snakemake.persistence.file import FilePersistence

from minicolumn.files.origin import Origin, digest_of_seals, settings_of, working
from minicolumn.files.store import Column, Schema, write_json, write_table
from snakemake_logger_plugin_minicolumn import records
from snakemake_logger_plugin_minicolumn.records import Records

SCHEMA = Schema("rates", (Column("rate", pa.float64(), "Hz", "how fast"),))


@pytest.fixture
def changed(monkeypatch):
    """Ask for a job of which Snakemake remembers nothing, or nothing else."""
    monkeypatch.setattr(FilePersistence, "params_changed", lambda *_: False)
    monkeypatch.setattr(FilePersistence, "has_metadata", lambda *_: False)
    asked = object.__new__(Records)

    def changed(job):
        records._stamp.cache_clear()
        assert asked.has_metadata(job)
        return str(asked.params_changed(job))

    return changed


class Params(dict):
    pass


def __rule_simulate():
    """Stand for the function that Snakemake makes of a rule, whatever it is called."""


def make(path, name="0000", inputs=(), **params):
    """Return a job, and make its result."""
    params = Params({"seed": 1, "code": "a1"} | params)
    job = SimpleNamespace(
        rule=SimpleNamespace(name="mine_simulate", run_func=__rule_simulate),
        wildcards=[name],
        params=params,
        input=[str(one) for one in inputs],
        output=[str(path)],
    )
    stamps = map(records.stamp_of, inputs)
    with working(
        Origin("simulate", name, settings_of(params), digest_of_seals(stamps)), {}
    ):
        write_table(path, SCHEMA, {"rate": [float(name)]})
    return job


def test_a_result_of_this_very_job_is_fresh(tmp_path, changed):
    assert changed(make(tmp_path / "a.parquet")) == "False"


def test_the_setting_is_named_whatever_snakemake_remembers(
    tmp_path, changed, monkeypatch
):
    """Its own records say that something changed, with values of all parameters."""
    job = make(tmp_path / "a.parquet")
    job.params["seed"] = 2
    monkeypatch.setattr(
        FilePersistence, "params_changed", lambda *_: "before: 1 now: 2"
    )
    assert "has another seed, 1 and not 2" in changed(job)


def test_how_a_job_is_started_makes_no_difference(tmp_path, changed):
    """Its command has the path of the checkout, which may move."""
    job = make(tmp_path / "a.parquet")
    job.params = Params(job.params | {"command": "/elsewhere/python simulate.py"})
    assert changed(job) == "False"


# Promise: a result was made with other settings, code or inputs, whatever Snakemake
#   remembers | by the plan | repeat the command
def test_with_other_settings_code_or_inputs_it_is_stale(tmp_path, changed):
    source = tmp_path / "source.parquet"
    make(source)
    job = make(tmp_path / "a.parquet", inputs=[source])
    assert changed(job) == "False"
    for name, value in {"seed": 2, "code": "b2", "trials": 3}.items():
        job.params = Params({"seed": 1, "code": "a1"} | {name: value})
        assert f"has another {name}" in changed(job)
    job.params = Params({"seed": 1, "code": "a1"})
    make(source, "0001")
    assert "was made from other inputs" in changed(job)


# Promise: a result is replaced by a copy of another | by the plan | repeat the
#   command
def test_a_copy_of_another_shard_is_stale(tmp_path, changed):
    jobs = [make(tmp_path / f"{n}.parquet", f"000{n}") for n in range(2)]
    shutil.copy2(tmp_path / "1.parquet", tmp_path / "0.parquet")
    assert "is the result of simulate 0001, not of simulate 0000" in changed(jobs[0])
    assert changed(jobs[1]) == "False"


# Promise: a result does not say what made it | by the plan | repeat the command
def test_what_does_not_say_what_made_it_is_stale(tmp_path, changed):
    job = make(tmp_path / "a.parquet")
    write_table(tmp_path / "a.parquet", SCHEMA, {"rate": [0.0]})
    assert "does not say what made it" in changed(job)
    job.output = [str(tmp_path / "report.html")]
    (tmp_path / "report.html").touch()
    assert "does not say what made it" in changed(job)


def test_beside_a_table_that_says_it_other_files_need_not(tmp_path, changed):
    job = make(tmp_path / "a.parquet")
    write_json(tmp_path / "schema.json", {})
    job.output += [str(tmp_path / "schema.json"), str(tmp_path / "README.md")]
    assert changed(job) == "False"


def test_rules_without_code_are_left_to_snakemake(tmp_path):
    job = make(tmp_path / "a.parquet")
    del job.params["code"]
    assert not records._is_marked(job)

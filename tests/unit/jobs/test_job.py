"""A job does what its run planned, or nothing; what it makes says so."""

import json
import os
import signal
import time
from pathlib import Path

import pyarrow as pa
import pytest

from minicolumn.files.origin import beside, settings_of, stamp_of
from minicolumn.files.store import (
    PART,
    Column,
    Schema,
    read_table,
    write_parts,
    write_table,
)
from minicolumn.jobs import job as job_module
from minicolumn.jobs.digest import closure, code_digest
from minicolumn.jobs.job import Call, job
from minicolumn.jobs.runs.journal import Journal
from minicolumn.jobs.runs.run import Job

SCHEMA = Schema("rates", (Column("rate", pa.float64(), "Hz", "how fast"),))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Plan one job in a run's directory; return what calls it."""
    monkeypatch.chdir(tmp_path)
    results = Path("results/tiny")
    script = tmp_path / "simulate.py"
    script.write_text("rate = 1\n")
    output = str(results / "simulated.parquet")
    params = {"seed": 7, "code": code_digest(script)}
    planned = Job(
        *(1, "simulate", "0000", "results/tiny/logs/simulate/0000.log", True),
        settings=settings_of(params),
        outputs=(output,),
    )
    journal = Journal(results, [planned], [])

    def call(output=output, inputs=(), **changes):
        closure.cache_clear()
        return Call(
            script, {"shard": "0000"}, params | changes, inputs, [output], [planned.log]
        )

    yield call
    journal.close()


def log():
    return Path("results/tiny/logs/simulate/0000.log").read_text()


def do(call):
    with job(call):
        write_table(call.output[0], SCHEMA, {"rate": [1.0]})


def test_what_a_job_makes_says_what_made_it(run):
    do(run())
    origin = stamp_of(run().output[0]).origin
    assert (origin.rule, origin.name) == ("simulate", "0000")
    assert origin.settings["seed"] == "7"
    with job(run()):
        assert read_table(run().output[0], SCHEMA).num_rows == 1


# Promise: a configuration is edited while a run goes on | by each later job on a
#   cluster; local jobs have what was planned | stop the run and start it again
@pytest.mark.parametrize("changes", [{"seed": 8}, {"trials": 3}])
def test_a_configuration_edited_while_a_run_goes_on_is_refused(run, changes):
    with pytest.raises(SystemExit):
        do(run(**changes))
    assert f"has another {next(iter(changes))}" in log()
    assert "one run must not mix two" in log()
    assert "Traceback" not in log()
    assert not Path(run().output[0]).exists()


# Promise: code is edited while a run goes on | by each later job | stop the run and
#   start it again
def test_code_edited_while_a_run_goes_on_is_refused(run, monkeypatch):
    """Whatever digest Snakemake hands on, which is that of its start."""
    for cached in ("_parsed", "_meaning", "_imports"):
        job_module.code_digest.__globals__[cached].cache_clear()
    Path("simulate.py").write_text("rate = 2\n")
    with pytest.raises(SystemExit):
        do(run())
    assert "has another code" in log()


def test_a_job_that_no_run_planned_is_refused(run):
    call = run()
    with pytest.raises(SystemExit):
        do(Call(call.script, {"shard": "0009"}, call.params, [], ["x"], call.log))
    assert "logs/simulate/0000.log is of no job in the run's plan" in log()


def test_a_result_replaced_meanwhile_is_not_read(run):
    path = run().output[0]
    write_table(path, SCHEMA, {"rate": [2.0]})
    with pytest.raises(SystemExit), job(run()):
        read_table(path, SCHEMA)
    assert "was changed after the run was planned" in log()


def test_a_file_with_no_place_for_it_has_what_made_it_beside_it(run):
    call = run("results/tiny/session.nwb")
    with job(call):
        Path(call.output[0]).write_text("recording")
    assert stamp_of(call.output[0]).origin.name == "0000"
    assert len(json.loads(beside(Path(call.output[0])).read_text())["sha256"]) == 64


def test_inputs_are_part_of_what_made_a_file(run):
    stamps = []
    for rate in (1.0, 2.0):
        write_table("input.parquet", SCHEMA, {"rate": [rate]})
        do(run(inputs=["input.parquet"]))
        stamps.append(stamp_of(run().output[0]).origin.inputs)
    assert stamps[0] != stamps[1]


# Promise: SIGTERM to a job | at once; nothing incomplete is left | repeat the command
def test_sigterm_is_an_orderly_end(run):
    def parts():
        yield {"rate": [1.0]}
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    with pytest.raises(SystemExit), job(run()):
        write_parts(run().output[0], SCHEMA, parts())
    assert "ended from outside (SIGTERM)" in log()
    assert "Traceback" not in log()
    assert not list(Path("results").rglob(f".*{PART}*"))
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


# Promise: a job has too little memory | by the job | give it more
def test_too_little_memory_is_one_sentence(run):
    with pytest.raises(SystemExit), job(run()):
        raise MemoryError
    assert "there is not enough memory" in log()
    assert "Traceback" not in log()

import os
import time

import pytest

from minicolumn.jobs.runs import status
from minicolumn.jobs.runs.journal import NoJournalError, journal_of
from minicolumn.jobs.runs.run import Job, Plan, Run, State
from minicolumn.jobs.runs.status import describe, duration, last_line, latest

START = 1000.0


@pytest.fixture
def run(tmp_path):
    log = tmp_path / "t.log"
    log.write_text("10:00 INFO started\n10:01 ERROR minicolumn: disk full\n\n")
    jobs = (
        Job(1, "sample_circuits", "0000", "s.log", stale=False),
        *(
            Job(2 + n, "simulate_shard", f"synaptic/{n:04}", str(log), True)
            for n in range(4)
        ),
    )
    run = Run(Plan("ann", "login1", 7, START, (), jobs))
    run.apply(START, State.RUNNING, [2, 3, 4])
    run.apply(START + 60, State.DONE, [2])
    run.apply(START + 60, State.FAILED, [3])
    return run


def test_a_running_run_tells_stages_time_left_and_failures(run):
    lines = list(describe(run, True, "results/tiny", START + 60))
    assert lines[0].startswith("results/tiny: running (ann on login1, process 7, since")
    assert lines[0].endswith("60 s left") or "1 min left" in lines[0]
    assert lines[2].split() == ["sample_circuits", "1", "of", "1"]
    assert lines[3].split() == ["simulate_shard", "1", "of", "4", "1", "1", "1"]
    assert lines[4] == (
        "failed: simulate_shard synaptic/0001: 10:01 ERROR minicolumn: disk full"
    )
    assert len(lines) == 6


def test_a_stopped_run_says_how_to_go_on_and_a_finished_one_that_it_is(run):
    assert "`make recover`" in next(describe(run, False, "x", START))
    run.apply(START, State.DONE, range(1, 6))
    assert next(describe(run, False, "x", START)) == "x: finished"


def test_of_many_failures_some_are_shown(run):
    jobs = tuple(Job(n, "simulate_shard", str(n), "no.log", True) for n in range(50))
    many = Run(Plan("ann", "login1", 7, START, (), jobs))
    many.apply(START, State.FAILED, range(50))
    lines = list(describe(many, True, "x", START))
    assert len(lines) < 50
    assert lines[-1] == "and 30 more"
    assert lines[3] == "failed: simulate_shard 0: it has no log"


def test_an_empty_log_is_told(tmp_path):
    (tmp_path / "log").write_text("\n")
    assert (
        last_line(Job(1, "r", "n", str(tmp_path / "log"), True)) == "its log is empty"
    )


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (600, "10 min"), (9000, "2.5 h")]
)
def test_durations_are_said_as_people_say_them(seconds, said):
    assert duration(seconds) == said


def test_the_last_run_is_shown_unless_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(status, "RESULTS", tmp_path)
    with pytest.raises(NoJournalError, match="nothing was started"):
        latest(None)
    for age, name in enumerate(("new", "old")):
        journal = journal_of(tmp_path / name)
        journal.parent.mkdir(parents=True)
        journal.touch()
        os.utime(journal, (time.time() - age, time.time() - age))
    assert latest(None).name == "new"
    assert latest("old").name == "old"
    with pytest.raises(NoJournalError):
        latest("other")


# Promise: a job does not start again after an earlier attempt | `make status` shows
#   no log of that attempt | nothing
def test_a_log_of_an_earlier_attempt_is_not_shown(run):
    """A refused submission writes no log, and the last line there told of success."""
    log = run.plan.jobs[2].log
    run.apply(time.time() + 60, State.RUNNING, [3])
    run.apply(time.time() + 61, State.FAILED, [3])
    (failed,) = (line for line in describe(run, True, "x", START) if "failed: " in line)
    assert failed.endswith("it has no log: it did not start")
    os.utime(log, (time.time() + 60, time.time() + 60))
    assert any("disk full" in line for line in describe(run, True, "x", START))


# Promise: a result is deleted after its run | by `make status` and the plan | repeat
#   the command
def test_a_result_deleted_after_the_run_is_told(run, tmp_path):
    made = tmp_path / "shard.parquet"
    made.touch()
    job = Job(1, "simulate_shard", "0000", "no.log", True, {}, (str(made),))
    finished = Run(Plan("ann", "login1", 7, START, (), (job,)))
    finished.apply(START, State.DONE, [1])
    assert next(describe(finished, False, "x", START)) == "x: finished"
    made.unlink()
    first, *_, last = describe(finished, False, "x", START)
    assert first == "x: finished, but results are missing"
    assert last == f"1 results were deleted since, such as {made}"

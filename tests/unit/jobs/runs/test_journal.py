import errno
import fcntl
import json
import logging
import os
import subprocess
import sys
import time

import pytest

from minicolumn.errors import NotWrittenError
from minicolumn.files.identities import Identities
from minicolumn.jobs.runs.journal import (
    Journal,
    NoJournalError,
    RunInProgressError,
    begin,
    current,
    journal_of,
    read,
)
from minicolumn.jobs.runs.run import Job, State

ABOUT = {"circuits.parquet": Identities("circuit_id", ((0, 12),), rows=1)}
JOBS = (
    Job(1, "sample", "0000", "s.log", stale=False, identities=ABOUT),
    Job(2, "simulate", "synaptic/0000", "t.log", stale=True),
)


@pytest.fixture(autouse=True)
def closed(monkeypatch):
    """Close every journal with its test."""
    opened = []
    original = Journal.__init__

    def remember(journal, *arguments):
        opened.append(journal)
        original(journal, *arguments)

    monkeypatch.setattr(Journal, "__init__", remember)
    yield
    for journal in opened:
        journal.close()


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results" / "tiny"


def test_a_journal_is_read_as_it_was_kept(results):
    journal = Journal(results, JOBS, ["--cores", "2"])
    journal.note(State.RUNNING, [2])
    run, alive = read(results)
    assert alive
    assert run.plan == journal.run.plan
    assert run.plan.identities() == ABOUT
    assert run.states == journal.run.states == {1: State.DONE, 2: State.RUNNING}


KILLED = """
import os, sys
from pathlib import Path
from minicolumn.jobs.runs.journal import Journal
from minicolumn.jobs.runs.run import Job, State
journal = Journal(Path(sys.argv[1]), [Job(2, "simulate", "x", "t.log", True)], [])
journal.note(State.RUNNING, [2])
os.kill(os.getpid(), 9)
"""


def test_the_journal_of_a_killed_process_says_so_and_can_be_begun_again(results):
    subprocess.run([sys.executable, "-c", KILLED, str(results)], check=False)
    run, alive = read(results)
    assert not alive
    assert run.states == {2: State.WAITING}
    Journal(results, JOBS, [])
    assert len(read(results)[0].plan.jobs) == 2


def test_results_that_somebody_makes_are_left_to_them(results, monkeypatch):
    monkeypatch.setattr("minicolumn.jobs.runs.journal.LOCK_ATTEMPTS", 2)
    first = Journal(results, JOBS, [])
    with pytest.raises(RunInProgressError, match=r"being made by .*process \d+, since"):
        Journal(results, JOBS, [])
    assert read(results)[0].plan == first.run.plan


def test_a_line_that_is_being_written_is_left_out(results):
    journal = Journal(results, JOBS, [])
    journal.note(State.RUNNING, [2])
    text = journal_of(results).read_text()
    journal_of(results).write_text(text + '[12.0, "do')
    assert read(results)[0].states[2] is State.RUNNING


@pytest.mark.parametrize("text", ["", "not json\n", '{"jobs": []}\n', "[]\n"])
def test_what_is_no_journal_is_told(results, text):
    journal_of(results).parent.mkdir(parents=True)
    journal_of(results).write_text(text)
    with pytest.raises(NoJournalError, match="is not the journal of a run"):
        read(results)


def test_a_full_disk_stops_a_run_before_it_starts_but_not_one_that_runs(
    results, small_disk
):
    (small_disk / "filler").write_bytes(bytes(2**20 - 2**13))
    journal = Journal(small_disk, JOBS, [])
    for _ in range(1000):
        journal.note(State.RUNNING, [2])
    many = JOBS * 5000
    with pytest.raises(NotWrittenError, match="Free some disk space"):
        Journal(small_disk / "other", many, [])
    journal.close()


def test_a_journal_holds_no_environment(results, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush-hush")
    Journal(results, JOBS, ["--cores", "2"])
    assert "hush" not in journal_of(results).read_text()
    first = json.loads(journal_of(results).read_text().splitlines()[0])
    who = {"user", "host", "pid", "started", "arguments"}
    assert set(first) == who | {"jobs", "config", "took_s"}


def test_how_long_jobs_took_is_known_to_later_runs(results, monkeypatch):
    times = iter((1000.0, 1000.0, 1060.0, 2000.0, 3000.0))
    monkeypatch.setattr("minicolumn.jobs.runs.journal.time.time", lambda: next(times))
    journal = Journal(results, JOBS, [])
    journal.note(State.RUNNING, [2])
    journal.note(State.DONE, [2])
    journal.close()
    for _ in range(2):  # runs with nothing to do
        Journal(results, [], []).close()
    assert read(results)[0].usual_s() == {JOBS[1].rule: pytest.approx(60.0)}


def test_a_process_has_no_journal_until_it_begins_one(results, monkeypatch):
    monkeypatch.setattr("minicolumn.jobs.runs.journal._begun", [])
    assert current() is None
    begin(results, JOBS, [], {})
    assert current().run.plan.jobs == JOBS


@pytest.fixture(params=[errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def no_locks(request, monkeypatch):
    """A file system without locks, such as Lustre mounted with ``noflock``."""

    def flock(*_):
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(fcntl, "flock", flock)


# Promise: a file system without locks | when a run begins, with a warning | start no
#   second run of the same results
def test_without_locks_a_run_begins_with_a_warning(results, no_locks, caplog):
    with caplog.at_level(logging.WARNING):
        Journal(results, JOBS, [])
    assert "file system without locks (flock)" in caplog.text
    assert read(results)[0].plan.jobs == JOBS


def test_without_locks_the_process_tells_whether_a_run_is_alive(results, no_locks):
    journal = Journal(results, JOBS, [])
    first = json.loads(journal_of(results).read_text())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1) as other:
        for changes, alive in (
            ({"pid": other.pid}, True),
            ({"host": "elsewhere"}, True),
            ({"pid": 2**22 + 1}, False),
        ):
            journal_of(results).write_text(json.dumps(first | changes) + "\n")
            assert read(results)[1] is alive
            if alive:
                with pytest.raises(RunInProgressError):
                    Journal(results, JOBS, [])
        other.kill()
    journal_of(results).write_text(json.dumps(first | {"host": "elsewhere"}) + "\n")
    os.utime(journal_of(results), (time.time() - 9999, time.time() - 9999))
    assert not read(results)[1]
    journal.close()


# Promise: a file cannot be written | at once, with the cause | what the message says
@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "Free some disk"), (errno.EDQUOT, "Free some disk"),
     (errno.EROFS, "Get write access"), (errno.EIO, "Check the file system")],
)  # fmt: skip
def test_only_a_full_disk_asks_for_room(results, monkeypatch, number, said):
    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Journal, "_write", fails)
    with pytest.raises(NotWrittenError, match=said):
        Journal(results, JOBS, [])

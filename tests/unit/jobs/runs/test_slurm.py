"""What is asked of Slurm's commands; tests/cluster asks a real Slurm."""

import shutil
import subprocess
from pathlib import Path

import pytest

from minicolumn.jobs.runs.slurm import (
    SUBMITTED,
    SlurmError,
    Submitted,
    cancel,
    jobs_of,
    summary,
)


@pytest.fixture
def fake_slurm(tmp_path, monkeypatch):
    """Commands that print a queue, and empty it."""
    queue = tmp_path / "queue"
    (tmp_path / SUBMITTED).mkdir(parents=True)
    for name, script in {
        "squeue": f"cat '{queue}'",
        "scancel": f"echo $* >> '{tmp_path}/canceled'; : > '{queue}'",
    }.items():
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return queue


def test_only_jobs_of_this_directory_and_this_workflow_are_ours(fake_slurm, tmp_path):
    fake_slurm.write_text(
        f"1|RUNNING|minicolumn_1f|{tmp_path}\n"
        f"2|PENDING|minicolumn_1f|{tmp_path}\n"
        "3|RUNNING|minicolumn_2b|/somewhere/else\n"
        f"4|RUNNING|my_own_job|{tmp_path}\n"
    )
    jobs = jobs_of(tmp_path)
    assert jobs == [Submitted("1", "RUNNING"), Submitted("2", "PENDING")]
    assert summary(jobs) == "1 running, 1 pending"
    cancel(jobs)
    assert (tmp_path / "canceled").read_text() == "1 2\n"


def test_nothing_is_canceled_when_nothing_is_there(fake_slurm, tmp_path):
    cancel([])
    assert not (tmp_path / "canceled").exists()


def test_without_slurm_there_are_no_jobs(monkeypatch, fake_slurm, tmp_path):
    (tmp_path / "squeue").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert jobs_of(tmp_path) == []


def test_where_nothing_was_submitted_slurm_is_not_asked(fake_slurm, tmp_path):
    fake_slurm.write_text(f"1|RUNNING|minicolumn_1f|{tmp_path}\n")
    (tmp_path / SUBMITTED).rmdir()
    assert jobs_of(tmp_path) == []


def test_a_slurm_that_does_not_answer_is_told(fake_slurm, tmp_path):
    squeue = tmp_path / "squeue"
    squeue.write_text(
        "#!/bin/sh\necho 'Unable to contact slurm controller' >&2; exit 1\n"
    )
    with pytest.raises(SlurmError, match="squeue failed: Unable to contact"):
        jobs_of(tmp_path)


WRAPPER = Path(__file__).parents[4] / "profiles" / "slurm-gpu" / "bin"
LIMIT = (
    "sbatch: error: QOSMaxSubmitJobPerUserLimit\n"
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy"
)
BUSY = "sbatch: error: Batch job submission failed: Socket timed out on send/recv"
WRONG = "sbatch: error: invalid partition specified: gpux"


@pytest.fixture
def submit(fake_slurm, tmp_path, monkeypatch):
    """Return a function that submits a script to a Slurm that refuses it at first."""

    def submit(refusal, times, queue="1|RUNNING\n", wrapper=WRAPPER):
        fake_slurm.write_text(queue)
        (tmp_path / "refusals").write_text("x" * times)
        (tmp_path / "sbatch").write_text(
            f"#!/bin/sh\ncd '{tmp_path}'\necho call >> calls\n"
            "left=$(wc -c < refusals)\n"
            f'if [ "$left" -gt 0 ]; then head -c $((left - 1)) refusals > r; '
            f"mv r refusals; echo '{refusal}' >&2; exit 1; fi\n"
            'cat > submitted; echo "$*" > arguments; echo 17\n'
        )
        (tmp_path / "sbatch").chmod(0o755)
        monkeypatch.setenv("PATH", str(wrapper), prepend=":")
        monkeypatch.setenv("MINICOLUMN_SUBMIT_AGAIN_S", "0.01")
        return subprocess.run(
            ["sbatch", "--parsable", "-p", "a b"],
            input="#!/bin/sh\necho $HOME\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )

    return submit


# Promise: `sbatch` is refused by a limit | at once; the submission waits, and is no
#   attempt | nothing
@pytest.mark.parametrize("refusal", [LIMIT, BUSY])
def test_a_submission_that_a_limit_refuses_waits(submit, tmp_path, refusal):
    done = submit(refusal, times=3)
    assert (done.returncode, done.stdout) == (0, "17\n")
    assert (tmp_path / "calls").read_text() == "call\n" * 4
    assert (tmp_path / "submitted").read_text() == "#!/bin/sh\necho $HOME\n"
    assert (tmp_path / "arguments").read_text() == "--parsable -p a b\n"


@pytest.mark.parametrize("name", ["my runs", "a & b", "#1 *", "x|y", "(a[b].c)"])
def test_in_any_directory_it_calls_slurm_and_not_itself(submit, tmp_path, name):
    """The directory's name is no pattern: it called itself until nothing was left."""
    wrapper = Path(shutil.copytree(WRAPPER, tmp_path / name / "bin"))
    assert submit("", times=0, wrapper=wrapper).stdout == "17\n"
    assert (tmp_path / "calls").read_text() == "call\n"


@pytest.mark.parametrize(
    ("refusal", "queue"), [(WRONG, "1|RUNNING\n"), (LIMIT, "")], ids=["wrong", "never"]
)
def test_a_refusal_that_will_not_pass_is_told_at_once(submit, tmp_path, refusal, queue):
    done = submit(refusal, times=9, queue=queue)
    assert done.returncode == 1
    assert refusal in done.stderr
    assert (tmp_path / "calls").read_text() == "call\n"

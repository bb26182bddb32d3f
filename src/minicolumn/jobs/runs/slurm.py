"""A run's jobs in Slurm, which outlive the Snakemake that submitted them."""

import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from minicolumn.errors import MinicolumnError

PREFIX = "minicolumn_"  # slurm-jobname-prefix of the profile
SUBMITTED = Path(".snakemake", "slurm_logs")  # made by the plugin
TIMEOUT_S = 60
POLL_S = 1.0


class Submitted(NamedTuple):
    """A job in Slurm's queue."""

    number: str
    state: str


class SlurmError(MinicolumnError):
    """Slurm exists but does not answer or does not obey."""


def jobs_of(directory: Path) -> list[Submitted]:
    """Return this user's jobs that were submitted from ``directory``.

    Slurm is queried only in directories from which jobs were submitted: its commands
    may be installed on a machine without a cluster.

    Raises
    ------
    SlurmError
        If the controller does not answer.
    """
    if not (directory / SUBMITTED).is_dir() or not shutil.which("squeue"):
        return []
    listed = _run("squeue", "--me", "--noheader", "--format=%A|%T|%j|%Z")
    rows = (line.split("|", 3) for line in listed.splitlines())
    return [
        Submitted(number, state)
        for number, state, name, where in rows
        if name.startswith(PREFIX) and where == str(directory)
    ]


def cancel(jobs: list[Submitted]) -> None:
    """Cancel jobs, running or not, and wait until they have ended.

    Raises
    ------
    SlurmError
        If the controller does not answer, or jobs do not end.
    """
    if not jobs:
        return
    numbers = [job.number for job in jobs]
    _run("scancel", *numbers)
    deadline = time.monotonic() + TIMEOUT_S
    while _run("squeue", "--me", "--noheader", f"--jobs={','.join(numbers)}"):
        if time.monotonic() > deadline:
            raise SlurmError(f"jobs {numbers} do not end: check them with squeue --me")
        time.sleep(POLL_S)


def summary(jobs: list[Submitted]) -> str:
    """Return how many jobs are in each state, such as ``3 running, 61 pending``."""
    states = Counter(job.state.lower() for job in jobs)
    return ", ".join(f"{n} {state}" for state, n in states.most_common())


def _run(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=TIMEOUT_S
        )
    except subprocess.CalledProcessError as error:
        raise SlurmError(f"{command[0]} failed: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise SlurmError(f"{command[0]} did not answer in {TIMEOUT_S} s") from error
    return done.stdout

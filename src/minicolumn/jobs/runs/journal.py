"""A run's journal: its plan, then a line for whatever became of a job.

It lies at ``results/<run>/logs/journal.jsonl``. The running Snakemake holds a lock on
it, which the kernel drops when that process ends, however it ends; so anybody, also on
another machine of the same file system, can tell a run that goes on from a killed one.
"""

import contextlib
import errno
import fcntl
import getpass
import json
import os
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from minicolumn.errors import MinicolumnError, NotWrittenError
from minicolumn.jobs.runs.run import Job, Plan, Run, State

LOCK_ATTEMPTS, RETRY_S = 20, 0.1  # a reader has the lock for a moment only


class RunGoesOnError(MinicolumnError):
    """Somebody's Snakemake writes these results right now."""


class NoJournalError(MinicolumnError):
    """No run has left a journal there."""


def journal_of(results: Path) -> Path:
    """Return where the journal of the run lies whose results go to ``results``."""
    return results / "logs" / "journal.jsonl"


class Journal:
    """The journal of the run that this process is.

    Parameters
    ----------
    results
        The run's directory.
    jobs
        The plan, in order of stages.
    arguments
        What Snakemake was called with; `recover` says it again.

    Raises
    ------
    RunGoesOnError
        If another process has the lock.
    NotWrittenError
        If the disk is full, for instance.
    """

    def __init__(self, results: Path, jobs: Iterable[Job], arguments: Sequence[str]):
        self.run = Run(
            Plan(
                user=_user(),
                host=socket.gethostname(),
                pid=os.getpid(),
                started=time.time(),
                arguments=tuple(arguments),
                jobs=tuple(jobs),
            )
        )
        path = journal_of(results)
        self._file: BinaryIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: what a full disk refuses must not come back later.
            self._file = path.open("ab", buffering=0)
            if not _lock(self._file):
                self.close()
                raise RunGoesOnError(
                    f"{results} is being made by {read(results)[0].plan.who()}. Wait "
                    "for it, or give this run another name (run: in config.yaml)"
                )
            self._file.truncate(0)
            self._write(asdict(self.run.plan))
        except OSError as error:
            self.close()
            raise NotWrittenError(
                f"could not write {path}: {error.strerror}. Nothing was started; make "
                "room, or make the directory yours, then run the same command again"
            ) from error

    def note(self, state: State, jobs: Sequence[int]) -> None:
        """Write down that some jobs entered a state.

        A journal that cannot be written, on a full disk say, does not stop the run.
        """
        now = time.time()
        self.run.apply(now, state, jobs)
        with contextlib.suppress(OSError):
            self._write([round(now, 2), state, list(jobs)])

    def close(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()

    def _write(self, value: Any) -> None:
        line = json.dumps(value).encode() + b"\n"
        if self._file is not None and self._file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


_begun: list[Journal] = []  # at most one: a process is one run


def begin(results: Path, jobs: Iterable[Job], arguments: Sequence[str]) -> None:
    """Begin the journal of the run that this process is; see `Journal`."""
    _begun.append(Journal(results, jobs, arguments))


def current() -> Journal | None:
    """Return the journal that this process has begun, if it has."""
    return _begun[-1] if _begun else None


def read(results: Path) -> tuple[Run, bool]:
    """Return the last run that made ``results``, and whether it goes on.

    Raises
    ------
    NoJournalError
        If there is no journal, or an unreadable one.
    """
    path = journal_of(results)
    try:
        with path.open("rb") as file:
            lines = list(_whole_lines(file))
            goes_on = not _lock(file, attempts=1)
        plan = lines[0]
        jobs = tuple(Job(**job) for job in plan.pop("jobs"))
        run = Run(Plan(**plan | {"jobs": jobs, "arguments": tuple(plan["arguments"])}))
        for when, state, ids in lines[1:]:
            run.apply(when, State(state), ids)
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise NoJournalError(f"{path} tells of no run ({error})") from error
    if not goes_on:
        run.interrupt()
    return run, goes_on


def _whole_lines(file: BinaryIO) -> Iterator[Any]:
    """Yield what was written, but for lines cut short: by a full disk, or just now."""
    for line in file:
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _lock(file: BinaryIO, attempts: int = LOCK_ATTEMPTS) -> bool:
    """Take the lock for as long as the file is open: exclusive, or shared to look."""
    kind = fcntl.LOCK_EX if file.writable() else fcntl.LOCK_SH
    for _ in range(attempts):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return True
        time.sleep(RETRY_S)
    return False


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container need not know its users
        return f"user {os.geteuid()}"

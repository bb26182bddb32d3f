"""A run's journal: its plan, then one line for each change in the state of a job.

Its path is ``results/<run>/logs/journal.jsonl``. The running Snakemake holds a lock on
it, which the kernel releases when that process ends. Any process on any machine with
the same file system can therefore tell whether a run is alive.
"""

import contextlib
import errno
import fcntl
import getpass
import json
import logging
import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from minicolumn.errors import MinicolumnError, NotWrittenError, repair_of
from minicolumn.files.identities import Identities
from minicolumn.jobs.runs.run import Job, Plan, Run, State

JOURNAL = "journal.jsonl"
LOCK_ATTEMPTS, RETRY_S = 20, 0.1  # readers hold the lock only briefly
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
SILENT_S = 3600.0  # after which a run on another machine is taken for dead

logger = logging.getLogger(__name__)


class RunInProgressError(MinicolumnError):
    """Another Snakemake process is writing these results."""


class NoJournalError(MinicolumnError):
    """There is no journal of a run."""


def journal_of(results: Path) -> Path:
    """Return the path of the journal of the run with these results."""
    return results / "logs" / JOURNAL


class Journal:
    """The journal of this process's run.

    It lies in the run's directory of ``results``, and begins with the plan: ``jobs`` in
    order of stages, the ``arguments`` of Snakemake, which `recover` uses again, and the
    configuration.

    Raises
    ------
    RunInProgressError
        If another process holds the lock.
    NotWrittenError
        If the file cannot be written, for example because the disk is full.
    """

    def __init__(
        self,
        results: Path,
        jobs: Iterable[Job],
        arguments: Sequence[str],
        config: Mapping[str, Any] | None = None,
    ):
        self.run = Run(
            Plan(
                user=_user(),
                host=socket.gethostname(),
                pid=os.getpid(),
                started=time.time(),
                arguments=tuple(arguments),
                jobs=tuple(jobs),
                config=config or {},
                took_s=_earlier_s(results),
            )
        )
        path = journal_of(results)
        self._file: BinaryIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: a failed write to a full disk must not be repeated later.
            self._file = path.open("ab", buffering=0)
            lock = _lock(self._file)
            if lock is None:
                logger.warning(
                    "%s is on a file system without locks (flock): a run of the same "
                    "results on another machine may go unnoticed",
                    path,
                )
                with contextlib.suppress(NoJournalError):
                    lock = not read(results)[1]
            if lock is False:
                self.close()
                raise RunInProgressError(
                    f"{results} is being made by {read(results)[0].plan.who()}. Wait "
                    "for it, or give this run another name (run: in config.yaml)"
                )
            self._file.truncate(0)
            self._write(asdict(self.run.plan))
        except OSError as error:
            self.close()
            raise NotWrittenError(
                f"could not write {path}: {error.strerror}. Nothing was started. "
                f"{repair_of(error)}, then run the same command again"
            ) from error

    def note(self, state: State, jobs: Sequence[int]) -> None:
        """Record that some jobs entered a state.

        If this fails, for example on a full disk, the run continues.
        """
        now = time.time()
        self.run.apply(now, state, jobs)
        with contextlib.suppress(OSError):
            self._write([round(now, 2), state, list(jobs)])

    def close(self) -> None:
        """Release the lock."""
        if self._file is not None:
            self._file.close()

    def _write(self, value: Any) -> None:
        line = json.dumps(value).encode() + b"\n"
        if self._file is not None and self._file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


_begun: list[Journal] = []  # at most one: a process makes one run


def begin(
    results: Path,
    jobs: Iterable[Job],
    arguments: Sequence[str],
    config: Mapping[str, Any],
) -> None:
    """Begin the journal of this process's run; see `Journal`."""
    _begun.append(Journal(results, jobs, arguments, config))


def current() -> Journal | None:
    """Return the journal of this process's run; None before it has begun."""
    return _begun[-1] if _begun else None


def read(results: Path) -> tuple[Run, bool]:
    """Return the last run that wrote ``results``, and whether it is alive.

    Raises
    ------
    NoJournalError
        If there is no journal, or it cannot be read.
    """
    path = journal_of(results)
    try:
        with path.open("rb") as file:
            run = Run(_plan(file))
            for when, state, ids in _whole_lines(file):
                run.apply(when, State(state), ids)
            lock = _lock(file, attempts=1)
            changed = path.stat().st_mtime
            alive = _may_run(run.plan, changed) if lock is None else not lock
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise NoJournalError(f"{path} is not the journal of a run ({error})") from error
    if not alive:
        run.interrupt()
    return run, alive


def read_plan(log: str | Path) -> Plan:
    """Return the plan of the run to which the log of a job belongs.

    Raises
    ------
    NoJournalError
        If no run has planned it.
    """
    for directory in Path(log).parents:
        path = directory / JOURNAL
        if path.is_file():
            with path.open("rb") as file:
                return _plan(file)
    raise NoJournalError(
        f"{log} belongs to no run: start jobs with Snakemake; a "
        "workflow that uses this one calls its onstart (docs/modules.md)"
    )


def _earlier_s(results: Path) -> dict[str, float]:
    """Return how long jobs took in the runs before, by stage."""
    try:
        return read(results)[0].usual_s()
    except NoJournalError:
        return {}


def _plan(file: BinaryIO) -> Plan:
    """Read the first line of a journal."""
    plan = json.loads(file.readline())
    jobs = map(_job, plan["jobs"])
    arguments = tuple(plan["arguments"])
    return Plan(**plan | {"jobs": tuple(jobs), "arguments": arguments})


def _job(values: dict[str, Any]) -> Job:
    about = {
        path: Identities(**one | {"ranges": tuple(map(tuple, one["ranges"]))})
        for path, one in values["identities"].items()
    }
    return Job(**values | {"outputs": tuple(values["outputs"]), "identities": about})


def _whole_lines(file: BinaryIO) -> Iterator[Any]:
    """Yield the lines that are complete; a full disk or a writer may truncate some."""
    for line in file:
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _lock(file: BinaryIO, attempts: int = LOCK_ATTEMPTS) -> bool | None:
    """Lock an open file: exclusively to write, shared to read.

    None if the file system has no locks, such as Lustre and NFS without their daemons.

    Raises
    ------
    OSError
        For any other reason.
    """
    kind = fcntl.LOCK_EX if file.writable() else fcntl.LOCK_SH
    for _ in range(attempts):
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(RETRY_S)
        except OSError as error:
            if error.errno in NO_LOCKS:
                return None
            raise
    return False


def _may_run(plan: Plan, changed: float) -> bool:
    """Return whether a run may be alive, where no lock can tell.

    On this machine its process tells; elsewhere, whether the journal changed lately.
    """
    if plan.host != socket.gethostname():
        return time.time() - changed < SILENT_S
    try:
        os.kill(plan.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return plan.pid != os.getpid()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may not know its users
        return f"user {os.geteuid()}"

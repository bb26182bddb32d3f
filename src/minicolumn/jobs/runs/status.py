"""The status of a run in words."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from minicolumn.jobs.runs import slurm
from minicolumn.jobs.runs.journal import NoJournalError, journal_of, read
from minicolumn.jobs.runs.run import Job, Run, State

RESULTS = Path("results")
FAILURES_SHOWN = 20
CLOCKS_DIFFER_S = 1.0  # on the machines of a network file system


def latest(name: str | None) -> Path:
    """Return the directory of the run with a name, or of the last run if it is None.

    Raises
    ------
    NoJournalError
        If there is none.
    """
    found = sorted(
        RESULTS.glob(str(journal_of(Path(name or "*")))),
        key=lambda journal: journal.stat().st_mtime,
    )
    if not found:
        raise NoJournalError(
            f"{RESULTS}/{name or ''} contains no journal of a run: nothing was started"
        )
    return found[-1].parents[1]


def lines_of(directory: Path) -> Iterator[str]:
    """Yield the status of the run with these results, and what it has in Slurm.

    Raises
    ------
    NoJournalError
        If there is no run.
    """
    run, alive = read(directory)
    yield from describe(run, alive, f"{directory}", time.time())
    if alive and (queue := slurm.summary(slurm.jobs_of(Path.cwd()))):
        yield f"Slurm: {queue}"


def describe(run: Run, alive: bool, name: str, now: float) -> Iterator[str]:
    """Yield the lines that describe the status of a run."""
    yield f"{name}: {_headline(run, alive, now)}"
    yield f"{'stage':24} {'done':>13} {'running':>8} {'failed':>7} {'waiting':>8}"
    for rule, counts in run.stages().items():
        yield _row(rule, counts)
    failed = run.failed()
    for job in failed[:FAILURES_SHOWN]:
        said = last_line(job, run.started(job.id))
        yield f"failed: {job.rule} {job.name}: {said}"
        yield f"        {job.log}"
    if len(failed) > FAILURES_SHOWN:
        yield f"and {len(failed) - FAILURES_SHOWN} more"
    if lost := run.lost():
        yield f"{len(lost)} results were deleted since, such as {lost[0]}"


def duration(seconds: float) -> str:
    """Return a time in a readable unit: ``45 s``, ``12 min``, ``3.4 h``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def last_line(job: Job, started: float = 0.0) -> str:
    """Return the last line of a job's log, which has its error.

    A log from before the job ``started`` is that of an earlier attempt.
    """
    try:
        lines = Path(job.log).read_text(errors="replace").split("\n")
        if Path(job.log).stat().st_mtime < started - CLOCKS_DIFFER_S:
            return "it has no log: it did not start"
    except OSError:
        return "it has no log"
    return next((line for line in reversed(lines) if line.strip()), "its log is empty")


def _headline(run: Run, alive: bool, now: float) -> str:
    if run.is_done():
        return "finished" if not run.lost() else "finished, but results are missing"
    if not alive:
        return f"stopped (was {run.plan.who()}); `make recover` continues it"
    left_s = run.left_s(now)
    left = "time left not known yet" if left_s is None else f"{duration(left_s)} left"
    return f"running ({run.plan.who()}), {left}"


def _row(rule: str, counts: Counter[State]) -> str:
    done = f"{counts[State.DONE]} of {counts.total()}"
    rest = (counts[s] or "" for s in (State.RUNNING, State.FAILED, State.WAITING))
    return "{:24} {:>13} {:>8} {:>7} {:>8}".format(rule, done, *rest).rstrip()

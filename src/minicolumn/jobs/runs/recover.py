"""Continue an interrupted run: python -m minicolumn.jobs.runs.recover [run].

This is safe at any time: it changes nothing while a run is alive, and deletes only
damaged files of a finished run.
"""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from minicolumn.errors import MinicolumnError
from minicolumn.files.seal import read_sealed
from minicolumn.jobs.runs import slurm
from minicolumn.jobs.runs.journal import RunInProgressError, journal_of, read
from minicolumn.jobs.runs.status import RESULTS, named_or_latest

# Repeating these arguments would repeat finished work.
FORCING = {"-f", "--force", "-F", "--forceall", "-R", "--forcerun"}
# By suffix, what reads a file and raises a `MinicolumnError` if it is damaged.
CHECKS: dict[str, Callable[[Path], object]] = {".parquet": read_sealed}


def main() -> None:
    """Recover the run named on the command line, or the last one."""
    try:
        arguments = recover(named_or_latest(__doc__))
    except MinicolumnError as error:
        sys.exit(str(error))
    if FORCING & set(arguments):
        sys.exit(
            "Ready. The command forces work that is finished, so repeat it yourself if "
            "you want that"
        )
    sys.exit(_snakemake(*arguments))


def recover(directory: Path) -> list[str]:
    """Clean up after a killed run; return the arguments for Snakemake.

    Raises
    ------
    RunInProgressError
        If a run of this checkout is alive: unlocking would unlock that run, too.
    """
    refuse_while_running()
    plan = read(directory)[0].plan
    orphans = slurm.jobs_of(Path.cwd())
    if orphans:
        print(f"Canceling jobs left in Slurm: {slurm.summary(orphans)}", flush=True)
        slurm.cancel(orphans)
    for path in damaged_files(directory):
        print(f"Deleting {path}: it is damaged and will be made again", flush=True)
        path.unlink()
    arguments = list(plan.arguments)
    print(f"Continuing: snakemake {shlex.join(arguments)}", flush=True)
    _snakemake(*arguments, "--unlock")
    return arguments


def refuse_while_running() -> None:
    """Raise `RunInProgressError` if any run of this checkout is alive."""
    for journal in RESULTS.glob(str(journal_of(Path("*")))):
        run, alive = read(journal.parents[1])
        if alive:
            raise RunInProgressError(
                f"{journal.parents[1]} is being made by {run.plan.who()}. Wait for "
                "it, or stop it there (Ctrl-C), then run this command again"
            )


def damaged_files(directory: Path) -> list[Path]:
    """Return the files of a run whose content is not what was written."""
    return [path for path in sorted(directory.rglob("*")) if _is_damaged(path)]


def _is_damaged(path: Path) -> bool:
    try:
        CHECKS.get(path.suffix, str)(path)
    except MinicolumnError:
        return True
    return False


def _snakemake(*arguments: str) -> int:
    command = [sys.executable, "-m", "snakemake", *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    main()

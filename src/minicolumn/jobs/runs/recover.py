"""Bring an interrupted run back to going: python -m minicolumn.jobs.runs.recover [run].

Safe to say at any time: it touches nothing of a run that goes on, and of a finished one
only damaged files.
"""

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from minicolumn.errors import MinicolumnError, UnreadableTableError
from minicolumn.files.seal import read_sealed
from minicolumn.jobs.runs import slurm
from minicolumn.jobs.runs.journal import RunGoesOnError, journal_of, read
from minicolumn.jobs.runs.status import RESULTS, latest

# Saying these again would do finished work again.
FORCING = {"-f", "--force", "-F", "--forceall", "-R", "--forcerun"}


def main() -> None:
    """Recover the run named on the command line, or the last one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", help="its name, as in config.yaml")
    try:
        directory = latest(parser.parse_args().run)
        arguments = recover(directory)
    except MinicolumnError as error:
        sys.exit(str(error))
    if FORCING & set(arguments):
        sys.exit(
            "Ready; but the command forces work, so say it yourself if you mean it"
        )
    sys.exit(_snakemake(*arguments))


def recover(directory: Path) -> list[str]:
    """Clear away what a killed run left; return what to call Snakemake with.

    Raises
    ------
    RunGoesOnError
        If a run of this checkout is alive: unlocking would unlock that one too.
    """
    refuse_while_running()
    plan = read(directory)[0].plan
    orphans = slurm.jobs_of(Path.cwd())
    if orphans:
        print(f"Cancelling what Slurm still has: {slurm.summary(orphans)}", flush=True)
        slurm.cancel(orphans)
    for path in damaged_tables(directory):
        print(f"Deleting {path}: it is damaged and will be made anew", flush=True)
        path.unlink()
    arguments = list(plan.arguments)
    print(f"Going on with: snakemake {shlex.join(arguments)}", flush=True)
    _snakemake(*arguments, "--unlock")
    return arguments


def refuse_while_running() -> None:
    """Raise `RunGoesOnError` if any run of this checkout is alive."""
    for journal in RESULTS.glob(str(journal_of(Path("*")))):
        run, goes_on = read(journal.parents[1])
        if goes_on:
            raise RunGoesOnError(
                f"{journal.parents[1]} is being made by {run.plan.who()}. Wait for "
                "it, or stop it there (Ctrl-C), then say this again"
            )


def damaged_tables(directory: Path) -> list[Path]:
    """Return the tables of a run whose content is not what was written."""
    return [path for path in sorted(directory.rglob("*.parquet")) if _damaged(path)]


def _damaged(path: Path) -> bool:
    try:
        read_sealed(path)
    except UnreadableTableError:
        return True
    return False


def _snakemake(*arguments: str) -> int:
    command = [sys.executable, "-m", "snakemake", *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    main()

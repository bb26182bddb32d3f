"""When a run was started, by which code and command: what its banner says."""

import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple, Self

from minicolumn.jobs.runs.journal import NoJournalError, read


class Start(NamedTuple):
    """When and how a run was started; empty where that is not known.

    Attributes
    ----------
    date
        The day, such as 2026-11-27.
    commit
        Of the checkout of the workflow; with a plus sign if files were changed.
    command
        With names of files instead of paths, which concern machines and people.
    """

    date: str = ""
    commit: str = ""
    command: str = ""

    @classmethod
    def of(cls, results: Path, checkout: Path) -> Self:
        """Return what the journal of a run and its checkout say."""
        commit = _git(checkout, "describe", "--always", "--dirty=+", "--exclude=*")
        try:
            plan = read(results)[0].plan
        except NoJournalError:
            return cls(commit=commit)
        date = time.strftime("%Y-%m-%d", time.localtime(plan.started))
        return cls(date, commit, without_paths(plan.arguments))


def without_paths(arguments: tuple[str, ...]) -> str:
    """Return a command line of Snakemake without directories and addresses.

    Examples
    --------
    >>> without_paths(("--cores", "2", "--configfile", "/home/someone/demo.yaml"))
    'snakemake --cores 2 --configfile demo.yaml'
    """
    return " ".join(["snakemake", *(re.sub(r"[^\s=]*/", "", one) for one in arguments)])


def _git(checkout: Path, *arguments: str) -> str:
    try:
        run = subprocess.run(
            ["git", "-C", str(checkout), *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return ""
    return run.stdout.strip()

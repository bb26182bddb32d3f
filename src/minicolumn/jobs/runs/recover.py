"""Continue an interrupted run.

This is safe at any time: it changes nothing while a run is alive, and deletes only
damaged files of a finished run.
"""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from minicolumn.errors import MinicolumnError, UnreadableDocumentError
from minicolumn.files.documents import read_values
from minicolumn.files.models import WEIGHTS, check_model
from minicolumn.files.origin import MANIFEST, beside, is_sealed
from minicolumn.files.seal import read_sealed, sha256_of
from minicolumn.files.unfinished import finished, leftovers
from minicolumn.jobs.runs import slurm
from minicolumn.jobs.runs.journal import RunInProgressError, journal_of, read
from minicolumn.jobs.runs.status import RESULTS

# Repeating these arguments would repeat finished work.
FORCING = {"-f", "--force", "-F", "--forceall", "-R", "--forcerun"}


class ForcedError(MinicolumnError):
    """A command would repeat finished work."""


def resume(directory: Path) -> int:
    """Clean up after a killed run and continue it; return Snakemake's exit status.

    Raises
    ------
    RunInProgressError
        As `recover`.
    ForcedError
        If the run was told to repeat finished work.
    """
    arguments = recover(directory)
    if FORCING & set(arguments):
        raise ForcedError(
            "Ready. The command forces work that is finished, so repeat it yourself if "
            "you want that"
        )
    return _snakemake(*arguments)


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
    for path in leftovers(directory):
        print(f"Deleting {path}: a killed job left it", flush=True)
        _delete(path)
    for path in damaged_files(directory):
        print(f"Deleting {path}: it is damaged and will be made again", flush=True)
        _delete(path)
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
    """Return the files and models whose content is not what was written."""
    return [path for path, check in _checks(directory) if _is_damaged(path, check)]


def _checks(directory: Path) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Yield all results that have a seal, each with what raises if it is damaged."""
    for path in finished(directory):
        if path.name == MANIFEST and _is_of_a_model(path):
            yield path.parent, check_model
        elif path.suffix == ".parquet":
            yield path, read_sealed
        elif path.suffix == ".json" and is_sealed(path):
            yield path, read_values
        elif beside(path).exists():
            yield path, _check_beside


def _is_of_a_model(manifest: Path) -> bool:
    """Tell a model from the cache of AllenSDK, which has a file of that name, too."""
    return is_sealed(manifest) or manifest.with_name(WEIGHTS).exists()


def _check_beside(path: Path) -> None:
    """Compare a file with the digest that lies beside it, such as that of a session."""
    if read_values(beside(path))["sha256"] != sha256_of(path):
        raise UnreadableDocumentError(f"{path} is not what was written")


def _is_damaged(path: Path, check: Callable[[Path], object]) -> bool:
    try:
        check(path)
    except MinicolumnError:
        return True
    return False


def _delete(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _snakemake(*arguments: str) -> int:
    command = [sys.executable, "-m", "snakemake", *arguments]
    return subprocess.run(command, check=False).returncode

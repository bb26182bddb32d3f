"""Output of a run: a short plan, its progress, and every error in full.

This is a logger plugin of Snakemake, enabled by profiles/default. It also keeps the
run's journal, and checks configurations before Snakemake reads them. On a terminal, it
draws one progress bar per stage. In a file, it writes only the plan, errors, and one
line for each tenth of the work. ``-p`` or ``--verbose`` restore Snakemake's own output.
"""

import sys
from logging import LogRecord
from pathlib import Path
from typing import Any

from snakemake.common import get_appdirs
from snakemake.logging import DefaultFormatter, logger as of_snakemake
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from tqdm import tqdm

import minicolumn

OWN, FOUND = Path(__file__).parents[1], Path(str(minicolumn.__file__)).parents[1]
try:
    from minicolumn.jobs.runs import journal
    from minicolumn.jobs.runs.places import PlaceError, check_places
    from minicolumn.jobs.runs.run import State
    from snakemake_logger_plugin_minicolumn.bars import Bars
    from snakemake_logger_plugin_minicolumn.commands import in_one_sentence
    from snakemake_logger_plugin_minicolumn.failures import failure
except ImportError:
    if FOUND == OWN:
        raise
    sys.exit(
        f"minicolumn is imported from {FOUND}, and is another version than that of "
        f"{OWN}: unset PYTHONPATH, or remove the other"
    )

_DETAILS = {
    LogEvent.WORKFLOW_STARTED,
    LogEvent.JOB_INFO,
    LogEvent.JOB_STARTED,
    LogEvent.JOB_FINISHED,
    LogEvent.GROUP_INFO,
    LogEvent.SHELLCMD,
    LogEvent.RESOURCES_INFO,
    LogEvent.RULEGRAPH,
    LogEvent.PROGRESS,
}
# Messages of Snakemake and its Slurm plugin at every start that the plan makes
# redundant. Accounts: without one the plugin guesses, with a command that never works.
_CHATTER = (
    "Using workflow specific profile",
    "Using profile",
    "Config file ",
    "Assuming unrestricted shared filesystem",
    "host:",
    "Building DAG of jobs",
    "Using shell:",
    "Provided cores:",
    "Provided remote nodes:",
    "Rules claiming more threads",
    "Select jobs to execute",
    "Execute ",
    "Job rate limit reached",
    "Complete log(s):",
    "This was a dry-run",
    "Some jobs were triggered by provenance information",  # the plan names the setting
    "Rules with provenance triggered jobs:",
    "Reasons:",
    "No SLURM account given",
    "No account was given",
    "Unable to guess SLURM account",
    "Cleaning up SLURM log files",
)
# Files of Snakemake that it makes before it reads the Snakefile.
_SNAKEMAKES_OWN = (
    Path(get_appdirs().user_cache_dir) / "snakemake",
    Path(".snakemake") / "locks" / "0.input.lock",
)
_SUBMITTED = "has been submitted with SLURM jobid"  # squeue and failures tell it, too
_LOCKED = (
    "`make status` tells whose run holds the lock, and whether it is alive. If it is "
    "not, `make recover` continues it; --unlock is not needed."
)

# Snakemake imports its plugins first of all, and reads the command before it uses them.
of_snakemake.addFilter(in_one_sentence)


class LogHandler(LogHandlerBase):
    """Writes to stderr; see the module's description."""

    # It is the only stream handler, selects what to show, and uses Snakemake's format.
    writes_to_stream = has_filter = has_formatter = True  # pyright: ignore
    writes_to_file = needs_rulegraph = False  # pyright: ignore

    def __post_init__(self) -> None:
        """Prepare for a run."""
        try:
            check_places(_SNAKEMAKES_OWN)
        except PlaceError as error:
            sys.exit(str(error))
        settings = self.common_settings
        self.details = settings.verbose or settings.printshellcmds
        self.setFormatter(
            DefaultFormatter(settings.quiet, settings.show_failed_logs)  # pyright: ignore
        )
        self.bars = Bars() if sys.stderr.isatty() else None
        self.planned = False
        self.tenth = 0

    def emit(self, record: LogRecord) -> None:
        """Show the record, or update the progress."""
        try:
            self._show(record)
        except Exception:  # a record that cannot be shown must not stop the log
            self.handleError(record)

    def _show(self, record: LogRecord) -> None:
        event = getattr(record, "event", None)
        self._note(event, record.__dict__)
        if event == LogEvent.RUN_INFO:
            if self.planned and not self.details:
                return  # a dry run repeats it
            self.planned = True
        if event == LogEvent.JOB_ERROR and not self.details:
            self._say(self._failure(record.__dict__))
        elif self.details or (event not in _DETAILS and not _is_chatter(record)):
            self._say(self.format(record))
        if getattr(record, "exception", None) == "LockException":
            self._say(_LOCKED)

    def _note(self, event: Any, record: dict[str, Any]) -> None:
        """Update the journal, and show it."""
        book = journal.current()
        if book is None:
            return
        if event == LogEvent.JOB_STARTED:
            book.note(State.RUNNING, record["jobs"])
        elif event == LogEvent.JOB_FINISHED:
            book.note(State.DONE, [record["job_id"]])
        elif event == LogEvent.JOB_ERROR:
            book.note(State.FAILED, [record["jobid"]])
        else:
            return
        if self.bars is not None:
            self.bars.show(book.run)
        elif event == LogEvent.JOB_FINISHED:
            self._tell_tenths(*book.run.progress())

    def _failure(self, record: dict[str, Any]) -> str:
        book, job = journal.current(), record["jobid"]
        jobs = book.run.plan.jobs if book else ()
        name = next((known.name for known in jobs if known.id == job), f"job {job}")
        return failure(record, name, book.run.started(job) if book else 0.0)

    def _tell_tenths(self, done: int, total: int) -> None:
        if done * 10 // total > self.tenth:
            self.tenth = done * 10 // total
            self._say(f"{done} of {total} jobs done")

    def _say(self, message: str) -> None:
        if message.strip():
            tqdm.write(message.rstrip(), file=sys.stderr)

    def close(self) -> None:
        """Finish the bars."""
        if self.bars is not None:
            self.bars.close()
        super().close()


def _is_chatter(record: LogRecord) -> bool:
    quietness = getattr(record, "quietness", None)
    if quietness in (Quietness.REASON, Quietness.HOST):
        return True
    message = str(record.msg).lstrip()
    return message.startswith(_CHATTER) or _SUBMITTED in message

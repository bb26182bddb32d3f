"""What a run looks like: a short plan, one progress line, and every error in full.

A plugin of Snakemake's logger, switched on by profiles/default. On a terminal it draws
a bar with the jobs and shards done and the time left; in a file it is quiet but for the
plan, errors and one line for each tenth of the work. ``-p`` or ``--verbose`` bring
back everything that Snakemake says by itself.
"""

import sys
from logging import LogRecord
from typing import Any

from snakemake.logging import DefaultFormatter
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from tqdm import tqdm

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
# Said by Snakemake at every start, of use to nobody who reads the plan.
_CHATTER = (
    "Using workflow specific profile",
    "Config file ",
    "Assuming unrestricted shared filesystem",
    "host:",
    "Building DAG of jobs",
    "Using shell:",
    "Provided cores:",
    "Rules claiming more threads",
    "Select jobs to execute",
    "Execute ",
    "Complete log(s):",
    "This was a dry-run",
    "Reasons:",
)
SHARD_RULE = "simulate_shard"


class LogHandler(LogHandlerBase):
    """Writes to stderr; see the module."""

    @property
    def writes_to_stream(self) -> bool:
        """It is the one stream handler."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """It is none."""
        return False

    @property
    def has_filter(self) -> bool:
        """It chooses what to show itself."""
        return True

    @property
    def has_formatter(self) -> bool:
        """It brings Snakemake's formatter along."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """It draws no graph."""
        return False

    def __post_init__(self) -> None:
        """Prepare for a run."""
        settings = self.common_settings
        self.details = settings.verbose or settings.printshellcmds
        self.setFormatter(
            DefaultFormatter(settings.quiet, settings.show_failed_logs)  # pyright: ignore
        )
        self.terminal = sys.stderr.isatty()
        self.bar: Any = None
        self.planned = False
        self.rule_of_job: dict[int, str] = {}
        self.shards = 0
        self.shards_done = 0
        self.tenth = 0

    def emit(self, record: LogRecord) -> None:
        """Show the record, or let it move the bar."""
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self.rule_of_job[record.__dict__["jobid"]] = record.__dict__["rule_name"]
        elif event == LogEvent.JOB_FINISHED:
            rule = self.rule_of_job.get(record.__dict__["job_id"])
            self.shards_done += rule == SHARD_RULE
        elif event == LogEvent.RUN_INFO:
            if self.planned and not self.details:
                return  # a dry run says it twice
            self.planned = True
            self.shards = (record.__dict__.get("stats") or {}).get(SHARD_RULE, 0)
        elif event == LogEvent.PROGRESS:
            self._progress(record.__dict__["done"], record.__dict__["total"])
        if self.details or (event not in _DETAILS and not _is_chatter(record)):
            self._say(self.format(record))

    def _say(self, message: str) -> None:
        if message.strip():
            tqdm.write(message.rstrip(), file=sys.stderr)

    def _progress(self, done: int, total: int) -> None:
        if self.terminal:
            if self.bar is None:
                self.bar = tqdm(total=total, unit="job", dynamic_ncols=True)
            self.bar.total = total
            self.bar.set_postfix_str(f"{self.shards_done} of {self.shards} shards")
            self.bar.update(done - self.bar.n)
        elif done * 10 // total > self.tenth:
            self.tenth = done * 10 // total
            shards = f", {self.shards_done} of {self.shards} shards"
            self._say(f"{done} of {total} jobs done{shards if self.shards else ''}")

    def close(self) -> None:
        """Finish the bar."""
        if self.bar is not None:
            self.bar.close()
        super().close()


def _is_chatter(record: LogRecord) -> bool:
    quietness = getattr(record, "quietness", None)
    if quietness in (Quietness.REASON, Quietness.HOST):
        return True
    return str(record.msg).lstrip().startswith(_CHATTER)

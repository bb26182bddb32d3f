"""Messages about failed jobs: which job, why, and where its logs are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicolumn.jobs.runs.status import CLOCKS_DIFFER_S

LINES_SHOWN = 40
_ADVICE = " (check log file(s) for error details)"
# How a job's own log marks errors, and how other programs do.
_OWN_ERROR = " ERROR "
_OF_SLURM = "CANCELLED"  # as Slurm spells it
_OTHER_ERROR = ("error:", "error ", "killed", _OF_SLURM.lower(), "traceback")
_NOISE = ("Error in rule", "Exiting because a job execution failed", "cpu binding")


def failure(record: Mapping[str, Any], name: str, started: float = 0.0) -> str:
    """Return the message about a failed job, whose ``name`` is unique in its rule.

    It shows the job's own log, which ends with the error. A killed job cannot log its
    error; then the message shows the cluster's log. ``record`` is Snakemake's: rule,
    message, logs. A log from before the job ``started`` is of an earlier attempt.
    """
    logs = [log.removesuffix(_ADVICE) for log in record["log"]]
    heading = f"{record['rule_name']} {name} failed"
    if message := record["rule_msg"]:
        # Without the advice of the Slurm plugin.
        heading += f": {message.partition(' Detailed failure reason')[0].strip()}"
    lines = [line for log in logs[:1] for line in _lines(log, started)]
    if not any(_OWN_ERROR in line for line in lines):
        lines += [line for log in logs[1:] for line in _lines(log) if _tells(line)]
    shown = [f"  {line}" for line in lines[-LINES_SHOWN:]]
    return "\n".join([heading, *shown, *(f"  log: {log}" for log in logs)])


def _lines(log: str, started: float = 0.0) -> list[str]:
    try:
        if Path(log).stat().st_mtime < started - CLOCKS_DIFFER_S:
            return []
        text = Path(log).read_text(errors="replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _tells(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in _OTHER_ERROR) and not any(
        noise in line for noise in _NOISE
    )

"""What is said of a job that failed: who, why, and where more stands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

LINES_SHOWN = 40
# How a job's log marks its own last word, and how the rest of the world does.
_OWN_ERROR = " ERROR "
_FOREIGN_ERROR = ("error:", "error ", "killed", "canceled", "traceback")
_NOISE = ("Error in rule", "Exiting because a job execution failed", "cpu binding")


def failure(said: Mapping[str, Any], name: str) -> str:
    """Return what to say of a job that failed.

    The job's own log is shown, since it ends in the error. A job that was killed could
    not write one: then the cluster's log tells.

    Parameters
    ----------
    said
        What Snakemake's logger says of the job: rule, message, logs.
    name
        What tells the job from others of its rule.
    """
    logs = [_path(log) for log in said["log"]]
    heading = f"{said['rule_name']} {name} failed"
    if said["rule_msg"]:
        heading += f": {_first_sentences(said['rule_msg'])}"
    lines = [line for log in logs[:1] for line in _lines(log)]
    if not any(_OWN_ERROR in line for line in lines):
        lines += [line for log in logs[1:] for line in _lines(log) if _tells(line)]
    shown = [f"  {line}" for line in lines[-LINES_SHOWN:]]
    return "\n".join([heading, *shown, *(f"  log: {log}" for log in logs)])


def _first_sentences(message: str) -> str:
    """Return the plugin's message without its advice."""
    return message.partition(" Detailed failure reason")[0].strip()


def _lines(log: str) -> list[str]:
    try:
        text = Path(log).read_text(errors="replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _path(log: str) -> str:
    return log.removesuffix(" (check log file(s) for error details)")


def _tells(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in _FOREIGN_ERROR) and not any(
        noise in line for noise in _NOISE
    )

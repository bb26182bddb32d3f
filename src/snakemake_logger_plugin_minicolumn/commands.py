"""Commands that Snakemake cannot read: one sentence in place of a traceback.

Snakemake reads ``--configfile`` and ``--config`` before it parses the Snakefile, and
prints the traceback of what fails there. Both options take all words up to the next
option, so a target behind them is one of their values.
"""

import logging
import sys
from pathlib import Path
from types import FrameType, TracebackType

from minicolumn.errors import ConfigError
from minicolumn.yaml_files import check_yaml

_YAML = {".yaml", ".yml", ".json"}
_TARGETS = "targets come first, or after two dashes: snakemake --configfile X -- TARGET"


def in_one_sentence(record: logging.LogRecord) -> bool:
    """Replace the traceback of a command that cannot be read; a filter of logs."""
    error = sys.exc_info()[1]
    if record.levelno >= logging.ERROR and error is not None:
        record.msg = _sentence(error) or record.msg
    return True


def _sentence(error: BaseException) -> str:
    if frame := _frame(error.__traceback__, "load_configfile"):
        return _of_file(str(frame.f_locals["configpath"]), error)
    if frame := _frame(error.__traceback__, "parse_config"):
        return _of_value(str(frame.f_locals["entry"]))
    return ""


def _frame(traceback: TracebackType | None, function: str) -> FrameType | None:
    """Return the frame of a function of Snakemake in which something was raised."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_name == function and "snakemake" in Path(code.co_filename).parts:
            return traceback.tb_frame
        traceback = traceback.tb_next
    return None


def _of_file(path: str, error: BaseException) -> str:
    if Path(path).suffix not in _YAML:
        return f"--configfile: {path!r} is no YAML file; {_TARGETS}"
    if not Path(path).exists():
        return f"--configfile: there is no file {path} in {Path.cwd()}: correct it"
    try:
        check_yaml(path)
    except ConfigError as known:
        return str(known)
    return f"--configfile: {path} is no configuration: {error}"


def _of_value(entry: str) -> str:
    key, is_pair, value = entry.partition("=")
    if not is_pair:
        return f"--config: {entry!r} is not of the form KEY=VALUE; {_TARGETS}"
    section, *keys = key.split(".")
    nested = value
    for inner in reversed(keys):
        nested = f"{{{inner}: {nested}}}"
    return (
        f"--config: {key!r} is no key of the configuration: give a section as YAML, "
        f"such as --config '{section}={nested if keys else '{KEY: VALUE}'}'"
    )

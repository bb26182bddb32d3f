"""Commands that Snakemake cannot read: one sentence in place of a traceback.

Snakemake reads ``--configfile`` and ``--config`` before it parses the Snakefile, and
merges configurations into each other: what fails there, as does a file that contains
itself, is a traceback. Both options take all words up to the next option, so a target
behind them is one of their values. Configurations are checked from the import of this
module on.
"""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from snakemake.common import configfile

from minicolumn.errors import ConfigError
from minicolumn.yaml_files import read_yaml

_YAML = {".yaml", ".yml", ".json"}
_TARGETS = "targets come first, or after two dashes: snakemake --configfile X -- TARGET"


def checked(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return Snakemake's reader of configurations, with a check before it."""

    @wraps(load)
    def read(path: Any, *arguments: Any, **settings: Any) -> Any:
        if isinstance(path, str | Path) and (fault := _fault_of(Path(path))):
            sys.exit(fault)
        return load(path, *arguments, **settings)

    return read


configfile._load_configfile = checked(configfile._load_configfile)


def _fault_of(path: Path) -> str:
    if path.suffix not in _YAML:
        return f"--configfile: {str(path)!r} is no YAML file; {_TARGETS}"
    if not path.exists():
        return f"--configfile: there is no file {path} in {Path.cwd()}: correct it"
    try:
        read_yaml(path)
    except ConfigError as error:
        return str(error)
    return ""


def in_one_sentence(record: logging.LogRecord) -> bool:
    """Replace the traceback of a ``--config`` that cannot be read; a filter of logs."""
    trace = sys.exc_info()[2] if record.levelno >= logging.ERROR else None
    if frame := _frame(trace, "parse_config"):
        record.msg = _of_value(str(frame.f_locals["entry"]))
    return True


def _frame(traceback: TracebackType | None, function: str) -> FrameType | None:
    """Return the frame of a function of Snakemake in which something was raised."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_name == function and "snakemake" in Path(code.co_filename).parts:
            return traceback.tb_frame
        traceback = traceback.tb_next
    return None


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

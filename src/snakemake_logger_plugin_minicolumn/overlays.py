"""Configurations are checked before Snakemake reads them, by importing this module.

Snakemake merges the files of ``--configfile`` when it reads its command line, before
the Snakefile: one that contains itself ended there, in a traceback of a thousand calls.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from snakemake.common import configfile

from minicolumn.errors import ConfigError
from minicolumn.files.yaml_files import check_yaml


def checked(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return Snakemake's reader of configurations, with `check_yaml` before it."""

    @wraps(load)
    def read(path: Any, *arguments: Any, **settings: Any) -> Any:
        if isinstance(path, str | Path):
            try:
                check_yaml(path)
            except ConfigError as error:
                sys.exit(str(error))
        return load(path, *arguments, **settings)

    return read


configfile._load_configfile = checked(configfile._load_configfile)

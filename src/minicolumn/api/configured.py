"""The configuration of a run, for scripts and notebooks."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minicolumn.errors import ExtensionError
from minicolumn.registry.loading import NAMES_ARE_FIXED_BY, loaded
from minicolumn.registry.lookup import announce
from minicolumn.yaml_files import read_yaml

if TYPE_CHECKING:
    from minicolumn.config import Config


def read_config(*overlays: str | Path, base: str | Path = "config.yaml") -> "Config":
    """Return the configuration that the workflow would use.

    Parameters
    ----------
    *overlays
        Files that change some of it, such as ``"demo.yaml"``; the last one wins, as
        with ``--configfile``.
    base
        The whole configuration.

    Raises
    ------
    ConfigError
        If a file cannot be read or a value is not valid.

    Examples
    --------
    >>> read_config("demo.yaml").circuits.count
    96
    """
    files = [read_yaml(one) for one in (base, *overlays)]
    named = [one["extensions"] for one in files if "extensions" in one]
    load_extensions(named[-1] if named else [])
    from minicolumn.config.settings import settings_of

    return config_of(settings_of(*files))


def config_of(values: Mapping[str, Any]) -> "Config":
    """Return a configuration from plain values, once its extensions are loaded.

    Raises
    ------
    ConfigError
        If a value is not valid, or an extension cannot be used.
    """
    load_extensions(values.get("extensions", []))
    from minicolumn.config import parse_config

    return parse_config(dict(values))


def load_extensions(files: Any) -> None:
    """Load the files in which names are added, while that is still possible.

    Raises
    ------
    ExtensionError
        If a file cannot be used, or names have been fixed without it.
    """
    wanted = [str(Path(one).absolute()) for one in files]
    fixed = any(module in sys.modules for module in NAMES_ARE_FIXED_BY)
    if fixed and wanted != (loaded.files or []):
        raise ExtensionError(
            f"this process knows the names of {loaded.files or 'no extension'} and is "
            f"asked for those of {wanted or 'none'}: names are fixed once, so read the "
            "configuration or open the run first, in another process or after "
            "restarting the kernel"
        )
    announce(files)

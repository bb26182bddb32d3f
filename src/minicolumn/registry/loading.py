"""Running the files in which users register things, once in every process."""

import importlib.util
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from minicolumn.errors import ExtensionError

VARIABLE = "MINICOLUMN_EXTENSIONS"
"""The environment variable that holds the paths of the files, as JSON."""

NAMES_ARE_FIXED_BY = (
    "minicolumn.circuits.family",
    "minicolumn.circuits.mechanisms",
    "minicolumn.statistics.names",
    "minicolumn.surrogates.names",
    "minicolumn.config.circuits",
)
"""These modules read all names once, when they are imported."""


@dataclass
class Loaded:
    """What has been run in this process, and what is being run."""

    files: list[str] | None = None
    current: Path | None = None


loaded = Loaded()


def load() -> bool:
    """Run the files that the environment names; return whether there was any to run.

    Raises
    ------
    ExtensionError
        If a file is not there or fails, or others were run before.
    """
    files = json.loads(os.environ.get(VARIABLE, "[]"))
    if files == loaded.files:
        return False
    if loaded.files:
        raise ExtensionError(
            f"this process has loaded {loaded.files} and is asked for {files}: names "
            "are fixed once, so start another process"
        )
    try:
        for place, loaded.current in enumerate(map(Path, files)):
            _run(loaded.current, f"minicolumn_extension_{place}")
    finally:
        loaded.current = None
    loaded.files = files
    return bool(files)


def files_of(path: Path) -> list[Path]:
    """Return the Python files of an extension: itself, or all of its folder."""
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _run(path: Path, module_name: str) -> None:
    file = path / "__init__.py" if path.is_dir() else path
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ExtensionError(
            f"extensions names {path}, which is no Python file and no folder with an "
            "__init__.py: correct the path"
        )
    module = importlib.util.module_from_spec(spec)
    # Other files of a folder are found by their dotted names.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except ExtensionError:
        raise
    except Exception as error:
        raise ExtensionError(
            f"{path} cannot be loaded: {type(error).__name__}: {error}. Every job "
            "loads it, in both environments: correct it, and import what is heavy "
            "inside the functions that need it"
        ) from error

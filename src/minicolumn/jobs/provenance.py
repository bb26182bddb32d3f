"""Provenance of a result: versions of packages, and the machine."""

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ABSENT = "not installed"


def versions(*packages: str) -> dict[str, str]:
    """Return the installed version of each package, and of Python."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ABSENT
    return found


def installed_name(*names: str) -> str:
    """Return the name under which a package with several names is installed.

    XGBoost, for example, is also published without its CUDA libraries, as
    ``xgboost-cpu``. If none is installed, return the first name.
    """
    found = versions(*names)
    return next((name for name in names if found[name] != ABSENT), names[0])


def machine() -> dict[str, Any]:
    """Return properties of this machine, without its name or user."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
    }


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.is_file() else ""
    found = re.search(r"^model name\s*: *(.+?) *$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or "unknown"

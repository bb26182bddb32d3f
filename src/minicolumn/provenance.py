"""Fingerprints of the code a result depends on, and of the machine that made it."""

import ast
import hashlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def code_digest(*sources: str) -> str:
    """Return a short hash of what the named modules, packages or scripts *do*.

    Comments, blank lines and docstrings do not change it, so that editing them reruns
    nothing.

    Parameters
    ----------
    sources
        Dotted names (a package stands for every module and template below it) or paths
        that end in ``.py``.

    Raises
    ------
    ValueError
        If a module is not there.
    """
    digest = hashlib.sha256()
    for source in sources:
        for path in _files(source):
            digest.update(path.name.encode() + _meaning(path))
    return digest.hexdigest()[:12]


def _files(source: str) -> list[Path]:
    if source.endswith(".py"):
        return [Path(source)]
    spec = find_spec(source)
    if spec is None or spec.origin is None:
        raise ValueError(f"cannot fingerprint {source!r}: no such module")
    origin = Path(spec.origin)
    if origin.name == "__init__.py":
        return sorted(p for p in origin.parent.rglob("*.*") if p.suffix in _SUFFIXES)
    return [origin]


def _meaning(path: Path) -> bytes:
    """Return what a file says to the machine."""
    if path.suffix != ".py":
        return path.read_bytes()
    return ast.dump(_without_docstrings(ast.parse(path.read_text()))).encode()


ABSENT = "not installed"
_SUFFIXES = {".py", ".j2"}  # code, and the templates of the report
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


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
    """Return the first of several names of one package that is installed.

    XGBoost, for one, is also published without its CUDA libraries, as ``xgboost-cpu``.
    If none is installed, return the first name.
    """
    found = versions(*names)
    return next((name for name in names if found[name] != ABSENT), names[0])


def machine() -> dict[str, Any]:
    """Return what is worth knowing about this machine, without its name or user."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
    }


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"

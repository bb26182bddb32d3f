"""A digest of the code behind a result: a script and everything that it imports."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

LIBRARY = Path(__file__).parents[1]
# Packages that store, check, and configure results, but do not determine them. The
# values of the configuration reach a job as parameters of its rule.
NOT_RESULTS = ("config", "errors", "files", "jobs", "registry")

_DATA = {".csv", ".j2"}  # part of a package, like its code


def code_digest(script: Path, extensions: Iterable[Path] = ()) -> str:
    """Return a short hash of what a script and everything that it imports *do*.

    Comments, blank lines, and docstrings do not change it, so editing them reruns
    nothing. ``extensions`` are files from outside the library that its result also
    depends on.
    """
    digest = hashlib.sha256()
    for path in (*closure(script), *extensions):
        digest.update(path.name.encode() + _meaning(path))
    return digest.hexdigest()[:12]


@cache
def closure(script: Path) -> tuple[Path, ...]:
    """Return the script and all library files that it imports, in a fixed order.

    This includes imports within functions and the data files of packages, but not the
    packages in `NOT_RESULTS`.
    """
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    packages = {path.parent for path in found if path.is_relative_to(LIBRARY)}
    data = {
        path
        for package in packages - {LIBRARY}
        for path in (*package.glob("*"), *package.glob("templates/*"))
        if path.suffix in _DATA
    }
    return (script, *sorted((found | data) - {script}))


def modules_behind(script: Path) -> list[str]:
    """Return the dotted names of the modules in the closure of a script."""
    behind = set(closure(script))
    return [module for module, path in _library().items() if path in behind]


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    """Return the files of the library that a file imports, directly or by registration.

    A registered object is a string ``"module:name"`` that is imported when it is used.
    """
    if path.suffix != ".py":
        return ()
    known = _library()
    names = set(chain.from_iterable(map(_named, ast.walk(_parsed(path)))))
    modules = names & known.keys()
    above = modules | (names & {LIBRARY.name})
    within = {f"{module}.{name}" for module in above for name in names} & known.keys()
    return tuple(known[module] for module in _with_packages(modules | within))


def _named(node: ast.AST) -> Iterator[str]:
    """Yield what a node may import: names, and modules in front of a colon."""
    match node:
        case ast.alias(name=name):
            yield name
        case ast.ImportFrom(module=str(name)):
            yield name
        case ast.Constant(value=str(text)) if ":" in text:
            yield text.partition(":")[0]
        case _:
            pass


def _with_packages(modules: Iterable[str]) -> set[str]:
    """Return modules and the packages that contain them, which are imported first."""
    parts = (module.split(".") for module in modules)
    return {".".join(one[:n]) for one in parts for n in range(2, len(one) + 1)}


@cache
def _library() -> dict[str, Path]:
    """Return the file of every module that results may depend on, by dotted name."""
    found = {}
    for path in LIBRARY.rglob("*.py"):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        package = parts[:-1] if parts[-1] == "__init__" else parts
        if package and package[0] not in NOT_RESULTS:
            found[".".join((LIBRARY.name, *package))] = path
    return found


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


@cache
def _meaning(path: Path) -> bytes:
    """Return the part of a file that determines what it does."""
    if path.suffix != ".py":
        return path.read_bytes()
    return repr(_plain(_parsed(path))).encode()


def _plain(node: Any) -> Any:
    """Return a part of a syntax tree as tuples, without docstrings and empty fields.

    Every version of Python has the same ones: its bytecode would make results of one
    version count as made by other code in the next.
    """
    if isinstance(node, list):
        return tuple(_plain(one) for one in node if not _is_docstring(one))
    if not isinstance(node, ast.AST):
        return node
    fields = ((name, _plain(value)) for name, value in ast.iter_fields(node))
    said = [(name, value) for name, value in fields if value not in (None, ())]
    return type(node).__name__, *said


def _is_docstring(node: Any) -> bool:
    """Whether a statement is a text alone, which does nothing wherever it is."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )

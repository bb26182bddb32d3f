"""A fingerprint of the code behind a result: a script and all that it imports."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType

LIBRARY = Path(__file__).parents[1]
# How results are kept, checked and asked for, and not what they are. The values of the
# configuration reach a job as parameters of its rule.
NOT_RESULTS = ("config", "errors", "files", "jobs", "registry")

_DATA = {".csv", ".j2"}  # beside the code of a package, and part of it


def code_digest(script: Path, extensions: Iterable[Path] = ()) -> str:
    """Return a short hash of what a script, and every import behind it, *does*.

    Comments, blank lines and docstrings do not change it, so that editing them reruns
    nothing.

    Parameters
    ----------
    script
        The script of a rule.
    extensions
        Files from outside that its result depends on as well.
    """
    digest = hashlib.sha256()
    for path in (*closure(script), *extensions):
        digest.update(path.name.encode() + _meaning(path))
    return digest.hexdigest()[:12]


@cache
def closure(script: Path) -> tuple[Path, ...]:
    """Return the script and the files of this library behind it, in a fixed order.

    Imports within functions count like any other, and so do the data files of a
    package. What `NOT_RESULTS` names is left out.
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
    """Return the files of the library that a file imports, by name or registered.

    What is registered stands as ``"module:name"`` and is imported once it is used.
    """
    if path.suffix != ".py":
        return ()
    known = _library()
    names = {name for code in _codes(_compiled(path)) for name in code.co_names}
    registered = {
        constant.partition(":")[0]
        for code in _codes(_compiled(path))
        for constant in code.co_consts
        if isinstance(constant, str) and constant.startswith(f"{LIBRARY.name}.")
    }
    modules = (names | registered) & known.keys()
    above = modules | (names & {LIBRARY.name})
    within = {f"{module}.{name}" for module in above for name in names} & known.keys()
    return tuple(known[module] for module in _with_packages(modules | within))


def _with_packages(modules: Iterable[str]) -> set[str]:
    """Return modules and all packages they lie in, which are imported on the way."""
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
def _compiled(path: Path) -> CodeType:
    """Return the code of a file: no comments, no places and, so optimized, no docs."""
    return compile(path.read_bytes(), "", "exec", optimize=2, dont_inherit=True)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and those of all functions and classes within."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def _meaning(path: Path) -> bytes:
    """Return what a file says to the machine."""
    if path.suffix != ".py":
        return path.read_bytes()
    return b"".join(_own_meaning(code) for code in _codes(_compiled(path)))


def _own_meaning(code: CodeType) -> bytes:
    constants = [
        # A set has no order of its own, and another one in every process.
        sorted(map(repr, one)) if isinstance(one, frozenset) else repr(one)
        for one in code.co_consts
        if not isinstance(one, CodeType)
    ]
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    counts = code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount
    said = repr((code.co_name, constants, names, counts, code.co_flags))
    return said.encode() + code.co_code + code.co_exceptiontable

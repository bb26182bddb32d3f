"""A digest of the code behind a result: a script and everything that it imports."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType

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
    names = {name for code in _codes(_compiled(path)) for name in code.co_names}
    registered = {
        constant.partition(":")[0]
        for code in _codes(_compiled(path))
        for constant in code.co_consts
        if isinstance(constant, str) and ":" in constant
    }
    modules = (names | registered) & known.keys()
    above = modules | (names & {LIBRARY.name})
    within = {f"{module}.{name}" for module in above for name in names} & known.keys()
    return tuple(known[module] for module in _with_packages(modules | within))


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
def _compiled(path: Path) -> CodeType:
    """Return the code of a file without comments, paths, and docstrings."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            # On one line, since the compiler marks lines without code, such as docs.
            vars(node).update(lineno=1, end_lineno=1, col_offset=0, end_col_offset=0)
    return compile(tree, "", "exec", optimize=2, dont_inherit=True)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and those of all functions and classes in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def _meaning(path: Path) -> bytes:
    """Return the part of a file that determines what it does."""
    if path.suffix != ".py":
        return path.read_bytes()
    return b"".join(_own_meaning(code) for code in _codes(_compiled(path)))


def _own_meaning(code: CodeType) -> bytes:
    constants = [
        # The order of a set differs between processes.
        sorted(map(repr, one)) if isinstance(one, frozenset) else repr(one)
        for one in code.co_consts
        if not isinstance(one, CodeType)
    ]
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    counts = code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount
    meaning = repr((code.co_name, constants, names, counts, code.co_flags))
    return meaning.encode() + code.co_code + code.co_exceptiontable

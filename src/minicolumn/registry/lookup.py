"""The registry: one list per kind, one record per entry."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeVar

from minicolumn.errors import ExtensionError
from minicolumn.registry.loading import VARIABLE, files_of, load, loaded
from minicolumn.registry.reserved import MATCHED_SUFFIX, RESERVED

Kind = Literal[
    "mechanism",
    "rival",
    "statistic",
    "surrogate",
    "distribution",
    "family",
    "recordings",
]
Scale = Literal["linear", "log", "sqrt"]
Units = Literal["all", "active"]
Domain = tuple[float, float]

# Importing these modules registers the built-ins, in the order of the tables.
HOMES: dict[Kind, str] = {
    "mechanism": "minicolumn.circuits.actions",
    "rival": "minicolumn.circuits.actions",
    "statistic": "minicolumn.statistics",
    "surrogate": "minicolumn.surrogates.architectures",
    "distribution": "minicolumn.circuits.distributions",
    "family": "minicolumn.circuits.family",
    "recordings": "minicolumn.recordings.readers",
}
# The module that calls the registered objects: results made with it depend on them.
USED_BY: dict[Kind, str] = {
    **HOMES,
    "mechanism": "minicolumn.circuits.acetylcholine",
    "rival": "minicolumn.mice.rivals",
    "statistic": "minicolumn.statistics.describe",
    "surrogate": "minicolumn.surrogates.models",
}
# A job whose wildcards name an entry of this kind depends on that entry alone.
WILDCARDS: dict[Kind, str] = {"mechanism": "mechanism", "surrogate": "architecture"}

# What names classes of mice together, so that a name is one class.
_CLASSES: frozenset[Kind] = frozenset({"mechanism", "rival"})

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PACKAGE = Path(__file__).parents[1]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Entry:
    """A registered object, built in or added by a user."""

    kind: Kind
    name: str  # in configuration, tables and report
    target: Any  # the function or class, or its dotted path, "module:name"
    file: Path  # that registers it
    about: Mapping[str, Any] = field(default_factory=dict)  # such as a unit

    @cached_property
    def is_built_in(self) -> bool:
        """Whether it belongs to the package."""
        return self.file.is_relative_to(_PACKAGE)

    @property
    def made(self) -> Any:
        """The function or class, imported if need be."""
        if not isinstance(self.target, str):
            return self.target
        module, _, name = self.target.partition(":")
        return getattr(import_module(module), name)


def announce(files: Iterable[str | Path]) -> None:
    """Load the files now, and hand them on to every process that this one starts.

    Raises
    ------
    ExtensionError
        If a file is not there, cannot be run, or registers a name that is taken.
    """
    if isinstance(files, str):
        raise ExtensionError(f"extensions={files!r} is no list: write [{files}]")
    os.environ[VARIABLE] = json.dumps([str(Path(path).absolute()) for path in files])
    _load()


def entries(kind: Kind) -> tuple[Entry, ...]:
    """Return the entries of one kind: built-ins, then those of users.

    Raises
    ------
    ExtensionError
        As for `announce`, or if a file that is being loaded imports a module that has
        to know all names.
    """
    if loaded.current is not None:
        raise ExtensionError(
            f"{loaded.current} imports parts of minicolumn at its top, which have to "
            "know everything that is added before they are imported: move these "
            "imports into the functions that need them"
        )
    _load()
    import_module(HOMES[kind])
    return tuple(one for one in (*_own.values(), *_added) if one.kind == kind)


def names(kind: Kind) -> tuple[str, ...]:
    """Return the names of one kind, in the order of `entries`.

    Examples
    --------
    >>> names("distribution")
    ('uniform', 'log', 'integer')
    """
    return tuple(one.name for one in entries(kind))


def entry(kind: Kind, name: str) -> Entry:
    """Return the entry of a name.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known names.
    """
    for one in entries(kind):
        if one.name == name:
            return one
    raise ValueError(f"{kind} {name!r} is unknown; known: {', '.join(names(kind))}")


def added() -> tuple[Entry, ...]:
    """Return what users have added, in the order of their files."""
    _load()
    return tuple(_added)


def extension_files(modules: Iterable[str], wildcards: dict[str, str]) -> list[Path]:
    """Return the users' files that the result of a job depends on.

    ``modules`` of this library are behind it, and ``wildcards`` are the job's: a shard
    of one mechanism does not depend on another.
    """
    behind = set(modules)
    _load()
    return [
        file
        for one in _added
        if USED_BY[one.kind] in behind
        and wildcards.get(WILDCARDS.get(one.kind, ""), one.name) == one.name
        for file in files_of(one.file)
    ]


_own: dict[tuple[Kind, str], Entry] = {}
_added: list[Entry] = []


def register(
    kind: Kind, name: str, at: str | None = None, **about: Any
) -> Callable[[Made], Made]:
    """Return the decorator with which a file registers an object.

    The object at the dotted path ``at`` is registered at once.

    Raises
    ------
    ExtensionError
        If the decorator is used without a name.
    """
    if not isinstance(name, str):
        called = getattr(name, "__name__", "mine")
        raise ExtensionError(
            f'@{kind} needs the name by which it is known: @{kind}("{called}")'
        )
    caller = Path(sys._getframe(2).f_code.co_filename)

    def keep(target: Any) -> Any:
        one = Entry(kind, name, target, caller, about)
        if one.is_built_in:
            _own[kind, name] = one
        else:
            _add(replace(one, file=loaded.current or caller))
        return target

    if at is not None:
        keep(at)
    return keep


def _add(one: Entry) -> None:
    """Add what a user registers."""
    if not _NAME.fullmatch(one.name):
        raise ExtensionError(
            f"{one.kind} {one.name!r}: a name has lower case letters, digits and "
            "single underscores, and begins with a letter"
        )
    if one.name in RESERVED or one.name.endswith(MATCHED_SUFFIX):
        raise ExtensionError(
            f"{one.file} adds the {one.kind} {one.name!r}, a name that tables or files "
            "use for something else: give it another name"
        )
    for known in _added:
        if known.name == one.name and known.kind in _alike(one.kind):
            raise ExtensionError(
                f"the {one.kind} {one.name!r} is added twice, by {known.file} and by "
                f"{one.file}: rename one"
            )
    _added.append(one)


def _alike(kind: Kind) -> frozenset[Kind]:
    """Return the kinds that share their names with this one."""
    return _CLASSES if kind in _CLASSES else frozenset({kind})


def _load() -> None:
    fixed = loaded.files
    try:
        if load():
            _refuse_taken()
    except ExtensionError:
        if not fixed:
            _added.clear()
            loaded.files = fixed
        raise


def _refuse_taken() -> None:
    for one in _added:
        import_module(HOMES[one.kind])
        if any((kind, one.name) in _own for kind in _alike(one.kind)):
            raise ExtensionError(
                f"{one.file} adds the {one.kind} {one.name!r}, which the package has "
                "itself: give it another name"
            )

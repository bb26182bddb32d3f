"""What users add from outside the package: one Python file, one decorator.

``config.yaml`` names the files (``extensions``). The Snakefile announces them before
anything else of this library is imported, and hands them on in the environment, so that
every job of a run, on whatever machine, knows the same names. See docs/extending.md.
"""

import importlib.util
import inspect
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from minicolumn.errors import ExtensionError

Kind = Literal["mechanism", "statistic", "surrogate", "distribution", "recordings"]

VARIABLE = "MINICOLUMN_EXTENSIONS"
"""The environment variable that holds the paths of the files, as JSON."""

# Whose results an added thing decides. Others read them, or their names, in tables.
USED_BY: dict[Kind, tuple[str, ...]] = {
    "mechanism": ("minicolumn.circuits.acetylcholine",),
    "statistic": ("minicolumn.statistics.describe",),
    "surrogate": ("minicolumn.surrogates.models",),
    "distribution": ("minicolumn.circuits.prior", "minicolumn.circuits.standard_prior"),
    "recordings": ("minicolumn.recordings.recording",),
}
# Where a job's wildcards name a thing of this kind, it depends on that one alone.
WILDCARDS: dict[Kind, str] = {"mechanism": "mechanism", "surrogate": "architecture"}

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_Added = TypeVar("_Added")


@dataclass(frozen=True)
class Extension:
    """Something that a file adds.

    Attributes
    ----------
    kind, name
        What it is and what it is called, in configuration, tables and report.
    made
        The function or class that was decorated.
    file
        Where it stands.
    about
        Whatever else its decorator was told, such as a unit.
    """

    kind: Kind
    name: str
    made: Any
    file: Path
    about: dict[str, str] = field(default_factory=dict)


def mechanism(name: str) -> Callable[[_Added], _Added]:
    """Add a mechanism of acetylcholine.

    The function takes the ACh levels, a tuple, and the section ``acetylcholine``
    (`minicolumn.config.physics.Acetylcholine`), and returns an
    `minicolumn.circuits.acetylcholine.AchEffect`. At level 0 it has to do nothing.
    """
    return _register("mechanism", name)


def statistic(name: str, unit: str, description: str) -> Callable[[_Added], _Added]:
    """Add a population statistic.

    The function takes `minicolumn.statistics.trains.SpikeTrains` and the active units
    of each subset, bool (n_subsets, n_units), and returns one value per subset,
    (n_subsets,), NaN where undefined. Unit "1" stands for none.
    """
    return _register("statistic", name, unit=unit, description=description)


def surrogate(name: str) -> Callable[[_Added], _Added]:
    """Add an architecture of surrogates.

    The class has two static methods. ``fit(task)`` takes a
    `minicolumn.surrogates.task.Task` of standardized rows and returns what it learned,
    a dict of arrays; ``predict(learned, inputs)`` returns (rows, statistics),
    standardized.
    """
    return _register("surrogate", name)


def distribution(name: str) -> Callable[[_Added], _Added]:
    """Add a distribution from which the prior may draw: a value of ``scale``.

    The class has two static methods, each the inverse of the other:
    ``at_quantile(quantile, low, high)`` rises from ``low`` to ``high``, and
    ``quantile_of(value, low, high)`` from 0 to 1. Both take numbers and arrays.
    """
    return _register("distribution", name)


def recordings(name: str) -> Callable[[_Added], _Added]:
    """Add a source of recordings: a value of ``recordings.source``.

    The function takes the path of a session's file and its number
    (``recordings.other.files``), and returns a `minicolumn.recordings.recording.Recording`.
    """
    return _register("recordings", name)


def announce(files: Iterable[str | Path]) -> None:
    """Load the files now, and hand them on to every process that this one starts.

    Raises
    ------
    ExtensionError
        If a file is not there, cannot be run, or adds what is there already.
    """
    if isinstance(files, str):
        raise ExtensionError(f"extensions={files!r} is no list: write [{files}]")
    os.environ[VARIABLE] = json.dumps([str(Path(path).absolute()) for path in files])
    _load()


def added(kind: Kind) -> dict[str, Extension]:
    """Return what was added of one kind, by name, in order of the files.

    Raises
    ------
    ExtensionError
        As for `announce`, or if a file that is being loaded imports a module that has
        to know all of it.
    """
    if _state.loading is not None:
        raise ExtensionError(
            f"{_state.loading} imports parts of minicolumn at its top, which have to "
            "know everything that is added before they are imported: move these "
            "imports into the functions that need them"
        )
    _load()
    return {one.name: one for one in _state.found if one.kind == kind}


def with_added(names: tuple[str, ...], kind: Kind) -> tuple[str, ...]:
    """Return the package's own names of one kind, then those that were added.

    Raises
    ------
    ExtensionError
        If one is among both.

    Examples
    --------
    >>> with_added(("synaptic", "combined"), "mechanism")
    ('synaptic', 'combined')
    """
    others = added(kind)
    for name in others.keys() & set(names):
        raise ExtensionError(
            f"{others[name].file} adds the {kind} {name!r}, which the package has "
            "itself: give it another name"
        )
    return (*names, *others)


def extension_files(modules: Iterable[str], wildcards: dict[str, str]) -> list[Path]:
    """Return the files that the result of a job depends on.

    Parameters
    ----------
    modules
        Modules of this library behind the result.
    wildcards
        The job's. A shard of one mechanism does not depend on another.
    """
    behind = set(modules)
    _load()
    return [
        one.file
        for one in _state.found
        if behind & set(USED_BY[one.kind])
        and wildcards.get(WILDCARDS.get(one.kind, ""), one.name) == one.name
    ]


@dataclass
class _State:
    """What has been loaded in this process."""

    files: list[str] | None = None
    loading: Path | None = None
    found: list[Extension] = field(default_factory=list)


_state = _State()


def _register(kind: Kind, name: str, **about: str) -> Callable[[_Added], _Added]:
    if not _NAME.fullmatch(name):
        raise ExtensionError(
            f"{kind} {name!r}: a name has lower case letters, digits and single "
            "underscores, and begins with a letter"
        )

    def decorate(made: _Added) -> _Added:
        known = {(one.kind, one.name): one.file for one in _state.found}
        if (kind, name) in known:
            raise ExtensionError(
                f"the {kind} {name!r} is added twice, by {known[kind, name]} and by "
                f"{_state.loading}: rename one"
            )
        file = _state.loading or Path(inspect.getfile(cast(Any, made)))
        _state.found.append(Extension(kind, name, made, file, about))
        return made

    return decorate


def _load() -> None:
    files = json.loads(os.environ.get(VARIABLE, "[]"))
    if files == _state.files:
        return
    if _state.files:
        raise ExtensionError(
            f"this process has loaded {_state.files} and is asked for {files}: names "
            "are fixed once, so start another process"
        )
    try:
        for place, file in enumerate(map(Path, files)):
            _state.loading = file
            _run(file, f"minicolumn_extension_{place}")
    except ExtensionError:
        _state.found.clear()
        raise
    finally:
        _state.loading = None
    _state.files = files


def _run(file: Path, module_name: str) -> None:
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ExtensionError(
            f"extensions names {file}, which is no Python file: correct the path"
        )
    try:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except ExtensionError:
        raise
    except Exception as error:
        raise ExtensionError(
            f"{file} cannot be loaded: {type(error).__name__}: {error}. Every job "
            "loads it, in both environments: mend it, and import what is heavy "
            "inside the functions that need it"
        ) from error

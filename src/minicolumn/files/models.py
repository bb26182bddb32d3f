"""Trained models on disk: a directory of open files that is whole or refused.

``manifest.json`` says what the model is and what made it, and carries the SHA-256 of
every other file and of itself; ``weights.safetensors`` holds all arrays. Some models
have further files: JSON documents, or boosters in XGBoost's own format. Nothing is
decoded before its digest is known to be right: a damaged booster can crash the process
that loads it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from minicolumn.errors import UnreadableModelError
from minicolumn.files.documents import as_json, write_document
from minicolumn.files.origin import MANIFEST, check, sealed, unsealed
from minicolumn.files.store import whole_directory

WEIGHTS = "weights.safetensors"
_SUFFIXES = {".json", ".safetensors", ".ubj"}

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class FileRecord:
    """SHA-256 and size of one file."""

    sha256: str
    n_bytes: int

    @classmethod
    def of(cls, content: bytes) -> "FileRecord":
        """Return the record of a file with this content."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What every model says about itself; each kind of model adds its own fields."""

    MAY_LACK: ClassVar[tuple[str, ...]] = ()
    """Beginnings of the names of arrays in which NaN means undefined."""

    kind: str  # given by the class
    settings: dict[str, Any]
    seed: int
    split: dict[str, Any] | None  # None where there is no rule of splits
    inputs: tuple[str, ...]  # names, in order
    outputs: tuple[str, ...]
    versions: dict[str, str]  # of the packages that made it
    files: dict[str, FileRecord] = field(default_factory=dict)  # added by `save_model`


M = TypeVar("M", bound=Manifest)


@dataclass(frozen=True, eq=False)
class KeptModel(Generic[M]):
    """A model as it was read: manifest, arrays, and the content of further files."""

    manifest: M
    arrays: Arrays
    files: dict[str, bytes]

    def under(self, prefix: str) -> Arrays:
        """Return the arrays whose names begin with ``prefix``, without it."""
        return {
            name.removeprefix(prefix): values
            for name, values in self.arrays.items()
            if name.startswith(prefix)
        }


def with_prefix(prefix: str, arrays: Mapping[str, Any]) -> Arrays:
    """Return arrays under names that `KeptModel.under` finds.

    Examples
    --------
    >>> with_prefix("scale.", {"sd": [1.0]})
    {'scale.sd': array([1.])}
    """
    return {prefix + name: np.asarray(values) for name, values in arrays.items()}


def save_model(
    directory: str | Path,
    manifest: Manifest,
    arrays: Mapping[str, NDArray[Any]],
    files: Mapping[str, bytes] | None = None,
    documents: Mapping[str, Any] | None = None,
) -> None:
    """Write a model; an earlier one in ``directory`` is replaced once this is whole.

    ``files`` and ``documents`` are further files by name: content, and frozen
    dataclasses that are kept as JSON.

    Raises
    ------
    ValueError
        If an array is not finite.
    """
    _refuse_undefined(arrays, manifest)
    ordered = {name: np.asarray(a, order="C") for name, a in sorted(arrays.items())}
    with whole_directory(directory, _SUFFIXES) as new:
        for name, document in (documents or {}).items():
            write_document(new / name, document)
        for name, content in {**(files or {}), WEIGHTS: save(ordered)}.items():
            (new / name).write_bytes(content)
        records = {p.name: FileRecord.of(p.read_bytes()) for p in sorted(new.iterdir())}
        whole = sealed(as_json(replace(manifest, files=records)))
        (new / MANIFEST).write_bytes(whole)


def load_model(directory: str | Path, kind: type[M], **expected: Any) -> KeptModel[M]:
    """Return the model that `save_model` wrote, with a manifest of some ``kind``.

    Fields of the manifest must say what is ``expected``, such as names of inputs.

    Raises
    ------
    UnreadableModelError
        If a file is missing, damaged, or too many, an array is not finite, or the
        manifest says something else than expected; the message says which.
    """
    manifest = read_manifest(directory, kind)
    with _about(directory):
        for name, wanted in expected.items():
            _compare(name, getattr(manifest, name), wanted)
        contents = _checked_files(Path(directory), manifest.files)
        arrays = _decoded(contents.pop(WEIGHTS, b""))
        _refuse_undefined(arrays, manifest)
    return KeptModel(manifest, arrays, contents)


def read_manifest(directory: str | Path, kind: type[M]) -> M:
    """Return the manifest alone, once its own digest is known to be right.

    Raises
    ------
    UnreadableModelError
        If it is missing, damaged, or that of another kind of model.
    """
    with _about(directory):
        values = _values(directory)
        _compare("kind", values.get("kind"), kind.__dataclass_fields__["kind"].default)
        return _as_manifest(values, kind)


def check_model(directory: str | Path) -> None:
    """Check the digests of a model of any kind.

    Raises
    ------
    UnreadableModelError
        If a file is missing, damaged, or too many.
    """
    with _about(directory):
        records = _values(directory)["files"]
        files = {name: FileRecord(**record) for name, record in records.items()}
        _checked_files(Path(directory), files)


class _UnfitError(ValueError):
    """What is wrong with a directory, without its name."""


@contextmanager
def _about(directory: str | Path) -> Iterator[None]:
    try:
        yield
    except _UnfitError as error:
        raise UnreadableModelError(_sentence(directory, error)) from error


def _sentence(directory: str | Path, why: Any) -> str:
    return (
        f"{directory} {why}. Delete it and run the same command again: Snakemake "
        "trains the model again"
    )


def _as_manifest(values: dict[str, Any], kind: type[M]) -> M:
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        raise _UnfitError("was written by another version") from error


def _compare(name: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        found, wanted = (
            list(v) if isinstance(v, tuple) else v for v in (found, wanted)
        )
        raise _UnfitError(f"has another {name}, {found}, and not {wanted}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = f"is not whole: {path.name} cannot be read ({error.strerror})"
        raise _UnfitError(why) from error


def _decoded(content: bytes) -> Arrays:
    try:
        return load(content)
    except (KeyError, SafetensorError) as error:
        raise _UnfitError(f"has no readable {WEIGHTS} ({error})") from error


def _values(directory: str | Path) -> dict[str, Any]:
    """Return what a manifest says, once it is known to be what was written."""
    try:
        values, origin = unsealed(_content(Path(directory) / MANIFEST))
    except _UnfitError:
        raise
    except ValueError as error:
        raise _UnfitError(f"is damaged: {MANIFEST} is not what was written") from error
    check(directory, origin)
    return values


def _checked_files(
    directory: Path, files: Mapping[str, FileRecord]
) -> dict[str, bytes]:
    """Return the content of every file, once each is what the manifest says."""
    # Hidden files are those of others, such as Snakemake's mark of time.
    there = {p.name for p in directory.iterdir() if not p.name.startswith(".")}
    if extra := sorted(there - {*files, MANIFEST}):
        raise _UnfitError(f"has a file that is not its own, {extra[0]}")
    contents = {name: _content(directory / name) for name in files}
    for name, record in files.items():
        if FileRecord.of(contents[name]) != record:
            raise _UnfitError(f"is damaged: {name} is not what was written")
    return contents


def _refuse_undefined(arrays: Mapping[str, NDArray[Any]], manifest: Manifest) -> None:
    """Refuse values that no model may have: a NaN among weights spreads in silence."""
    for name, values in arrays.items():
        numbers = np.asarray(values)
        if numbers.dtype.kind != "f":
            continue
        may_lack = name.startswith(manifest.MAY_LACK)
        wrong = np.isinf(numbers) if may_lack else ~np.isfinite(numbers)
        if wrong.any():
            raise _UnfitError(f"has values in {name} that are not finite")


@contextmanager
def rebuilding(directory: str | Path) -> Iterator[None]:
    """Say that a model is of another version if what it holds does not fit the code.

    Raises
    ------
    UnreadableModelError
        In place of the error that was met.
    """
    try:
        yield
    except (TypeError, KeyError, ValueError, RuntimeError) as error:
        why = f"was written by another version ({type(error).__name__})"
        raise UnreadableModelError(_sentence(directory, why)) from error

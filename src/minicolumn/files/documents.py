"""Results that are no table: frozen dataclasses, kept as readable JSON.

Its class alone defines a document: the writer builds it, readers use its
attributes, and the schema in the documentation is made from it. The file also has the
digest of its content, and what made it.
"""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from minicolumn.errors import UnreadableDocumentError
from minicolumn.files.origin import check, sealed, unsealed
from minicolumn.files.store import whole_file

T = TypeVar("T")


def as_json(document: Any) -> Any:
    """Return a document as plain values; undefined numbers are None, never NaN."""
    return _adapter(type(document)).dump_python(document, mode="json")


def write_document(path: str | Path, document: Any) -> None:
    """Write a frozen dataclass as JSON, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_bytes(sealed(as_json(document)))


def read_values(path: str | Path) -> dict[str, Any]:
    """Return the plain values of a document.

    Raises
    ------
    UnreadableDocumentError
        If the file is missing or damaged.
    """
    try:
        values, origin = unsealed(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise UnreadableDocumentError(_why(path, error, "document")) from error
    check(path, origin)
    return values


def read_document(path: str | Path, kind: type[T]) -> T:
    """Return the document of some kind that `write_document` wrote.

    Raises
    ------
    UnreadableDocumentError
        If the file is missing, damaged, or a document of another kind.
    """
    try:
        content = Path(path).read_bytes()
        _, origin = unsealed(content)
        document = _adapter(kind).validate_json(content)
    except (OSError, ValueError) as error:
        raise UnreadableDocumentError(_why(path, error, kind.__name__)) from error
    check(path, origin)
    return document


def schema_of(kind: type) -> dict[str, Any]:
    """Return the JSON schema of a kind of document."""
    return _adapter(kind).json_schema()


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _why(path: str | Path, error: Exception, kind: str) -> str:
    return (
        f"{path} is not a whole {kind} of this version ({str(error).splitlines()[0]}). "
        "Delete it and run the same command again"
    )

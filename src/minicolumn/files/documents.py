"""Results that are no table: frozen dataclasses, kept as readable JSON.

Its class alone defines a document: the writer builds it, readers use its
attributes, and the schema in the documentation is made from it.
"""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from minicolumn.errors import UnreadableDocumentError
from minicolumn.files.store import write_json

T = TypeVar("T")


def as_json(document: Any) -> Any:
    """Return a document as plain values; undefined numbers are None, never NaN."""
    return _adapter(type(document)).dump_python(document, mode="json")


def write_document(path: str | Path, document: Any) -> None:
    """Write a frozen dataclass as JSON, whole or not at all."""
    write_json(path, as_json(document))


def read_document(path: str | Path, kind: type[T]) -> T:
    """Return the document of some kind that `write_document` wrote.

    Raises
    ------
    UnreadableDocumentError
        If the file is missing, damaged, or a document of another kind.
    """
    try:
        return _adapter(kind).validate_json(Path(path).read_bytes())
    except (OSError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise UnreadableDocumentError(
            f"{path} is not a whole {kind.__name__} of this version ({first}). Delete "
            "it and run the same command again"
        ) from error


def schema_of(kind: type) -> dict[str, Any]:
    """Return the JSON schema of a kind of document."""
    return _adapter(kind).json_schema()


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)

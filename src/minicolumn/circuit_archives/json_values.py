"""Values of foreign JSON, by dotted paths, or the reason why they are not there."""

import json
import math
from collections.abc import Mapping
from typing import Any

from minicolumn.circuit_archives.unpack import printable

_SHOWN_KEYS = 6


class DoesNotFitError(ValueError):
    """A file is not what the mapping and the configuration say; the message is why."""


def parsed(content: bytes) -> Any:
    """Return what a JSON text says."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DoesNotFitError(f"it is not JSON: {printable(str(error))}") from None


def number_at(node: Any, path: str) -> float | None:
    """Return a number; None for null and NaN."""
    said = value_at(node, path)
    if said is None or (isinstance(said, float) and math.isnan(said)):
        return None
    return number(said, path)


def number(said: Any, path: str) -> float:
    """Return a finite number, which ``path`` is to hold."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise DoesNotFitError(f"{path} is {shown(said)}, no number")
    try:
        value = float(said)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise DoesNotFitError(f"{path} is {shown(said)}, no finite number")
    return value


def value_at(node: Any, path: str) -> Any:
    """Return what stands at a dotted path; a key may itself hold dots."""
    steps = path.split(".")
    while steps:
        if not isinstance(node, dict):
            above = ".".join(steps)
            raise DoesNotFitError(f"it has no {path}: above {above} is {shown(node)}")
        keys = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
        key = next((key for key in keys if key in node), None)
        if key is None:
            raise DoesNotFitError(f"it has no {path}; there is {_keys(node)}")
        node = node[key]
        del steps[: key.count(".") + 1]
    return node


def _keys(node: Mapping[str, Any]) -> str:
    first = [printable(key, 40) for key in list(node)[:_SHOWN_KEYS]]
    return ", ".join([*first, "..."] if len(node) > _SHOWN_KEYS else first)


def an_object(value: Any, what: str) -> dict[str, Any]:
    """Return an object, which ``what`` is to be."""
    if not isinstance(value, dict):
        raise DoesNotFitError(f"{what} is {shown(value)}, no object")
    return value


def shown(value: Any) -> str:
    """Return a foreign value in a few printable words."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    try:
        return printable(repr(value), 60)
    except ValueError:  # an integer of thousands of digits
        return "an overlong number"

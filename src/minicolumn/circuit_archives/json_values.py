"""Values in JSON from others, by dotted paths, or the reason why there is none."""

import json
import math
from collections.abc import Mapping
from typing import Any

from minicolumn.circuit_archives.unpack import printable

_SHOWN_KEYS = 6


class DoesNotFitError(ValueError):
    """A file does not match the mapping or the configuration; the message says why."""


def parsed(content: bytes) -> Any:
    """Return the value of a JSON text."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        why = printable(str(error))
        raise DoesNotFitError(f"the file is not JSON: {why}") from None


def number_at(node: Any, path: str) -> float | None:
    """Return a number; None for null and NaN."""
    found = value_at(node, path)
    if found is None or (isinstance(found, float) and math.isnan(found)):
        return None
    return number(found, path)


def number(found: Any, path: str) -> float:
    """Return a value as a finite number; ``path`` is for the message."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise DoesNotFitError(f"{path} is {shown(found)}, not a number")
    try:
        value = float(found)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise DoesNotFitError(f"{path} is {shown(found)}, not a finite number")
    return value


def value_at(node: Any, path: str) -> Any:
    """Return the value at a dotted path; a key may itself contain dots."""
    steps = path.split(".")
    while steps:
        if not isinstance(node, dict):
            above = ".".join(steps)
            raise DoesNotFitError(
                f"there is no {path}: the parent of {above} is {shown(node)}"
            )
        keys = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
        key = next((key for key in keys if key in node), None)
        if key is None:
            raise DoesNotFitError(f"there is no {path}; the keys are {_keys(node)}")
        node = node[key]
        del steps[: key.count(".") + 1]
    return node


def _keys(node: Mapping[str, Any]) -> str:
    first = [printable(key, 40) for key in list(node)[:_SHOWN_KEYS]]
    return ", ".join([*first, "..."] if len(node) > _SHOWN_KEYS else first)


def an_object(value: Any, what: str) -> dict[str, Any]:
    """Return a value as an object; ``what`` is for the message."""
    if not isinstance(value, dict):
        raise DoesNotFitError(f"{what} is {shown(value)}, not an object")
    return value


def shown(value: Any) -> str:
    """Return a short printable form of any value."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    try:
        return printable(repr(value), 60)
    except ValueError:  # an integer of thousands of digits
        return "an overlong number"

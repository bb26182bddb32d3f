"""Configuration files as people write them: what YAML would accept in silence."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from minicolumn.errors import ConfigError

_LINE = re.compile(r"^( *)([^\s#:][^:#]*):(?: +([^#\s].*?))?(?: +# ?(.*))?$")
# Every job reads config.yaml. In C where PyYAML has it, ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_NODES = 100_000  # once aliases are expanded; config.yaml has about 700


def read_yaml(base: str | Path, *overlays: str | Path) -> dict[str, Any]:
    """Return a configuration with its overlays, merged as Snakemake merges them.

    Raises
    ------
    ConfigError
        As `check_yaml`, or if a file holds no keys.
    """
    merged: dict[str, Any] = {}
    for path in (base, *overlays):
        check_yaml(path)
        values = yaml.load(Path(path).read_bytes(), Loader=_LOADER) or {}
        if not isinstance(values, dict):
            raise ConfigError(
                f"{path} is no configuration: it has no keys at top level: write "
                "key: value"
            )
        merge(merged, values)
    return merged


def merge(merged: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Let ``values`` replace those in ``merged``, key by key at every depth.

    Examples
    --------
    >>> merged = {"circuits": {"count": 5000, "per_shard": 100}}
    >>> merge(merged, {"circuits": {"count": 96}})
    >>> merged
    {'circuits': {'count': 96, 'per_shard': 100}}
    """
    for key, value in values.items():
        own = merged.get(key)
        if isinstance(own, dict) and isinstance(value, dict):
            merge(own, value)
        else:
            merged[key] = value


def check_yaml(path: str | Path) -> None:
    """Refuse a file that YAML reads as something else than its author sees.

    Raises
    ------
    ConfigError
        If the file is not YAML, gives a key twice, contains itself, or is a bomb:
        small, but huge once its aliases are expanded.
    """
    try:
        # In Python: the C parser crashes on ten thousand open brackets.
        root = yaml.compose(Path(path).read_bytes(), Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise ConfigError(f"{path} cannot be read as YAML: {why}") from None
    if fault := _fault(root):
        raise ConfigError(f"{path}, {fault}")


def commented(text: str) -> Iterator[tuple[str, str, str]]:
    r"""Yield dotted path, value and comment of every line with a key.

    Whole lines of comment belong to the key below them.

    Examples
    --------
    >>> list(commented("# Of mice.\ncohort:\n  size: 8  # how many"))
    [('cohort', '', 'Of mice.'), ('cohort.size', '8', 'how many')]
    """
    path: list[tuple[int, str]] = []
    above: list[str] = []
    for line in re.sub(r",\n +(?=\S)", ", ", text).splitlines():
        if line.lstrip().startswith("#"):
            above.append(line.strip("# "))
        elif found := _LINE.match(line):
            indent, key, value, comment = found.groups()
            path = [(at, name) for at, name in path if at < len(indent)]
            path.append((len(indent), key))
            notes = ". ".join(filter(None, [comment, " ".join(above)]))
            if value or notes:
                yield ".".join(name for _, name in path), value or "", notes
            above = []
        else:
            above = []


def _fault(root: Any) -> str:
    sizes: dict[int, int] = {}  # 0 while the children of a node are counted
    waiting = [root] if root else []
    while waiting:
        node = waiting[-1]
        line = f"line {node.start_mark.line + 1}: "
        if id(node) not in sizes:
            if key := _repeated_key(node):
                return f"{line}{key!r} is given twice in one section: delete one"
            sizes[id(node)] = 0
            waiting += (child for child in _children(node) if not sizes.get(id(child)))
            if any(sizes.get(id(child)) == 0 for child in _children(node)):
                return f"{line}an alias contains itself: write out its content"
            continue
        waiting.pop()
        if not sizes[id(node)]:
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in _children(node))
            if sizes[id(node)] > MOST_NODES:
                return f"{line}more than {MOST_NODES:,} values: use fewer aliases"
    return ""


def _children(node: Any) -> Iterator[Any]:
    for one in () if isinstance(node, yaml.ScalarNode) else node.value:
        yield from one if isinstance(one, tuple) else (one,)


def _repeated_key(node: Any) -> str:
    """Return a key that a mapping has twice; empty if there is none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    keys = [key.value for key, _ in pairs if isinstance(key, yaml.ScalarNode)]
    return next((key for key in keys if keys.count(key) > 1), "")

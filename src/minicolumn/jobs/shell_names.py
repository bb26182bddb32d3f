"""Refuse names that break, or run code in, a shell that Snakemake calls.

Snakemake 9.27 writes the path of Python into commands without quotes, and quotes all
other names for its cluster jobs by the rules of Python, not of a shell. Where the rules
differ, a name breaks the command, or `$()` in it is executed. Such names are therefore
refused before a run. The workflow's own commands quote names (``:q``) or use no shell.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from minicolumn.errors import ConfigError

_UNSAFE = frozenset("'\"\\$`")


def check_interpreter(path: str) -> None:
    """Refuse a path of Python that a shell would not read as one plain word.

    Raises
    ------
    ConfigError
        With the path.
    """
    if shlex.quote(path) != path:
        raise ConfigError(
            f"The environment's path {path!r} contains a space or a character that "
            "shells interpret, and Snakemake does not quote it: move the checkout to a "
            "path of letters, digits, and . _ - /, then run `make setup` there"
        )


def check_for_cluster(names: Mapping[str, object]) -> None:
    """Refuse names that Snakemake cannot pass to the jobs of a cluster.

    ``names`` has a description of each, and its text or nested texts.

    Raises
    ------
    ConfigError
        With the first unsafe name.
    """
    for what, value in names.items():
        for text in _texts(value):
            if _UNSAFE & set(text) or not text.isprintable():
                raise ConfigError(
                    f"{what} {text!r} contains a quote, a backslash, $, a backquote, "
                    "or a control character, which Snakemake does not pass to cluster "
                    "jobs safely: rename it, or move values of --config to a "
                    "--configfile"
                )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)

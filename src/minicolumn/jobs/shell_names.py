"""Names that would not survive, or would be run by, a shell that Snakemake calls.

Snakemake 9.27 writes the path of Python into commands as it is, and quotes all other
names for its cluster jobs as Python does, not as a shell does. Where the two differ a
name breaks the command, or `$()` in it is run; so such names are refused beforehand.
Our own commands are quoted (``:q``) or no shell sees them.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from minicolumn.errors import ConfigError

_UNSAFE = frozenset("'\"\\$`")


def check_interpreter(path: str) -> None:
    """Refuse a path of Python that a shell would not take as one plain word.

    Raises
    ------
    ConfigError
        Naming the path.
    """
    if shlex.quote(path) != path:
        raise ConfigError(
            f"The environment's path {path!r} holds a space or a sign that shells "
            "interpret, and Snakemake does not quote it: move the checkout to a path "
            "of letters, digits and . _ - /, then run `make setup` there"
        )


def check_for_cluster(names: Mapping[str, object]) -> None:
    """Refuse names that Snakemake cannot hand to the jobs of a cluster.

    Parameters
    ----------
    names
        What each is, and its text, or a structure of texts.

    Raises
    ------
    ConfigError
        Naming the first that is not safe.
    """
    for what, value in names.items():
        for text in _texts(value):
            if _UNSAFE & set(text) or not text.isprintable():
                raise ConfigError(
                    f"{what} {text!r} holds a quote, a backslash, $, a backquote or a "
                    "control character, which Snakemake does not hand to cluster jobs "
                    "safely: rename it, or put values of --config into a --configfile"
                )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)

"""What the statistics are called, in one light module: eleven, and what users add.

Each is registered over its function. Tables, reports and tests iterate over these
lists. `MATCHED` are the same statistics after thinning to equal rates (`rate_matched`),
in columns of their own: surrogates learn and predict only `STATISTICS`.
"""

from typing import NamedTuple

from minicolumn.registry.lookup import Domain, Scale, Units, entries
from minicolumn.registry.reserved import MATCHED_SUFFIX


class Statistic(NamedTuple):
    """A population statistic: its column, its one-line meaning and how it is used.

    `minicolumn.registry.statistic` says what each attribute means.
    """

    name: str
    unit: str
    description: str
    scale: Scale
    units: Units
    domain: Domain
    learned: bool
    matched: bool


_DESCRIBED = tuple(Statistic(one.name, **one.about) for one in entries("statistic"))

STATISTICS = tuple(one for one in _DESCRIBED if one.learned)
EXTRAS = tuple(one for one in _DESCRIBED if not one.learned)
"""Computed and checked, but neither learned nor predicted."""

STATISTIC_NAMES = tuple(one.name for one in STATISTICS)
DESCRIBED_NAMES = (*STATISTIC_NAMES, *(one.name for one in EXTRAS))

MATCHED = tuple(
    one._replace(
        name=f"{one.name}{MATCHED_SUFFIX}",
        description=f"{one.description}, at matched rates",
    )
    for one in (*STATISTICS, *EXTRAS)
    if one.matched
)
MATCHED_NAMES = tuple(one.name for one in MATCHED)

ALL_NAMES = (*DESCRIBED_NAMES, *MATCHED_NAMES)
"""Every statistic of a window, in the order of the tables' columns; eleven first."""


def raw_name(matched: str) -> str:
    """Return the statistic that a matched one is a version of.

    Examples
    --------
    >>> raw_name("fano_matched")
    'fano'
    """
    return matched.removesuffix(MATCHED_SUFFIX)

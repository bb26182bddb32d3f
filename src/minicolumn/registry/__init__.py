"""Mechanisms, rivals, statistics, surrogates, priors, families, recordings, by name.

The package registers its own by the decorators that users have: over the function
itself where that needs no more than NumPy, else by its dotted path, imported on first
use. Users add theirs in Python files that ``config.yaml`` names (``extensions``). The
Snakefile announces these files before it imports anything else of this library, and
hands them on in the environment, so that every job of a run, on whatever machine, knows
the same names. See docs/extending.md.
"""

import math
from collections.abc import Callable
from typing import Any, TypedDict, Unpack

from minicolumn.errors import ExtensionError
from minicolumn.registry.lookup import Domain, Made, Scale, Units, register


def mechanism(name: str, at: str | None = None) -> Callable[[Made], Made]:
    """Register a mechanism of acetylcholine.

    The function takes an ACh level and the section ``acetylcholine``
    (`minicolumn.config.circuits.Acetylcholine`), and returns a
    `minicolumn.circuits.conditions.Condition`. At level 0 it has to do nothing.
    With ``at``, here and below, the object at that dotted path, ``"module:name"``, is
    registered at once and imported on first use.
    """
    return register("mechanism", name, at)


def rival(name: str, *, low: float, high: float, source: str) -> Callable[[Made], Made]:
    """Register a rival of the mechanisms: what else may act instead of acetylcholine.

    The function takes a strength and returns a
    `minicolumn.circuits.conditions.Condition`: how running differs from rest in a mouse
    in which this acts. It makes a class of mice.

    Parameters
    ----------
    name
        Of the class.
    low, high
        Plausible strengths, in the function's own unit; each mouse has one of its own,
        from a uniform distribution.
    source
        Of the explanation and of its range.

    Raises
    ------
    ExtensionError
        If there is no such range, or no source.
    """
    if not (math.isfinite(high - low) and low < high):
        raise ExtensionError(
            f"the rival {name!r} has low={low!r} and high={high!r}: give the least and "
            "the largest plausible strength"
        )
    if not source.strip():
        raise ExtensionError(
            f"the rival {name!r} has no source: say where its range is from, "
            'or source="ours"'
        )
    return register("rival", name, low=low, high=high, source=source)


class StatisticUse(TypedDict, total=False):
    """How a statistic is used; what is not given is as usual.

    Attributes
    ----------
    scale
        On which its noise is even: ``linear`` (usual), ``log`` where a change is one of
        proportion, ``sqrt`` (of the size, with the sign) where values crowd near zero.
    domain
        The lowest and the highest value that it can have, by its definition;
        predictions and their intervals stay within. Usually without bounds.
    units
        Whether it is taken over ``all`` units of a subset, or over those that are
        ``active`` (usual).
    learned
        Whether surrogates learn and predict it (usual), or it is described alone.
    matched
        Whether it is also described at matched rates (usual).
    """

    scale: Scale
    domain: Domain
    units: Units
    learned: bool
    matched: bool


_USUAL: StatisticUse = {
    "scale": "linear",
    "domain": (-math.inf, math.inf),
    "units": "active",
    "learned": True,
    "matched": True,
}


def statistic(
    name: str, unit: str, description: str, **use: Unpack[StatisticUse]
) -> Callable[[Made], Made]:
    """Register a population statistic.

    The function takes `minicolumn.statistics.trains.SpikeTrains` and the units of each
    subset, bool (n_subsets, n_units), and returns one value per subset, (n_subsets,),
    NaN where undefined.

    Parameters
    ----------
    name, unit, description
        Its column in the tables. Unit "1" is none.
    **use
        Scale, domain and more: `StatisticUse`.

    Raises
    ------
    ExtensionError
        If something in ``use`` is unknown or makes no sense.
    """
    about: dict[str, Any] = {**_USUAL, **use}
    if unknown := sorted(about.keys() - _USUAL.keys()):
        raise ExtensionError(
            f"the statistic {name!r} has {', '.join(unknown)}, which is unknown; "
            f"known: {', '.join(_USUAL)}"
        )
    scale, domain, units = about["scale"], about["domain"], about["units"]
    if scale not in ("linear", "log", "sqrt") or units not in ("all", "active"):
        raise ExtensionError(
            f"the statistic {name!r} has scale={scale!r} and units={units!r}: a scale "
            "is linear, log or sqrt, and units are all or active"
        )
    if not (len(domain) == 2 and domain[0] < domain[1]):
        raise ExtensionError(
            f"the statistic {name!r} has domain={domain!r}: give its lowest and its "
            "highest value, such as (0, 1) or (0, math.inf)"
        )
    return register("statistic", name, unit=unit, description=description, **about)


def of_mean(finish: Callable[[Any, float], float]) -> Callable[[Made], Made]:
    """Make a statistic one of the mean over subsets, not the mean of one of each.

    Below `statistic`, over a function that returns k values per subset,
    (n_subsets, k). ``finish`` takes their mean over subsets, (k,), and the length of
    the window in seconds, and returns the statistic.
    """

    def keep(function: Made) -> Made:
        vars(function)["of_mean"] = finish
        return function

    return keep


def surrogate(name: str, at: str | None = None) -> Callable[[Made], Made]:
    """Register an architecture of surrogates.

    The class has two static methods (`minicolumn.surrogates.task.Architecture`).
    ``fit(task)`` takes standardized rows, ``task.inputs`` (rows, inputs) and
    ``task.targets`` (rows, statistics) with NaN where undefined, and returns what it
    learned, a dict of arrays; ``predict(learned, inputs)`` returns
    (rows, statistics), standardized.
    """
    return register("surrogate", name, at)


def distribution(name: str, *, discrete: bool = False) -> Callable[[Made], Made]:
    """Register a distribution from which the prior may draw: a value of ``scale``.

    The class has two static methods, each the inverse of the other:
    ``at_quantile(quantile, low, high)`` rises from ``low`` to ``high``, and
    ``quantile_of(value, low, high)`` from 0 to 1. Both take numbers and arrays. A value
    of a ``discrete`` distribution has an interval of quantiles; its ``quantile_of``
    takes a fourth argument, a place within that interval, from 0 to 1.
    """
    return register("distribution", name, discrete=discrete)


def family(name: str, at: str | None = None) -> Callable[[Made], Made]:
    """Register a family of circuits: a value of ``circuits.family``.

    ``at`` is the dotted path of a `minicolumn.circuits.family.Family`, in a folder of
    its own.
    """
    return register("family", name, at)


def recordings(name: str, at: str | None = None) -> Callable[[Made], Made]:
    """Register a source of recordings: a value of ``recordings.source``.

    The function takes the path of a session's file and its number
    (``recordings.other.files``), and returns a
    `minicolumn.recordings.recording.Recording`.
    """
    return register("recordings", name, at)

"""Mechanisms, statistics, surrogates, priors and sources of recordings, by name.

The package registers its own by the decorators that users have: over the function
itself where that needs no more than NumPy, else by its dotted path, imported on first
use. Users add theirs in Python files that ``config.yaml`` names (``extensions``). The
Snakefile announces these files before it imports anything else of this library, and
hands them on in the environment, so that every job of a run, on whatever machine, knows
the same names. See docs/extending.md.
"""

from collections.abc import Callable
from typing import Any

from minicolumn.errors import ExtensionError
from minicolumn.registry.lookup import Made, Scale, Units, register


def mechanism(name: str, at: str | None = None) -> Callable[[Made], Made]:
    """Register a mechanism of acetylcholine.

    The function takes an ACh level and the section ``acetylcholine``
    (`minicolumn.config.circuits.Acetylcholine`), and returns a
    `minicolumn.circuits.conditions.Condition`. At level 0 it has to do nothing.
    With ``at``, here and below, the object at that dotted path, ``"module:name"``, is
    registered at once and imported on first use.
    """
    return register("mechanism", name, at)


def statistic(
    name: str,
    unit: str,
    description: str,
    *,
    scale: Scale = "linear",
    units: Units = "active",
    learned: bool = True,
    matched: bool = True,
) -> Callable[[Made], Made]:
    """Register a population statistic.

    The function takes `minicolumn.statistics.trains.SpikeTrains` and the units of each
    subset, bool (n_subsets, n_units), and returns one value per subset, (n_subsets,),
    NaN where undefined.

    Parameters
    ----------
    name, unit, description
        Its column in the tables. Unit "1" is none.
    scale
        On which its noise is even: ``log`` where a change is one of proportion,
        ``sqrt`` (of the size, with the sign) where values crowd near zero.
    units
        Whether it is taken over all units of a subset, or over those that are active.
    learned
        Whether surrogates learn and predict it, or it is described alone.
    matched
        Whether it is also described at matched rates.

    Raises
    ------
    ExtensionError
        If ``scale`` or ``units`` is none of these.
    """
    if scale not in ("linear", "log", "sqrt") or units not in ("all", "active"):
        raise ExtensionError(
            f"the statistic {name!r} has scale={scale!r} and units={units!r}: a scale "
            "is linear, log or sqrt, and units are all or active"
        )
    about = {"unit": unit, "description": description, "scale": scale, "units": units}
    return register("statistic", name, **about, learned=learned, matched=matched)


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


def recordings(name: str, at: str | None = None) -> Callable[[Made], Made]:
    """Register a source of recordings: a value of ``recordings.source``.

    The function takes the path of a session's file and its number
    (``recordings.other.files``), and returns a
    `minicolumn.recordings.recording.Recording`.
    """
    return register("recordings", name, at)

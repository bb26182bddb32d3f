"""Windows of spikes in numbers, for all units or matched in the number of units."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from minicolumn.errors import ExtensionError
from minicolumn.keys import Stream, generator
from minicolumn.registry.lookup import Entry, entries
from minicolumn.statistics.missing import ratio
from minicolumn.statistics.names import DESCRIBED_NAMES
from minicolumn.statistics.trains import BoolArray, FloatArray, IntArray, SpikeTrains

MIN_SPIKES = 10
"""A unit is active in a window when it has at least this many spikes there."""


def subset_rng(seed: int, identity: int) -> np.random.Generator:
    """Return the random stream that draws the subsets of one session or circuit.

    Subsets are the same in every window of a session and at every ACh level of a
    circuit. Between mechanisms they differ by neurons that one of them silences.
    """
    return generator(seed, Stream.SUBSETS, identity)


def draw_subsets(
    available: BoolArray, n_units: int, n_subsets: int, rng: np.random.Generator
) -> IntArray:
    """Return random subsets of units without replacement, shape (n_subsets, n_units).

    ``available`` says which of all units may be drawn, shape (n,). Without
    one of them, a subset exchanges that unit alone.

    Raises
    ------
    ValueError
        If ``n_units`` or ``n_subsets`` is below 1, or fewer than ``n_units`` units are
        available.
    """
    if n_units < 1 or n_subsets < 1:
        raise ValueError(
            f"n_units={n_units} and n_subsets={n_subsets} must both be 1 or more"
        )
    if n_units > available.sum():
        raise ValueError(
            f"n_units={n_units} exceeds the {available.sum()} units available: draw "
            "fewer"
        )
    place = np.where(available, rng.random((n_subsets, available.size)), np.inf)
    return np.sort(place.argsort(axis=1)[:, :n_units], axis=1)


def draw_members(
    available: BoolArray, n_units: int, n_subsets: int, rng: np.random.Generator
) -> BoolArray:
    """Return `draw_subsets` as membership, shape (n_subsets, n)."""
    subsets = draw_subsets(available, n_units, n_subsets, rng)
    members = np.zeros((n_subsets, available.size), dtype=bool)
    np.put_along_axis(members, subsets, True, axis=1)
    return members


def describe(trains: SpikeTrains, active: ArrayLike | None = None) -> dict[str, float]:
    """Return the statistics of one window over all its units, by name.

    ``trains`` and ``active`` are those of `describe_matched`.

    Examples
    --------
    >>> silent = SpikeTrains([], [], n_units=3, duration_s=1.0)
    >>> values = describe(silent)
    >>> values["mean_rate"], values["cv_isi"]
    (0.0, nan)
    """
    everyone = np.ones((1, trains.n_units), dtype=bool)
    values = describe_matched(trains, everyone, active)
    return {name: float(value) for name, value in values.items()}


def describe_matched(
    trains: SpikeTrains, members: BoolArray, active: ArrayLike | None = None
) -> dict[str, FloatArray]:
    """Return the statistics averaged over subsets of units, shape (...), by name.

    Several statistics depend on the number of units, so only values for the same number
    compare. A statistic is missing when it is undefined in more than half of the
    subsets; otherwise it is the mean over the subsets in which it is defined, or that
    of their mean (`registry.of_mean`).

    Parameters
    ----------
    trains
        Spikes on a window or a stack of windows, already `SpikeTrains.rounded_to_ms`.
    members
        From `draw_members`, (n_subsets, n_units).
    active
        Units over which the statistics other than rates and spectra are taken, shape
        (..., n_units). By default those with at least `MIN_SPIKES` spikes in the
        window; to compare states, choose them on both states together.

    Returns
    -------
    dict[str, FloatArray]
        By `DESCRIBED_NAMES`, in that order; NaN where undefined, never infinite.

    Raises
    ------
    ValueError
        If ``active`` has the wrong shape.
    """
    active = trains.counts >= MIN_SPIKES if active is None else np.asarray(active)
    if active.shape != trains.shape or active.dtype != bool:
        raise ValueError(
            f"active has shape {active.shape} and dtype {active.dtype}: give one bool "
            f"per unit, shape {trains.shape}"
        )
    return over_subsets([describe_subsets(trains, active, members)], trains)


def describe_subsets(
    trains: SpikeTrains, active: BoolArray, members: BoolArray
) -> dict[str, FloatArray]:
    """Return the statistics of each subset, shape (..., n_subsets), by name.

    Those of a mean over subsets (`registry.of_mean`) have a last dimension of their
    own. Rates and spectra are those of all ``members`` (n_subsets, n_units), the others
    those of members that are also ``active`` (..., n_units).
    """
    taken_over = {"all": members, "active": members & active[..., None, :]}
    return {
        one.name: values_of(one, trains, taken_over[one.about["units"]])
        for one in entries("statistic")
    }


def values_of(one: Entry, trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return one statistic of each subset; functions of users see window by window.

    Shape and members are those of `describe_subsets`, members without inactive units
    where the statistic is taken over active ones.

    Raises
    ------
    ExtensionError
        If it is not one value per subset, or infinite.
    """
    expected = *trains.shape[:-1], members.shape[-2]
    if one.is_built_in or trains.n_windows is None:
        values = np.asarray(one.made(trains, members), dtype=float)
    else:
        each = np.broadcast_to(members, (*expected, trains.n_units))
        windows = [values_of(one, trains.window(k), own) for k, own in enumerate(each)]
        values = np.stack(windows)
    several = len(expected) + (_of_mean(one) is not None)
    if (
        values.shape[: len(expected)] != expected
        or values.ndim != several
        or np.isinf(values).any()
    ):
        raise ExtensionError(
            f"the statistic {one.name!r} of {one.file} returned {values!r:.90}: return "
            f"one value for each of {members.shape[-2]} subsets, NaN where undefined"
        )
    return values


def over_subsets(
    parts: Sequence[dict[str, FloatArray]], trains: SpikeTrains
) -> dict[str, FloatArray]:
    """Return the statistics of windows, shape (...), by `DESCRIBED_NAMES`.

    ``parts`` are from `describe_subsets`, of windows like ``trains``, and share the
    subsets.
    """
    axis = len(trains.shape) - 1
    found = {}
    for one in entries("statistic"):
        values = np.concatenate([part[one.name] for part in parts], axis)
        mean = _mean_if_mostly_defined(values, axis)
        if (finish := _of_mean(one)) is not None:
            windows = mean.reshape(-1, mean.shape[-1])
            each = [finish(window, trains.duration_s) for window in windows]
            mean = np.reshape(each, mean.shape[:-1])
        found[one.name] = mean
    return {name: found[name] for name in DESCRIBED_NAMES}


def _of_mean(one: Entry) -> Callable[[FloatArray, float], float] | None:
    return getattr(one.made, "of_mean", None)


def _mean_if_mostly_defined(values: FloatArray, axis: int) -> FloatArray:
    """Return the mean over subsets that have a value; NaN if more than half do not."""
    defined = np.isfinite(values)
    n_defined = defined.sum(axis)
    mean = ratio(np.where(defined, values, 0.0).sum(axis), n_defined)
    return np.where(2 * n_defined >= values.shape[axis], mean, np.nan)

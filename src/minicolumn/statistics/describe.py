"""A window of spikes in numbers, for all units or matched in the number of units."""

import numpy as np
from numpy.typing import ArrayLike

from minicolumn.errors import ExtensionError
from minicolumn.keys import Stream, generator
from minicolumn.registry.lookup import Entry, entries
from minicolumn.statistics.names import DESCRIBED_NAMES
from minicolumn.statistics.trains import BoolArray, FloatArray, IntArray, SpikeTrains

MIN_SPIKES = 10
"""A unit is active in a window when it has at least this many spikes there."""


def subset_rng(seed: int, identity: int) -> np.random.Generator:
    """Return the random stream that draws the subsets of one session or circuit.

    Make a new one for each window: the same stream draws the same subsets in every
    window of a session, and at every ACh level and mechanism of a circuit.
    """
    return generator(seed, Stream.SUBSETS, identity)


def draw_subsets(
    n_available: int, n_units: int, n_subsets: int, rng: np.random.Generator
) -> IntArray:
    """Return random subsets of units without replacement, shape (n_subsets, n_units).

    Raises
    ------
    ValueError
        If fewer than ``n_units`` units are available.
    """
    if n_units > n_available:
        raise ValueError(
            f"n_units={n_units} exceeds the {n_available} units available: draw fewer"
        )
    order = rng.random((n_subsets, n_available)).argsort(axis=1)
    return np.sort(order[:, :n_units], axis=1)


def draw_members(
    n_available: int, n_units: int, n_subsets: int, rng: np.random.Generator
) -> BoolArray:
    """Return `draw_subsets` as membership, shape (n_subsets, n_available)."""
    subsets = draw_subsets(n_available, n_units, n_subsets, rng)
    members = np.zeros((n_subsets, n_available), dtype=bool)
    np.put_along_axis(members, subsets, True, axis=1)
    return members


def describe(trains: SpikeTrains, active: ArrayLike | None = None) -> dict[str, float]:
    """Return the statistics of a window over all its units.

    Parameters
    ----------
    trains
        Spikes on the window, already `SpikeTrains.rounded_to_ms`.
    active
        Units over which the statistics other than rates and spectra are taken, shape
        (n_units,). By default those with at least `MIN_SPIKES` spikes in the window;
        to compare states, choose them on both states together.

    Returns
    -------
    dict[str, float]
        By `DESCRIBED_NAMES`, in that order; NaN where undefined, never infinite.

    Examples
    --------
    >>> silent = SpikeTrains([], [], n_units=3, duration_s=1.0)
    >>> values = describe(silent)
    >>> values["mean_rate"], values["cv_isi"]
    (0.0, nan)
    """
    members = np.ones((1, trains.n_units), dtype=bool)
    values = describe_subsets(trains, _as_mask(active, trains), members)
    return {name: float(values[name][0]) for name in DESCRIBED_NAMES}


def describe_matched(
    trains: SpikeTrains,
    n_units: int,
    n_subsets: int,
    rng: np.random.Generator,
    active: ArrayLike | None = None,
) -> dict[str, float]:
    """Return the statistics averaged over random subsets of ``n_units`` units.

    Several statistics depend on the number of units, so only values for the same number
    compare. A statistic is missing when it is undefined in more than half of the
    subsets; otherwise it is the mean over the subsets in which it is defined. All are
    missing when the window has fewer than ``n_units`` units.

    Parameters
    ----------
    trains, active
        As for `describe`; ``active`` counts within each subset.
    n_units
        Size of a subset.
    n_subsets
        How many are averaged.
    rng
        Draws all subsets before anything else, so equal streams (`subset_rng`) give
        equal subsets for all windows with the same units.

    Raises
    ------
    ValueError
        If ``n_units`` or ``n_subsets`` is below 1, or ``active`` has the wrong shape.
    """
    if n_units < 1 or n_subsets < 1:
        raise ValueError(
            f"n_units={n_units} and n_subsets={n_subsets} must both be 1 or more"
        )
    active = _as_mask(active, trains)
    if trains.n_units < n_units:
        return dict.fromkeys(DESCRIBED_NAMES, np.nan)
    members = draw_members(trains.n_units, n_units, n_subsets, rng)
    values = describe_subsets(trains, active, members)
    return {name: mean_if_mostly_defined(values[name]) for name in DESCRIBED_NAMES}


def describe_subsets(
    trains: SpikeTrains, active: BoolArray, members: BoolArray
) -> dict[str, FloatArray]:
    """Return the statistics of each subset, shape (n_subsets,), by name.

    Rates and spectra are those of all ``members`` (n_subsets, n_units), the others
    those of members that are also ``active`` (n_units,).
    """
    taken_over = {"all": members, "active": members & active}
    return {
        one.name: _values(one, trains, taken_over[one.about["units"]])
        for one in entries("statistic")
    }


def _values(one: Entry, trains: SpikeTrains, members: BoolArray) -> FloatArray:
    """Return one statistic of each subset, (n_subsets,)."""
    values = np.asarray(one.made(trains, members), dtype=float)
    if values.shape != members.shape[:1] or np.isinf(values).any():
        raise ExtensionError(
            f"the statistic {one.name!r} of {one.file} returned {values!r:.90}: return "
            f"one value for each of {len(members)} subsets, NaN where undefined"
        )
    return values


def mean_if_mostly_defined(values: FloatArray) -> float:
    """Return the mean over subsets that have a value; NaN if more than half do not."""
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if 2 * defined.size >= values.size else np.nan


def _as_mask(active: ArrayLike | None, trains: SpikeTrains) -> BoolArray:
    if active is None:
        return trains.counts >= MIN_SPIKES
    mask = np.asarray(active)
    if mask.shape != (trains.n_units,) or mask.dtype != bool:
        raise ValueError(
            f"active has shape {mask.shape} and dtype {mask.dtype}: give one bool per "
            f"unit, shape ({trains.n_units},)"
        )
    return mask

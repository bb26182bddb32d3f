"""The activity of the units of one session in one state, and the groups they are in."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from minicolumn.arrays import strings
from minicolumn.config.theory import Curbd
from minicolumn.keys import Stream, generator
from minicolumn.recordings.units import fast_spiking
from minicolumn.states import STATES
from minicolumn.statistics.trains import cut_window

logger = logging.getLogger(__name__)

Floats = NDArray[np.floating]

HIGHEST = 0.99
"""Highest activity: at 1 the hyperbolic tangent has no inverse."""
LEAST_EPOCHS = 4
"""Of a state: half of them are fitted, the others are forecast."""


@dataclass(frozen=True, eq=False)
class Activity:
    """Activity between 0 and `HIGHEST`, and the group of each unit.

    Attributes
    ----------
    epochs
        One array per epoch, (bins, units).
    group
        Name of the group of each unit, (units,).
    """

    epochs: tuple[Floats, ...]
    group: NDArray[np.str_]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in order."""
        return tuple(np.unique(self.group).tolist())


def activity_by_state(
    units: pa.Table, epochs: pa.Table, settings: Curbd, seed: int
) -> Mapping[str, Activity]:
    """Return the activity of a session in each state that has enough epochs.

    Counts in bins are smoothed within each epoch and divided by the maximum of the unit
    over all epochs of both states, so that states compare. A session with fewer than
    two groups of two units that fire has no activity to decompose.

    Parameters
    ----------
    units, epochs
        Tables of the kinds `tables.UNITS`, of the selected units, and `tables.EPOCHS`.
    settings
        Bins, groups, and how many units of each.
    seed
        With the identity of the session, draws units of groups that have too many.
    """
    state = strings(epochs, "state")
    binned = [
        _smoothed(units, float(start), float(stop - start), settings)
        for start, stop in zip(
            epochs["start_s"].to_numpy(), epochs["stop_s"].to_numpy(), strict=True
        )
    ]
    if not binned:
        return {}
    highest = np.max([one.max(axis=0) for one in binned], axis=0)
    group = group_of(units, settings)
    rng = generator(seed, Stream.CURBD_UNITS, epochs["session_id"][0].as_py())
    kept = _kept(group, highest > 0, settings.units_per_group, rng)
    if len(np.unique(group[kept])) < 2:
        logger.warning("fewer than two groups of two units fire: nothing to decompose")
        return {}
    scaled = [HIGHEST * one[:, kept] / highest[kept] for one in binned]
    by_state = {
        name: Activity(
            tuple(one for one, at in zip(scaled, state, strict=True) if at == name),
            group[kept],
        )
        for name in STATES
    }
    return {
        name: one for name, one in by_state.items() if len(one.epochs) >= LEAST_EPOCHS
    }


def group_of(units: pa.Table, settings: Curbd) -> NDArray[np.str_]:
    """Return the group of each unit: FS or RS by its waveform, or its area."""
    if settings.groups == "areas":
        return strings(units, "area")
    return np.where(fast_spiking(units), "FS", "RS")


def _smoothed(
    units: pa.Table, start_s: float, duration_s: float, settings: Curbd
) -> Floats:
    """Return smooth counts of one epoch, (bins, units)."""
    times_s = [train.values.to_numpy() for train in units["spike_times_s"]]
    counts = cut_window(times_s, start_s, duration_s).binned_counts(settings.bin_s)
    width = settings.smooth_s / settings.bin_s
    return gaussian_filter1d(counts.T.astype(float), width, axis=0, mode="nearest")


def _kept(
    group: NDArray[np.str_],
    fires: NDArray[np.bool_],
    at_most: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the units to use, ascending: some of each group of two or more."""
    chosen = []
    for name in np.unique(group):
        members = np.flatnonzero((group == name) & fires)
        if len(members) > 1:
            chosen.append(rng.permutation(members)[:at_most])
    return np.sort(np.concatenate([*chosen, np.empty(0, np.int64)]))

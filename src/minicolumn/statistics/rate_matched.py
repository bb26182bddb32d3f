"""The statistics at matched rates: what is left of a change when rates cannot differ.

Measured correlation, synchrony, Fano factor and the rest grow with the firing rate even
where the coordination behind them stays the same. So, unit by unit, spikes are deleted
at random until every condition of a session (rest, running) or a circuit (its ACh
levels) has the rate of the condition in which that unit fires least. The units that
count are the same in all conditions, too.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from minicolumn.keys import Stream, generator
from minicolumn.statistics.describe import (
    MIN_SPIKES,
    describe_subsets,
    over_subsets,
)
from minicolumn.statistics.missing import ratio
from minicolumn.statistics.names import MATCHED_NAMES, raw_name
from minicolumn.statistics.trains import (
    BoolArray,
    FloatArray,
    SpikeTrains,
    stacked,
)


@dataclass(frozen=True, eq=False)
class RateMatch:
    """How likely each unit's spikes are kept in each condition.

    Attributes
    ----------
    kept
        By condition: probability of keeping a spike, shape (n_units,).
    lowest_hz
        Rate of each unit where it fires least, shape (n_units,).
    """

    kept: dict[Hashable, FloatArray]
    lowest_hz: FloatArray

    @classmethod
    def between(
        cls, windows: Sequence[SpikeTrains], conditions: Sequence[Hashable]
    ) -> Self | None:
        """Match the windows of one session or circuit, which share their units.

        ``conditions`` are the state or ACh level of each window. A unit's rate in a
        condition is its mean over the windows there, so a unit keeps what it does from
        one window to the next. With fewer than two conditions there is nothing to
        match: None.
        """
        by_condition: dict[Hashable, list[FloatArray]] = {}
        for trains, condition in zip(windows, conditions, strict=True):
            rates = by_condition.setdefault(condition, [])
            rates.append(trains.counts / trains.duration_s)
        if len(by_condition) < 2:
            return None
        rates_hz = {c: np.mean(rates, axis=0) for c, rates in by_condition.items()}
        lowest_hz = np.min(list(rates_hz.values()), axis=0)
        kept = {
            condition: np.nan_to_num(ratio(lowest_hz, rate_hz))
            for condition, rate_hz in rates_hz.items()
        }
        return cls(kept, lowest_hz)

    def active(self, duration_s: float) -> BoolArray:
        """Return which units have enough spikes in every condition, shape (n_units,).

        Enough are `MIN_SPIKES` in a mean window where the unit fires least. Chosen so,
        the units do not depend on the condition of the window described.
        """
        # On the side of counting: a mean of 10 spikes may come out as 9.999...
        return self.lowest_hz * duration_s > MIN_SPIKES - 1e-6


def thinned(
    trains: SpikeTrains, kept: FloatArray, rng: np.random.Generator
) -> SpikeTrains:
    """Return the trains with each spike kept at random, independently.

    A Poisson process stays one, at ``kept`` times its rate; a covariance of counts is
    multiplied by ``kept`` of both units. ``kept`` is the probability of keeping a spike
    of each unit, shape (n_units,).
    """
    return trains.where(rng.random(trains.unit.size) < kept[trains.unit])


def thinning_rng(seed: int, identity: int, window: int) -> np.random.Generator:
    """Return the random stream that thins one window of one session or circuit."""
    return generator(seed, Stream.THINNING, identity, window)


def describe_rate_matched(
    windows: Sequence[SpikeTrains],
    match: RateMatch,
    conditions: Sequence[Hashable],
    members: BoolArray,
    n_thinnings: int,
    rngs: Sequence[np.random.Generator],
) -> dict[str, FloatArray]:
    """Return the statistics of windows at matched rates, averaged over thinnings.

    Parameters
    ----------
    windows
        Spikes on windows of one length, not yet `SpikeTrains.rounded_to_ms`: the dead
        time of that step takes more spikes where rates are high, so it has to come
        after thinning.
    match
        From `RateMatch.between`, over all windows of the same session or circuit.
    conditions
        That of each window.
    members
        Subsets of units, (n_subsets, n_units); each thinning has its share of them.
    n_thinnings
        How many times spikes are deleted.
    rngs
        Of each window, from `thinning_rng`.

    Returns
    -------
    dict[str, FloatArray]
        By `MATCHED_NAMES`, in that order, shape (n_windows,); NaN where undefined in
        more than half of the subsets.
    """
    active = match.active(windows[0].duration_s)
    parts = []
    for i in range(n_thinnings):
        fewer = [
            thinned(trains, match.kept[condition], rng)
            for trains, condition, rng in zip(windows, conditions, rngs, strict=True)
        ]
        rounded = stacked(fewer).rounded_to_ms()
        parts.append(describe_subsets(rounded, active, members[i::n_thinnings]))
    found = over_subsets(parts, stacked(windows))
    return {name: found[raw_name(name)] for name in MATCHED_NAMES}

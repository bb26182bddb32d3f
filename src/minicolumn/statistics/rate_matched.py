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
    mean_if_mostly_defined,
)
from minicolumn.statistics.missing import ratio
from minicolumn.statistics.names import MATCHED_NAMES, raw_name
from minicolumn.statistics.trains import BoolArray, FloatArray, SpikeTrains


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

        Parameters
        ----------
        windows
            Spikes on each window.
        conditions
            State or ACh level of each window. A unit's rate in a condition is its mean
            over the windows there, so a unit keeps what it does from one window to the
            next.

        Returns
        -------
        RateMatch or None
            None with fewer than two conditions: there is nothing to match.
        """
        distinct = list(dict.fromkeys(conditions))
        if len(distinct) < 2:
            return None
        rates_hz = {
            condition: np.mean(
                [
                    trains.counts / trains.duration_s
                    for trains, own in zip(windows, conditions, strict=True)
                    if own == condition
                ],
                axis=0,
            )
            for condition in distinct
        }
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
    multiplied by ``kept`` of both units.

    Parameters
    ----------
    trains
        Spikes on the window.
    kept
        Probability of keeping a spike of each unit, shape (n_units,).
    rng
        Decides.
    """
    stays = rng.random(trains.unit.size) < kept[trains.unit]
    return SpikeTrains(
        trains.unit[stays], trains.time_s[stays], trains.n_units, trains.duration_s
    )


def thinning_rng(seed: int, identity: int, window: int) -> np.random.Generator:
    """Return the random stream that thins one window of one session or circuit."""
    return generator(seed, Stream.THINNING, identity, window)


def describe_rate_matched(
    trains: SpikeTrains,
    match: RateMatch | None,
    condition: Hashable,
    members: BoolArray,
    n_thinnings: int,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Return the statistics of a window at matched rates, averaged over thinnings.

    Parameters
    ----------
    trains
        Spikes on the window, not yet `SpikeTrains.rounded_to_ms`: the dead time of that
        step takes more spikes where rates are high, so it has to come after thinning.
    match
        From `RateMatch.between`, over all windows of the same session or circuit.
    condition
        That of this window.
    members
        Subsets of units, (n_subsets, n_units); each thinning has its share of them.
    n_thinnings
        How many times spikes are deleted.
    rng
        From `thinning_rng`.

    Returns
    -------
    dict[str, float]
        By `MATCHED_NAMES`, in that order; NaN where undefined in more than half of the
        subsets, and throughout without a match.
    """
    if match is None:
        return dict.fromkeys(MATCHED_NAMES, np.nan)
    active = match.active(trains.duration_s)
    parts = [
        describe_subsets(
            thinned(trains, match.kept[condition], rng).rounded_to_ms(),
            active,
            members[i::n_thinnings],
        )
        for i in range(n_thinnings)
    ]
    return {
        name: mean_if_mostly_defined(
            np.concatenate([part[raw_name(name)] for part in parts])
        )
        for name in MATCHED_NAMES
    }

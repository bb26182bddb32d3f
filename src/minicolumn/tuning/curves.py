"""Optional targets: rates of units by class, Fano factors by window, and weights.

They are those of Ito et al. (2025) beside our statistics: quantiles of the rates of
units, with a Huber loss that treats both sides alike; Fano factors of pooled counts
against the window; and how far the distribution of weights moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import jax.numpy as jnp
import numpy as np
import pyarrow as pa
from jax import Array

from minicolumn.arrays import mean_of_defined, strings
from minicolumn.config import Statistics, UnitFilter
from minicolumn.config.tuned import Fitting
from minicolumn.files.store import read_tables
from minicolumn.files.tables import EPOCHS, UNITS
from minicolumn.recordings.units import fast_spiking, selected_units
from minicolumn.sessions.session import Session
from minicolumn.statistics.describe import draw_members, subset_rng
from minicolumn.statistics.presence import present
from minicolumn.statistics.trains import MS_PER_S, SpikeTrains, cut_window

QUANTILES = (np.arange(10) + 0.5) / 10
"""Of the rates of the units of a class: units are not as many as neurons."""
WINDOWS_MS = (5, 10, 20, 50, 100, 200, 500, 1000)
"""Of Fano factors, up to half of what is described."""
HUBER = 1.0
"""Difference of log rates beyond which the loss is straight."""
# A clamp may leave no weight; its logarithm would be infinite.
_LEAST_US = 1e-9


class Curves(NamedTuple):
    """Curves of C circuits or epochs, NaN where undefined.

    Attributes
    ----------
    rates
        Log of rate and offset at `QUANTILES`, excitatory or regular-spiking units
        first, (C, 2, quantiles).
    fano
        Log of the Fano factor of the summed spikes of as many units as are described,
        mean over subsets, (C, windows).
    """

    rates: Array
    fano: Array


def curves(spikes: Array, classes: Array, members: Array, settings: Fitting) -> Curves:
    """Return the curves of spikes, 0.0 or 1.0 in each ms, (ms, C, N).

    ``classes`` are masks (C, 2, N), and ``members`` are subsets, bool (C, S, N). As in
    `statistics.smooth`, derivatives are what one more spike does.
    """
    rate_hz = spikes.sum(axis=0) * MS_PER_S / len(spikes)
    rates = jnp.log(rate_quantiles(rate_hz, classes) + settings.loss_log_offset)
    windows = [width for width in WINDOWS_MS if 2 * width <= len(spikes)]
    fano = [_log_fano(spikes, members, width) for width in windows]
    return Curves(rates, jnp.stack(fano, axis=-1))


def rate_quantiles(rate_hz: Array, classes: Array) -> Array:
    """Return quantiles of rates (C, N) within each class, (C, classes, quantiles)."""
    n = classes.sum(axis=-1)[..., None]
    ordered = jnp.sort(jnp.where(classes, rate_hz[:, None], jnp.inf), axis=-1)
    place = QUANTILES * jnp.maximum(n - 1, 0)
    low = jnp.floor(place).astype(jnp.int32)
    high = jnp.minimum(low + 1, jnp.maximum(n - 1, 0))
    at_low, at_high = (
        jnp.take_along_axis(ordered, one, axis=-1) for one in (low, high)
    )
    return jnp.where(n > 0, at_low + (place - low) * (at_high - at_low), jnp.nan)


def _log_fano(spikes: Array, members: Array, width_ms: int) -> Array:
    n = len(spikes) // width_ms
    parts = spikes[: n * width_ms].reshape(n, width_ms, *spikes.shape[1:])
    counts = jnp.einsum("csn,tcn->tcs", members.astype(spikes.dtype), parts.sum(axis=1))
    own = (spikes - spikes**2).sum(axis=0) * (1 / n - 1 / n**2)
    variance = counts.var(axis=0) + jnp.einsum("csn,cn->cs", members, own)
    mean = counts.mean(axis=0)
    there = (mean > 0) & (variance > 0)
    ratio = jnp.where(there, variance, 1.0) / jnp.where(there, mean, 1.0)
    factor = jnp.where(there, ratio * n / (n - 1), 0.0).sum(axis=-1)
    number = there.sum(axis=-1)
    defined = number > 0
    middle = jnp.where(defined, factor / jnp.maximum(number, 1), 1.0)
    return jnp.where(defined, jnp.log(middle), jnp.nan)


def curve_loss(found: Curves, aim: Curves, settings: Fitting) -> Array:
    """Return the loss of each circuit, (C,), by what the settings ask for."""
    away = _differences(found.rates, aim.rates)
    size = jnp.abs(away)
    huber = jnp.where(size < HUBER, away**2 / 2, HUBER * (size - HUBER / 2))
    fano = _differences(found.fano, aim.fano) ** 2
    weights = settings.also
    return weights.unit_rates * huber.mean(axis=(1, 2)) + weights.fano * fano.mean(1)


def _differences(found: Array, aim: Array) -> Array:
    """Return differences, 0 where either is undefined."""
    there = jnp.isfinite(found) & jnp.isfinite(aim)
    return jnp.where(there, jnp.where(there, found, 0.0) - aim, 0.0)


def moved_distribution(weights_uS: Array, before_uS: Array) -> Array:
    """Return how far the distribution of log weights has moved, (F,).

    The earth mover's distance between the logarithms of all connections of a circuit,
    after and before; both arguments are (F, N, N), 0 where there is no connection.
    """
    there = (before_uS > 0).reshape(len(before_uS), -1)
    after, before = (
        jnp.sort(jnp.where(there, _logs(one).reshape(there.shape), jnp.inf), axis=-1)
        for one in (weights_uS, before_uS)
    )
    kept = jnp.isfinite(before)
    apart = jnp.where(kept, after, 0.0) - jnp.where(kept, before, 0.0)
    return jnp.abs(apart).sum(axis=-1) / jnp.maximum(kept.sum(axis=-1), 1)


def _logs(weights_uS: Array) -> Array:
    return jnp.log(jnp.maximum(weights_uS, _LEAST_US))


@dataclass(frozen=True, eq=False)
class Recorded:
    """Units of a session, and its epochs, of the kinds `tables.UNITS` and `EPOCHS`."""

    units: pa.Table
    epochs: pa.Table

    @classmethod
    def read(
        cls,
        units: Sequence[str],
        epochs: Sequence[str],
        unit_filter: UnitFilter,
    ) -> Self | None:
        """Read the units that pass and the epochs; None where no file is given."""
        if not units:
            return None
        every = read_tables(units, UNITS)
        return cls(selected_units(every, unit_filter), read_tables(epochs, EPOCHS))

    def curves(
        self, session: Session, matching: Statistics, settings: Fitting, seed: int
    ) -> Curves:
        """Return the mean curves over the conditioning epochs of the session, C = 1."""
        windows = self._conditioning(session)
        firing = present([one.counts for one in windows])
        rng = subset_rng(seed, session.identity)
        if firing.sum() < matching.n_units:
            firing = np.ones_like(firing)
        n_units = min(matching.n_units, firing.size)
        members = draw_members(firing, n_units, matching.n_subsets, rng)
        fast = fast_spiking(self.units)
        classes = jnp.asarray(np.stack([~fast, fast])[None])
        subsets = jnp.asarray(members[None])
        each = [curves(_dense(one), classes, subsets, settings) for one in windows]
        return Curves(*(_mean(one) for one in zip(*each, strict=True)))

    def _conditioning(self, session: Session) -> list[SpikeTrains]:
        at_rest = strings(self.epochs, "state") == "stationary"
        start_s, stop_s = (
            self.epochs[name].to_numpy()[at_rest][session.is_conditioning]
            for name in ("start_s", "stop_s")
        )
        trains = [one.values.to_numpy() for one in self.units["spike_times_s"]]
        return [
            cut_window(trains, start, stop - start)
            for start, stop in zip(start_s, stop_s, strict=True)
        ]


def _dense(trains: SpikeTrains) -> Array:
    n_ms = round(MS_PER_S * trains.duration_s)
    spikes = np.zeros((n_ms, 1, trains.n_units), np.float32)
    ms = np.minimum((MS_PER_S * trains.time_s).astype(int), n_ms - 1)
    spikes[ms, 0, trains.unit] = 1.0
    return jnp.asarray(spikes)


def _mean(each: Sequence[Array]) -> Array:
    stacked = np.stack([np.asarray(one, np.float64) for one in each])
    return jnp.asarray(mean_of_defined(stacked))

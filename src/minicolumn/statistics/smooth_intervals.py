"""Sums over interspike intervals, with the derivative that one more spike makes.

Sums of functions of intervals have no useful derivative of their own: an interval that
a spike cuts in two does not shrink, it is replaced. So the derivative with respect to a
spike is the difference between the sums with it and without it, which is exact.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from minicolumn.statistics.intervals import BURST_INTERVAL_S
from minicolumn.statistics.trains import MS_PER_S

# No neuron spikes twice within. What makes it spike so shortly before one of its spikes
# moves that one, and adds none.
REFRACTORY_MS = 4


class Sums(NamedTuple):
    """Sums over the intervals of each unit, (C, N): in ms, and of pairs of intervals.

    Attributes
    ----------
    n, total, squares, short
        Number of intervals, their sum and that of their squares, and how many are part
        of a burst.
    pairs, terms
        Number of successive intervals, and the sum of what they add to `intervals.lv`.
    """

    n: Array
    total: Array
    squares: Array
    short: Array
    pairs: Array
    terms: Array


class _Around(NamedTuple):
    """Spikes around each millisecond, (ms, C, N): how far, and whether there are any.

    ``before`` is the time since the last spike and ``after`` that until the next one;
    ``earlier`` is the interval that the last one ended, ``later`` that which the next
    one begins.
    """

    before: Array
    after: Array
    earlier: Array
    later: Array
    has_before: Array
    has_after: Array
    has_earlier: Array
    has_later: Array

    @classmethod
    def of(cls, spikes: Array) -> "_Around":
        n, here = len(spikes), spikes > 0.5
        last, earliest = _last_two(here, jnp.arange(n), -1)
        following, latest = _last_two(here, jnp.arange(n), n, reverse=True)
        at = jnp.arange(n)[:, None, None]
        return cls(
            (at - last).astype(spikes.dtype),
            (following - at).astype(spikes.dtype),
            (last - earliest).astype(spikes.dtype),
            (latest - following).astype(spikes.dtype),
            last >= 0,
            following < n,
            earliest >= 0,
            latest < n,
        )


def _last_two(
    here: Array, at: Array, none: int, reverse: bool = False
) -> tuple[Array, Array]:
    """Return when there were the last two spikes before each millisecond, or ``none``.

    In ``reverse``, when there will be the next two.
    """

    def onward(seen: tuple[Array, Array], x: tuple[Array, Array]) -> Any:
        (last, earlier), (spiked, now) = seen, x
        moved = jnp.where(spiked, now, last), jnp.where(spiked, last, earlier)
        return moved, seen

    nothing = jnp.full(here.shape[1:], none, at.dtype)
    return lax.scan(onward, (nothing, nothing), (here, at), reverse=reverse)[1]


@jax.custom_vjp
def interval_sums(spikes: Array) -> Sums:
    """Return sums over intervals of spikes (ms, C, N), 0.0 or 1.0 in each ms."""
    return _sums(spikes, _Around.of(spikes))


def _sums(spikes: Array, around: _Around) -> Sums:
    ends = (spikes > 0.5) & around.has_before
    return Sums(
        *(_where(ends, one).sum(axis=0) for one in _of_interval(around.before)),
        *(
            _where(ends & around.has_earlier, one).sum(axis=0)
            for one in _of_pair(around.earlier, around.before)
        ),
    )


def _forward(spikes: Array) -> tuple[Sums, Any]:
    around = _Around.of(spikes)
    return _sums(spikes, around), (spikes, around)


def _backward(kept: Any, cotangents: Sums) -> tuple[Array]:
    spikes, around = kept
    slope = sum(
        (
            one * cotangent
            for one, cotangent in zip(_differences(around), cotangents, strict=True)
        ),
        start=jnp.zeros_like(spikes),
    )
    near = around.has_before & (around.before < REFRACTORY_MS)
    near |= around.has_after & (around.after < REFRACTORY_MS)
    return (_where((spikes > 0.5) | ~near, slope),)


interval_sums.defvjp(_forward, _backward)


def _differences(x: _Around) -> Any:
    """Return the sums with a spike minus those without it, at each place."""
    whole, both = x.before + x.after, x.has_before & x.has_after
    intervals = zip(
        *(_of_interval(one) for one in (x.before, x.after, whole)), strict=True
    )
    for first, second, joined in intervals:
        cut = _where(x.has_before, first) + _where(x.has_after, second)
        yield cut - _where(both, joined)
    pairs = zip(
        *(
            _of_pair(*pair)
            for pair in (
                (x.earlier, x.before),
                (x.before, x.after),
                (x.after, x.later),
                (x.earlier, whole),
                (whole, x.later),
            )
        ),
        strict=True,
    )
    for first, middle, second, joined, then in pairs:
        cut = _where(x.has_earlier, first) + _where(both, middle)
        cut += _where(x.has_later, second)
        cut -= _where(x.has_earlier & x.has_after, joined)
        yield cut - _where(x.has_before & x.has_later, then)


def _of_interval(isi: Array) -> tuple[Array, ...]:
    short = isi < BURST_INTERVAL_S * MS_PER_S - 0.5
    return jnp.ones_like(isi), isi, isi**2, short.astype(isi.dtype)


def _of_pair(isi: Array, following: Array) -> tuple[Array, ...]:
    return jnp.ones_like(isi), 3 * ((isi - following) / (isi + following)) ** 2


def _where(mask: Array, values: Array) -> Array:
    return jnp.where(mask, values, 0.0)

"""The background current: two Ornstein-Uhlenbeck processes and brief strong inputs.

Noise is counter-based: every draw is a function of (seed, circuit, trial, millisecond,
cell type, index), so a circuit receives the same background alone, in any batch, under
any padding and at any time step. The discretization of both processes is exact: their
variance and correlation time do not depend on the grid.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.extend.random import threefry2x32_p
from jax.typing import ArrayLike

from minicolumn.simulation.packing import Background, Batch, Padding

BIN_MS = 1.0  # spikes are counted, and the slow background renewed, once per bin
DRAW_MS = 0.5  # the fast background is renewed on this grid, whatever the time step
DRAWS = round(BIN_MS / DRAW_MS)


class Deviates(NamedTuple):
    """One millisecond of normal deviates, shared by conditions unless they differ."""

    fast: Array  # (DRAWS, C, 1 or L, N)
    slow: Array  # (C, 1 or L, N)
    burst: Array  # (C, 1 or L, N)


class State(NamedTuple):
    """Both processes in units of their SD, and what is left of brief inputs."""

    fast: Array
    slow: Array
    burst: Array


def source(
    batch: Batch, own: Array | None, root: Array, padding: Padding
) -> Callable[[Array], Deviates]:
    """Return a function from a millisecond to its deviates.

    ``own`` names a background for each condition, (C, L), if each has one of its own.
    """
    keys = _keys(batch, own, root, padding)
    draw = jnp.arange(-(-(DRAWS + 2) // 2), dtype=jnp.uint32)[:, None, None, None]
    share = batch.background.common_fraction

    def deviates(ms: Array) -> Deviates:
        # Threefry makes two words of a key and a counter: one draw for each.
        words = threefry2x32_p.bind(*jnp.broadcast_arrays(*keys[:, None], ms, draw))
        normal = jnp.concatenate([_normal(word) for word in words]).astype(share.dtype)
        private, common = normal[..., :-1], normal[:DRAWS, ..., -1:]
        fast = jnp.sqrt(1 - share) * private[:DRAWS] + jnp.sqrt(share) * common
        return Deviates(fast, private[DRAWS], private[DRAWS + 1])

    return deviates


def _keys(batch: Batch, own: Array | None, root: Array, padding: Padding) -> Array:
    """Return one key per circuit, condition and neuron, (2, C, 1 or L, N + 1).

    The last is for what all neurons receive together. A neuron is named by its type and
    its place among its type, so padding moves nothing.
    """
    named = jnp.zeros_like(batch.circuit_id[:, None]) if own is None else own
    sizes = (*padding, 1)
    kind = np.repeat(np.arange(3), sizes)
    place = np.concatenate([np.arange(size) for size in sizes])
    circuit, trial = (x[:, None, None] for x in (batch.circuit_id, batch.trial))
    shape = (*named.shape, len(kind))
    key = root
    for counter in (circuit, named[..., None], trial, kind, place):
        key = _fold_in(key, counter, shape)
    return jnp.moveaxis(jax.random.key_data(key), -1, 0)


def _fold_in(key: Array, counter: ArrayLike, shape: tuple[int, ...]) -> Array:
    flat = jnp.broadcast_to(jnp.asarray(counter, jnp.uint32), shape).ravel()
    keys = jnp.broadcast_to(key, shape).ravel()
    return jax.vmap(jax.random.fold_in)(keys, flat).reshape(shape)


def _normal(word: Array) -> Array:
    """Return a standard normal deviate for each 32-bit word, in float32.

    Always in float32, so that float64 runs meet the same path. The half keeps the
    uniform away from -1 and 1.
    """
    uniform = (jnp.right_shift(word, 9).astype(jnp.float32) + 0.5) * 2.0**-22 - 1.0
    return np.float32(np.sqrt(2)) * lax.erf_inv(uniform)


def initial(drawn: Deviates) -> State:
    """Return the background at time 0, drawn from its stationary distribution."""
    slow = jnp.broadcast_to(drawn.slow, drawn.fast.shape[1:])
    return State(drawn.fast[0], slow, jnp.zeros_like(slow))


def fast_current(
    background: Background, fast: Array, deviate: Array
) -> tuple[Array, Array]:
    """Return the fast process after `DRAW_MS`, and its current in nA."""
    kept = jnp.exp(-DRAW_MS / background.tau_fast_ms)
    fast = kept * fast + jnp.sqrt(1 - kept**2) * deviate
    return fast, background.noise_fast_nA * fast


def slow_current(
    background: Background, state: State, drawn: Deviates
) -> tuple[State, Array]:
    """Return the state after `BIN_MS`, and all current but the fast one in nA."""
    kept = jnp.exp(-BIN_MS / background.tau_slow_ms)
    slow = kept * state.slow + jnp.sqrt(1 - kept**2) * drawn.slow
    begun = (drawn.burst > background.burst_above).astype(slow.dtype)
    burst = state.burst * jnp.exp(-BIN_MS / background.tau_burst_ms) + begun
    current_nA = (
        background.drive_nA
        + background.noise_slow_nA * slow
        + background.burst_nA * burst
    )
    return State(state.fast, slow, burst), current_nA

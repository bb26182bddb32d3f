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
from jax import Array
from jax.typing import ArrayLike

from minicolumn.simulation.packing import Background, Batch, Padding

BIN_MS = 1.0  # spikes are counted, and the slow background renewed, once per bin
DRAW_MS = 0.5  # the fast background is renewed on this grid, whatever the time step
DRAWS = round(BIN_MS / DRAW_MS)


class Deviates(NamedTuple):
    """One millisecond of normal deviates, shared by conditions unless they differ."""

    fast: list[Array]  # DRAWS of (C, 1 or L, N)
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
    keys = keys_of(batch, own, root, padding)
    share = batch.background.common_fraction

    def deviates(ms: Array) -> Deviates:
        normal = [x.astype(share.dtype) for x in normals(keys[0], keys[1], ms)]
        private, common = [x[..., :-1] for x in normal], [x[..., -1:] for x in normal]
        return deviates_of(private, common, share)

    return deviates


def normals(key0: Array, key1: Array, ms: Array) -> list[Array]:
    """Return the deviates of one millisecond for each key: `DRAWS`, slow, burst.

    Threefry makes two words of a key and a counter, of which each is one deviate.
    """
    n_pairs = -(-(DRAWS + 2) // 2)
    pairs = [threefry(key0, key1, ms, np.uint32(i)) for i in range(n_pairs)]
    return [normal(pair[which]) for which in range(2) for pair in pairs][: DRAWS + 2]


def deviates_of(private: list[Array], common: list[Array], share: Array) -> Deviates:
    """Return the deviates of a millisecond, from `normals` of each neuron and of all.

    All neurons have a ``share`` of the variance of the fast ones in common.
    """
    own, shared = jnp.sqrt(1 - share), jnp.sqrt(share)
    both = zip(private[:DRAWS], common[:DRAWS], strict=True)
    fast = [own * one + shared * other for one, other in both]
    return Deviates(fast, private[DRAWS], private[DRAWS + 1])


def threefry(
    key0: Array, key1: Array, count0: ArrayLike, count1: ArrayLike
) -> tuple[Array, Array]:
    """Return the two words of Threefry-2x32 with 20 rounds (Salmon et al. 2011).

    Written out, since a GPU kernel cannot call JAX's own primitive, whose words these
    are. All are uint32 of shapes that broadcast.
    """
    keys = key0, key1, key0 ^ key1 ^ np.uint32(0x1BD11BDA)
    x, y = key0 + count0, key1 + count1
    for group in range(5):
        for left in _ROTATIONS[group % 2]:
            x = x + y
            y = x ^ (y << np.uint32(left) | y >> np.uint32(32 - left))
        x = x + keys[(group + 1) % 3]
        y = y + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x, y


_ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)


def keys_of(batch: Batch, own: Array | None, root: Array, padding: Padding) -> Array:
    """Return one key per circuit, condition and neuron, (2, C, 1 or L, N + 1).

    The last is for what all neurons receive together. A neuron is named by its type and
    its place among its type, so padding moves nothing.
    """
    named = jnp.zeros_like(batch.circuit_id[:, None]) if own is None else own
    sizes = (*padding, 1)
    kind = np.repeat(np.arange(len(sizes)), sizes)
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


def normal(word: Array) -> Array:
    """Return a standard normal deviate for each 32-bit word, in float32.

    Always in float32, so that float64 runs meet the same path. The half keeps the
    uniform away from -1 and 1.
    """
    uniform = (jnp.right_shift(word, 9).astype(jnp.float32) + 0.5) * 2.0**-22 - 1.0
    return np.float32(np.sqrt(2)) * _erf_inv(uniform)


def _erf_inv(x: Array) -> Array:
    """Return the inverse error function: the polynomials of Giles 2010, as in XLA.

    Written out for GPU kernels; a test holds every bit to ``lax.erf_inv``.
    """
    w = -jnp.log1p(-x * x)
    central = w < 5.0
    w = jnp.where(central, w - 2.5, jnp.sqrt(w) - 3.0)
    value = jnp.zeros_like(x)
    for near, far in zip(_GILES_CENTRAL, _GILES_TAIL, strict=True):
        value = jnp.where(central, np.float32(near), np.float32(far)) + value * w
    return value * x


_GILES_CENTRAL = (
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
)
_GILES_TAIL = (
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
)


def initial(drawn: Deviates) -> State:
    """Return the background at time 0, drawn from its stationary distribution."""
    slow = jnp.broadcast_to(drawn.slow, drawn.fast[0].shape)
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

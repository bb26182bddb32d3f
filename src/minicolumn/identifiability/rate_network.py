"""Rate networks that share their connections and differ in gains and biases.

After Beiran and Litwin-Kumar 2025 (Nature Neuroscience). The current ``h`` into each
neuron obeys ``tau dh/dt = -h + J (g tanh(h + b)) + u``, with connections ``J``, gains
``g`` and biases ``b``.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

TAU_S, STEP_S, DURATION_S = 0.1, 0.02, 2.0
# Input changes in about three time constants.
INPUT_TAU_S = 0.3
RECURRENCE = 2.5
"""Magnitude of the eigenvalues of the connections, about."""
SPREAD = 0.5
"""SD of the biases, and of the logarithm of the gains."""


class Unknown(NamedTuple):
    """What nobody has measured of each neuron, (..., N)."""

    log_gain: Array
    bias: Array

    @classmethod
    def drawn(cls, rng: np.random.Generator, *shape: int) -> "Unknown":
        """Return independent draws: those of a teacher, or where students start."""
        return cls(*(jnp.asarray(one) for one in SPREAD * rng.normal(size=(2, *shape))))


class Known(NamedTuple):
    """What a teacher and its students have in common.

    Attributes
    ----------
    connections
        (N, N), to by from.
    current
        External current in each step, (steps, N).
    """

    connections: Array
    current: Array


def drawn(rng: np.random.Generator, n: int, dimensions: int) -> Known:
    """Return connections of an even rank, and external currents along its directions.

    Currents into neurons then stay within as many dimensions, whatever the gains. Pairs
    of directions rotate into each other: no direction is slower than others.
    """
    modes = rng.normal(size=(n, dimensions))
    basis, _ = np.linalg.qr(rng.normal(size=(dimensions, dimensions)))
    turned = np.kron(np.eye(dimensions // 2), [[0.0, -1.0], [1.0, 0.0]])
    between = basis @ turned @ basis.T
    connections = RECURRENCE / n * modes @ between @ modes.T
    signals = _smooth(rng, round(DURATION_S / STEP_S), dimensions)
    current = signals @ modes.T / np.sqrt(dimensions)
    return Known(jnp.asarray(connections), jnp.asarray(current))


def currents(known: Known, unknown: Unknown) -> Array:
    """Return the current into each neuron after each step, (steps, N)."""
    gain, step = jnp.exp(unknown.log_gain), STEP_S / TAU_S

    def advance(h: Array, external: Array) -> tuple[Array, Array]:
        rates = gain * jnp.tanh(h + unknown.bias)
        h = h + step * (-h + known.connections @ rates + external)
        return h, h

    return jax.lax.scan(advance, jnp.zeros_like(unknown.bias), known.current)[1]


def participation_ratio(activity: ArrayLike) -> float:
    """Return the dimension of activity (steps, N).

    It is the squared sum of the eigenvalues of its covariance over the sum of their
    squares.

    Examples
    --------
    >>> participation_ratio([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    2.0
    """
    covariance = np.cov(np.asarray(activity, np.float64), rowvar=False)
    return float(np.trace(covariance) ** 2 / (covariance**2).sum())


def _smooth(rng: np.random.Generator, n: int, dimensions: int) -> NDArray[np.float64]:
    """Return stationary signals of variance 1, (n, dimensions)."""
    kept = np.exp(-STEP_S / INPUT_TAU_S)
    signals = rng.normal(size=(n, dimensions))
    signals[1:] *= np.sqrt(1 - kept**2)
    for now in range(1, n):
        signals[now] += kept * signals[now - 1]
    return signals

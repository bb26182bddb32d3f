"""What arrives at all neurons when some have spiked: a product with the weights.

In a large circuit few neurons spike in a millisecond. There a processor adds the rows
of those alone; a product reads all weights. Both give the same up to rounding, since
they add in another order.
"""

import jax.numpy as jnp
from jax import Array, lax

BY_SPIKE_FROM = 2**18
"""Weights of a circuit from which on rows are added one by one."""


def spread_out(amplitude: Array, weights: Array) -> Array:
    """Return the sum of the weights (C, P, Q) of each neuron, times its amplitude.

    Parameters
    ----------
    amplitude
        Of each presynaptic neuron, 0 without a spike, (C, L, P).
    weights
        Of its connections, (C, P, Q).

    Returns
    -------
    Array
        (C, L, Q).
    """
    if weights[0].size < BY_SPIKE_FROM:
        return product(amplitude, weights)
    return lax.platform_dependent(amplitude, weights, cpu=by_spike, default=product)


def product(amplitude: Array, weights: Array) -> Array:
    """Return the sums of `spread_out` as a product of matrices."""
    return jnp.einsum(
        "clj,cji->cli", amplitude, weights, precision=lax.Precision.HIGHEST
    )


def by_spike(amplitude: Array, weights: Array) -> Array:
    """Return the sums of `spread_out`, one spike after the other."""
    n_circuits, n_conditions, n = amplitude.shape
    places = jnp.arange(n, dtype=jnp.int32)

    def one_simulation(at: Array) -> Array:
        circuit, own = at // n_conditions, amplitude.reshape(-1, n)[at]
        spiked = own != 0

        def next_after(neuron: Array) -> Array:
            return jnp.min(jnp.where(spiked & (places > neuron), places, n))

        def add(carry: tuple[Array, Array]) -> tuple[Array, Array]:
            neuron, sums = carry
            row = weights[circuit, neuron]
            return next_after(neuron), sums + own[neuron] * row

        first = next_after(jnp.int32(-1)), jnp.zeros_like(weights[0, 0])
        return lax.while_loop(lambda carry: carry[0] < n, add, first)[1]

    sums = lax.map(one_simulation, jnp.arange(n_circuits * n_conditions))
    return sums.reshape(n_circuits, n_conditions, -1)

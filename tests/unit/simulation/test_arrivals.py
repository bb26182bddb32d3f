import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.simulation import arrivals


@pytest.mark.parametrize("share", [0.0, 0.02, 1.0])
def test_spikes_one_by_one_are_a_product_with_the_weights(share):
    rng = np.random.default_rng(3)
    amplitude = rng.random((2, 3, 600)) * (rng.random((2, 3, 600)) < share)
    weights = rng.standard_normal((2, 600, 500))
    arguments = jnp.asarray(amplitude, "f4"), jnp.asarray(weights, "f4")
    expected = np.einsum("clj,cji->cli", amplitude, weights)
    for of in (arrivals.spread_out, arrivals.by_spike, arrivals.product):
        np.testing.assert_allclose(of(*arguments), expected, atol=1e-3)


def test_the_last_and_the_first_neuron_count():
    amplitude = jnp.zeros((1, 1, 4)).at[0, 0, jnp.array([0, 3])].set(1.0)
    weights = jnp.arange(8.0).reshape(1, 4, 2)
    np.testing.assert_array_equal(arrivals.by_spike(amplitude, weights), [[[6.0, 8.0]]])

"""Signs and connections survive what is said to keep them."""

from typing import get_args

import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.config.tuned import ByGradient, Rates
from minicolumn.simulation.packing import Padding
from minicolumn.tuning.parameters import SCALED, Trained
from minicolumn.tuning.updates import MOST_LOG_FACTOR, How, Moments, relative, step

PADDING = Padding(6, 4)
N, F = 10, 2


def some(seed):
    """Return two circuits with a third of all connections, and steps' gradients."""
    rng = np.random.default_rng(seed)
    there = rng.random((F, N, N)) < 0.33
    weights = np.where(there, rng.lognormal(-6, 0.5, (F, N, N)), 0.0)
    trained = Trained(
        jnp.asarray(weights, jnp.float32),
        jnp.zeros((F, 1, N)),
        jnp.zeros((F, 1, len(SCALED))),
    )
    gradients = [
        Trained(*(jnp.asarray(rng.normal(0, 30, one.shape)) for one in trained))
        for _ in range(5)
    ]
    return trained, gradients


def after(update, seed, weights=0.1, factor=1.0):
    trained, gradients = some(seed)
    rates = Rates(weights=weights, bias_nA=0.01, background=0.5)
    how, moments = How(update, rates, PADDING), Moments.of(trained)
    for gradient in gradients:
        trained, moments = step(trained, gradient, moments, how, jnp.float32(factor))
    before = np.asarray(some(seed)[0].weights_uS, float)
    return before, np.asarray(trained.weights_uS, float), trained


@pytest.mark.parametrize("update", get_args(ByGradient))
@pytest.mark.parametrize("seed", [1, 2])
def test_no_sign_changes_and_no_connection_is_made(update, seed):
    before, weights, _ = after(update, seed, weights=0.002)
    assert (weights >= 0).all()
    assert not weights[before == 0].any()


@pytest.mark.parametrize("update", ["exponentiated", "log", "cell_types"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_connection_is_lost(update, seed):
    before, weights, _ = after(update, seed)
    assert (weights[before > 0] > 0).all()
    moved = np.abs(np.log(weights[before > 0] / before[before > 0]))
    assert 0 < moved.max() < 1


def test_clamp_loses_connections_and_fixed_keeps_all_as_they_are():
    before, weights, _ = after("clamp", 1, weights=0.002)
    assert (weights[before > 0] == 0).any()
    before, weights, trained = after("fixed", 1)
    np.testing.assert_array_equal(weights, before)
    assert np.asarray(trained.bias_nA).any()


def test_cell_types_share_a_factor():
    before, weights, _ = after("cell_types", 2)
    kind = np.repeat([0, 1], PADDING)
    for pre in (0, 1):
        for post in (0, 1):
            block = (kind[:, None] == pre) & (kind == post) & (before[0] > 0)
            factor = weights[0][block] / before[0][block]
            np.testing.assert_allclose(factor, factor[0], rtol=1e-5)


def test_a_step_goes_against_the_gradient_and_factors_have_bounds():
    trained, gradients = some(3)
    rates = Rates(weights=0.1, bias_nA=0.01, background=50.0)
    how = How("exponentiated", rates, PADDING)
    new, _ = step(trained, gradients[0], Moments.of(trained), how, jnp.float32(0.5))
    np.testing.assert_allclose(
        new.bias_nA, -0.005 * np.sign(gradients[0].bias_nA), rtol=1e-4
    )
    assert np.abs(np.asarray(new.log_factors)).max() == MOST_LOG_FACTOR


def test_the_norm_has_no_unit_and_is_one_per_fit():
    trained, gradients = some(4)
    gradient = gradients[0]._replace(weights_uS=0 * gradients[0].weights_uS)
    gradient = gradient._replace(log_factors=0 * gradient.log_factors)
    expected = 0.1 * np.linalg.norm(np.asarray(gradient.bias_nA)[:, 0], axis=-1)
    np.testing.assert_allclose(relative(gradient, trained), expected, rtol=1e-5)

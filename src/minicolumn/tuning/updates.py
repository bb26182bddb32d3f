"""How a step of a fit follows from its gradient.

All updates take the direction of Adam (Kingma & Ba 2015), the mean gradient over its
root mean square. They differ in what they do to weights with it: ``exponentiated``
multiplies, so that no sign changes and no connection is lost or made (Cornford et al.
2024, with the moments of Adam as Ito et al. 2025 have it); ``log`` is Adam on log
weights; ``clamp`` adds and cuts off at 0; ``cell_types`` multiplies all connections
between two types of neuron by one factor; ``fixed`` leaves them.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from minicolumn.config.tuned import Rates, Update
from minicolumn.simulation.packing import Padding
from minicolumn.tuning.parameters import Trained

DECAY = 0.9, 0.99
_TINY = 1e-11
# Background and M conductance within a factor of 20.
MOST_LOG_FACTOR = 3.0


class Moments(NamedTuple):
    """Running means of gradients and of their squares, and steps taken, (F, 1, 1)."""

    mean: Trained
    square: Trained
    steps: Array

    @classmethod
    def of(cls, trained: Trained) -> "Moments":
        """Return the moments before the first step."""
        zero = jax.tree.map(jnp.zeros_like, trained)
        return cls(zero, zero, jnp.zeros((len(trained.bias_nA), 1, 1)))


def relative(gradient: Trained, trained: Trained) -> Array:
    """Return the norm of each fit's gradient, (F,), without unit.

    With respect to log weights, log factors and the bias in units of 0.1 nA.
    """
    parts = (
        gradient.weights_uS * trained.weights_uS,
        gradient.bias_nA * 0.1,
        gradient.log_factors,
    )
    return jnp.sqrt(sum(jnp.sum(part**2, axis=(1, 2)) for part in parts))


class How(NamedTuple):
    """Which update, how far, and where the neurons of each type are."""

    update: Update
    rates: Rates
    padding: Padding


def step(
    trained: Trained, gradient: Trained, moments: Moments, how: How, factor: Array
) -> tuple[Trained, Moments]:
    """Return what is trained after one step, and the moments.

    ``factor`` shortens the step.
    """
    weights_uS, rates = trained.weights_uS, how.rates
    gradient = gradient._replace(
        weights_uS=_of_update(gradient.weights_uS, weights_uS, how)
    )
    steps = moments.steps + 1
    mean = _decayed(moments.mean, gradient, DECAY[0])
    square = _decayed(moments.square, jax.tree.map(jnp.square, gradient), DECAY[1])
    unbiased = jnp.sqrt(1 - DECAY[1] ** steps) / (1 - DECAY[0] ** steps)
    direction = jax.tree.map(
        lambda m, s: factor * unbiased * m / (jnp.sqrt(s) + _TINY), mean, square
    )
    far = rates.weights * direction.weights_uS
    if how.update == "clamp":
        weights_uS = jnp.where(weights_uS > 0, jnp.maximum(weights_uS - far, 0.0), 0.0)
    elif how.update != "fixed":
        weights_uS = weights_uS * jnp.exp(-far)
    logs = trained.log_factors - rates.background * direction.log_factors
    return (
        Trained(
            weights_uS,
            trained.bias_nA - rates.bias_nA * direction.bias_nA,
            jnp.clip(logs, -MOST_LOG_FACTOR, MOST_LOG_FACTOR),
        ),
        Moments(mean, square, steps),
    )


def _decayed(running: Trained, new: Trained, decay: float) -> Trained:
    return jax.tree.map(lambda a, b: decay * a + (1 - decay) * b, running, new)


def _of_update(gradient: Array, weights_uS: Array, how: How) -> Array:
    """Return the gradient with respect to what the update takes steps in."""
    if how.update in ("log", "cell_types"):
        gradient = gradient * weights_uS
    if how.update == "cell_types":
        every = np.arange(len(how.padding))
        kind = np.repeat(every, how.padding)
        of_kind = jnp.asarray(kind[:, None] == every, gradient.dtype)
        sums = jnp.einsum("fij,ik,jl->fkl", gradient, of_kind, of_kind)
        gradient = sums[:, kind][:, :, kind]
    return gradient

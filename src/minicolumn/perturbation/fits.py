"""Fitting of a student to unperturbed trials."""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.config.perturbation import Fits
from minicolumn.keys import Stream, generator, integer_seed
from minicolumn.perturbation.losses import Summary, Targets, loss, summarize
from minicolumn.perturbation.students import Student, Weights, noise_key, undisturbed

logger = logging.getLogger(__name__)

DECAY = 0.9, 0.99
LARGEST_NORM = 10.0
RATES = Weights(recurrent=5.0, bias=0.3, stimulus=1.0, log_noise=0.3, log_common=0.3)
"""Of each kind of weight, in units of the rate."""
HELD_OUT = 0.25
CHECK_EVERY = 20
REMEMBERED = 0.9
"""Of earlier covariances, in each step."""
_TINY = 1e-8


class _Moving(NamedTuple):
    """Weights, and Adam's moments."""

    weights: Weights
    mean: Weights
    square: Weights


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted student.

    Attributes
    ----------
    weights
        Those of the step with the least loss on held-out trials.
    losses
        On the trials of each step, (steps,).
    held_out
        Loss of neurons' means and of matched single trials on held-out trials.
    """

    weights: Weights
    losses: NDArray[np.float64]
    held_out: tuple[float, float]


def fit(
    student: Student,
    trials: NDArray[np.bool_],
    settings: Fits,
    seed: int,
    identity: tuple[int, ...],
) -> Fitted:
    """Fit a student to trials (trials, STEPS, N), of which it sees recorded neurons.

    Each step has other trials and other noise. ``identity`` names the student: its
    random numbers follow from it.
    """
    neurons, batch = student.neurons, settings.batch
    weights = student.initial(generator(seed, Stream.STUDENT_WEIGHTS, *identity))
    rng = generator(seed, Stream.STUDENT_BATCHES, *identity)
    key = noise_key(integer_seed(seed, Stream.STUDENT_NOISE, *identity))
    order = rng.permutation(len(trials))
    n_held_out = round(HELD_OUT * len(trials))
    held_out = Targets.of(trials[order[:n_held_out]], neurons)
    covariance = student.variant.covariance
    targets = Targets.of(trials[order[n_held_out:]], neurons, covariance)
    matching = float(student.variant.matched_trials)
    zeros = jax.tree.map(jnp.zeros_like, weights)
    moving, seen, best = _Moving(weights, zeros, zeros), [], (np.inf, weights)
    steady = None
    for number in range(settings.steps):
        chosen = rng.choice(len(targets.single), batch, replace=False)
        noise = jax.random.fold_in(key, number + 1)
        found, pull = _linearized(student, moving.weights, noise, batch)
        steady = _steadied(found, steady)
        matched = targets.among(chosen).matched(np.asarray(found.single))
        value, slope = _slope(steady, matched, neurons.recorded, matching)
        rate = settings.rate * _schedule(number / settings.steps)
        moving = _step(student, settings, moving, pull(slope)[0], number + 1, rate)
        seen.append(float(value))
        if (number + 1) % CHECK_EVERY == 0 or number + 1 == settings.steps:
            now = sum(_losses(student, moving.weights, held_out, key))
            best = min(best, (now, moving.weights), key=lambda one: one[0])
            logger.info("step %d: loss %.3f, held out %.3f", number + 1, value, now)
    return Fitted(best[1], np.array(seen), _losses(student, best[1], held_out, key))


def _steadied(found: Summary, before: Summary | None) -> Summary:
    """Return a summary with the running mean of its covariance.

    A batch has too few trials to measure covariances; the mean over steps moves as
    slowly as weights do.
    """
    if before is None or found.covariance is None:
        return found
    kept = REMEMBERED * before.covariance
    return found._replace(covariance=kept + (1 - REMEMBERED) * found.covariance)


def _schedule(done: float) -> float:
    return 1.0 if done < 0.6 else 0.3 if done < 0.85 else 0.1


_slope = jax.jit(jax.value_and_grad(loss))


@partial(jax.jit, static_argnames=("student", "n_trials"))
def _linearized(
    student: Student, weights: Weights, key: Array, n_trials: int
) -> tuple[Summary, Any]:
    """Return the summary of new trials, and what takes its slope to weights."""

    def summary(weights: Weights) -> Summary:
        spikes = student.trials(weights, undisturbed(student.neurons), key, n_trials)
        return summarize(spikes, student.neurons, student.variant.covariance)

    return jax.vjp(summary, weights)


def _losses(
    student: Student, weights: Weights, targets: Targets, key: Array
) -> tuple[float, float]:
    """Return both losses of as many trials, under noise of which no step makes use.

    Rate students draw spikes here: expected ones would not scatter as trials do.
    """
    inputs, unused = undisturbed(student.neurons), jax.random.fold_in(key, 0)
    spikes = student.spikes(weights, inputs, unused, len(targets.single))
    found = summarize(spikes, student.neurons)
    matched = targets.matched(np.asarray(found.single))
    recorded = student.neurons.recorded
    of_neurons = float(loss(found, matched, recorded, 0.0))
    return of_neurons, float(loss(found, matched, recorded, 1.0)) - of_neurons


@partial(jax.jit, static_argnames=("student", "settings"))
def _step(
    student: Student,
    settings: Fits,
    moving: _Moving,
    slope: Weights,
    number: Any,
    rate: Any,
) -> _Moving:
    """Take a step of Adam; then let weights shrink, and keep them to their signs.

    ``number`` is that of the step, from 1.
    """
    norm = jnp.sqrt(sum((one**2).sum() for one in slope))
    slope = jax.tree.map(lambda x: x * jnp.minimum(1.0, LARGEST_NORM / norm), slope)
    mean, square = (
        jax.tree.map(lambda m, x, d=d, p=p: d * m + (1 - d) * x**p, before, slope)
        for before, d, p in zip(moving[1:], DECAY, (1, 2), strict=True)
    )
    unbiased = jnp.sqrt(1 - DECAY[1] ** number) / (1 - DECAY[0] ** number)
    weights = jax.tree.map(
        lambda w, m, s, factor: (
            w - rate * factor * unbiased * m / (jnp.sqrt(s) + _TINY)
        ),
        *(moving.weights, mean, square, RATES),
    )
    recurrent = weights.recurrent
    if student.variant.dale:
        recurrent = jnp.maximum(recurrent, 0.0)
    if student.variant.sparse:
        far = settings.sparsity * rate * RATES.recurrent
        size = jnp.abs(recurrent)
        left = jnp.maximum(size - far / jnp.sqrt(size + _TINY), 0.0)
        recurrent = jnp.sign(recurrent) * left
    return _Moving(weights._replace(recurrent=recurrent), mean, square)

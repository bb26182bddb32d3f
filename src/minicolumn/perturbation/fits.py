"""Fitting of a student to unperturbed trials.

Two losses, those of Sourmpis et al. (eLife 106827): the mean over trials of what each
recorded neuron does, and single trials of areas and types, matched to recorded ones by
optimal assignment.
"""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from minicolumn.config.perturbation import Fits
from minicolumn.keys import Stream, generator, integer_seed
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.students import Student, Weights, noise_key, undisturbed
from minicolumn.perturbation.timing import STEP_MS

logger = logging.getLogger(__name__)

SMOOTHING_MS = 16.0
KERNEL_STEPS = 20
FEATURE_STEPS = 4
"""Single trials are compared every so many steps."""
LEAST_SD = 0.004
"""Of a neuron's mean in time, below which it counts as constant; spikes per step."""
DECAY = 0.9, 0.99
LARGEST_NORM = 10.0
RATES = Weights(recurrent=5.0, bias=0.3, stimulus=1.0, log_noise=0.3, log_common=0.3)
"""Of each kind of weight, in units of the rate."""
HELD_OUT = 0.25
CHECK_EVERY = 20
_TINY = 1e-8


class Summary(NamedTuple):
    """What trials are compared by.

    Attributes
    ----------
    mean
        Smoothed spikes per step, over trials, (STEPS, N).
    single
        Smoothed means of areas and types, (trials, features).
    """

    mean: Any
    single: Any


def smoothed(spikes: Array) -> Array:
    """Return spikes (trials, STEPS, N) under a causal exponential kernel."""
    kernel = np.exp(-STEP_MS * np.arange(KERNEL_STEPS) / SMOOTHING_MS)
    kernel = (kernel / kernel.sum()).astype("f4")
    padded = jnp.pad(spikes, ((0, 0), (KERNEL_STEPS - 1, 0), (0, 0)))
    stop = padded.shape[1]
    return sum(
        factor * padded[:, KERNEL_STEPS - 1 - lag : stop - lag]
        for lag, factor in enumerate(kernel)
    )  # pyright: ignore[reportReturnType]


def summarize(spikes: Any, neurons: Neurons) -> Summary:
    """Return what spikes (trials, STEPS, N) of recorded neurons are compared by."""
    return _summarize(spikes, neurons.means(neurons.recorded))


@jax.jit
def _summarize(spikes: Array, means: Array) -> Summary:
    smooth = smoothed(spikes.astype(jnp.float32))
    groups = (smooth @ means)[:, ::FEATURE_STEPS]
    return Summary(smooth.mean(axis=0), groups.reshape(len(groups), -1))


class Targets(NamedTuple):
    """Recorded trials, and the units in which distances from them are measured."""

    mean: NDArray[np.float32]
    mean_sd: NDArray[np.float32]
    single: NDArray[np.float32]
    single_sd: NDArray[np.float32]

    @classmethod
    def of(cls, spikes: NDArray[np.bool_], neurons: Neurons) -> Self:
        """Return the targets that trials (trials, STEPS, N) are."""
        found = summarize(spikes, neurons)
        mean, single = map(np.asarray, found)
        n_groups = sum(1 for _ in neurons.groups(neurons.recorded))
        of_group = single.reshape(-1, n_groups).std(axis=0)
        sd = np.maximum(np.tile(of_group, single.shape[1] // n_groups), _TINY)
        return cls(mean, np.maximum(mean.std(axis=0), LEAST_SD), single, sd)

    def matched(self, single: NDArray[np.float32]) -> Self:
        """Return these with single trials in the order that fits ``single`` best."""
        ours, theirs = single / self.single_sd, self.single / self.single_sd
        squares = (ours**2).sum(1)[:, None] + (theirs**2).sum(1)
        _, order = linear_sum_assignment(squares - 2 * ours @ theirs.T)
        return self._replace(single=self.single[order])

    def among(self, trials: NDArray[np.intp]) -> Self:
        """Return these with some of the single trials only."""
        return self._replace(single=self.single[trials])


@jax.jit
def loss(found: Summary, targets: Targets, recorded: Any, matching: float) -> Array:
    """Return the loss of trials whose order is that of the targets."""
    mean = ((found.mean - targets.mean) / targets.mean_sd) ** 2
    single = ((found.single - targets.single) / targets.single_sd) ** 2
    of_neurons = (mean * recorded).sum() / (recorded.sum() * len(mean))
    return of_neurons + matching * single.mean()


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
    targets = Targets.of(trials[order[n_held_out:]], neurons)
    matching = float(student.variant.matched_trials)
    zeros = jax.tree.map(jnp.zeros_like, weights)
    moving, seen, best = _Moving(weights, zeros, zeros), [], (np.inf, weights)
    for number in range(settings.steps):
        chosen = rng.choice(len(targets.single), batch, replace=False)
        noise = jax.random.fold_in(key, number + 1)
        found, pull = _linearized(student, moving.weights, noise, batch)
        matched = targets.among(chosen).matched(np.asarray(found.single))
        value, slope = _slope(found, matched, neurons.recorded, matching)
        rate = settings.rate * _schedule(number / settings.steps)
        moving = _step(student, settings, moving, pull(slope)[0], number + 1, rate)
        seen.append(float(value))
        if (number + 1) % CHECK_EVERY == 0 or number + 1 == settings.steps:
            now = sum(_losses(student, moving.weights, held_out, key))
            best = min(best, (now, moving.weights), key=lambda one: one[0])
            logger.info("step %d: loss %.3f, held out %.3f", number + 1, value, now)
    return Fitted(best[1], np.array(seen), _losses(student, best[1], held_out, key))


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
        return summarize(spikes, student.neurons)

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

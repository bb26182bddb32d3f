"""What trials of a student and of a circuit are compared by.

Two losses are those of Sourmpis et al. (eLife 106827): the mean over trials of what
each recorded neuron does, and single trials of areas and types, matched to recorded
ones by optimal assignment. A third one, which is ours, is how each neuron covaries with
areas and types that follow it.
"""

from functools import partial
from typing import Any, NamedTuple, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.timing import STEP_MS

SMOOTHING_MS = 16.0
KERNEL_STEPS = 20
FEATURE_STEPS = 4
"""Single trials are compared every so many steps."""
LAGS = 1, 2, 3, 4, 6
"""Of covariances, in steps."""
LEAST_SD = 0.004
"""Of a neuron's mean in time, below which it counts as constant; spikes per step."""
_TINY = 1e-8


class Summary(NamedTuple):
    """What trials are compared by.

    Attributes
    ----------
    mean
        Smoothed spikes per step, over trials, (STEPS, N).
    single
        Smoothed means of areas and types, (trials, features).
    covariance
        `lagged_covariance`; None for a student that does not learn it.
    """

    mean: Any
    single: Any
    covariance: Any = None


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


def lagged_covariance(spikes: Array, means: Array) -> Array:
    """Return how each neuron covaries with areas and types that follow it.

    Parameters
    ----------
    spikes
        (trials, STEPS, N). Deviations are from the mean over trials in each step.
    means
        What takes values of neurons to means of groups, (N, groups).

    Returns
    -------
    Array
        Over trials and steps, in squared spikes per step, (`LAGS`, N, groups).
    """
    apart = spikes - spikes.mean(axis=0)
    groups = apart @ means
    return jnp.stack(
        [
            jnp.einsum("tsn,tsg->ng", apart[:, :-lag], groups[:, lag:])
            / (len(spikes) * (spikes.shape[1] - lag))
            for lag in LAGS
        ]
    )


def summarize(spikes: Any, neurons: Neurons, covariance: bool = False) -> Summary:
    """Return what spikes (trials, STEPS, N) of recorded neurons are compared by."""
    return _summarize(spikes, neurons.means(neurons.recorded), covariance)


@partial(jax.jit, static_argnames="covariance")
def _summarize(spikes: Array, means: Array, covariance: bool) -> Summary:
    spikes = spikes.astype(jnp.float32)
    smooth = smoothed(spikes)
    groups = (smooth @ means)[:, ::FEATURE_STEPS]
    covaried = lagged_covariance(spikes, means) if covariance else None
    return Summary(smooth.mean(axis=0), groups.reshape(len(groups), -1), covaried)


class Targets(NamedTuple):
    """Recorded trials, and the units in which distances from them are measured.

    Covariances are in units of their root mean square over recorded neurons, so that
    the loss of no covariance is 1.
    """

    mean: NDArray[np.float32]
    mean_sd: NDArray[np.float32]
    single: NDArray[np.float32]
    single_sd: NDArray[np.float32]
    covariance: NDArray[np.float32] | None = None
    covariance_sd: NDArray[np.float32] | None = None

    @classmethod
    def of(
        cls, spikes: NDArray[np.bool_], neurons: Neurons, covariance: bool = False
    ) -> Self:
        """Return the targets that trials (trials, STEPS, N) are."""
        found = summarize(spikes, neurons, covariance)
        mean, single = np.asarray(found.mean), np.asarray(found.single)
        n_groups = sum(1 for _ in neurons.groups(neurons.recorded))
        of_group = single.reshape(-1, n_groups).std(axis=0)
        sd = np.maximum(np.tile(of_group, single.shape[1] // n_groups), _TINY)
        mean_sd = np.maximum(mean.std(axis=0), LEAST_SD)
        covaried = _covaried(found, neurons) if covariance else (None, None)
        return cls(mean, mean_sd, single, sd, *covaried)

    def matched(self, single: NDArray[np.float32]) -> Self:
        """Return these with single trials in the order that fits ``single`` best."""
        ours, theirs = single / self.single_sd, self.single / self.single_sd
        squares = (ours**2).sum(1)[:, None] + (theirs**2).sum(1)
        _, order = linear_sum_assignment(squares - 2 * ours @ theirs.T)
        return self._replace(single=self.single[order])

    def among(self, trials: NDArray[np.intp]) -> Self:
        """Return these with some of the single trials only."""
        return self._replace(single=self.single[trials])


def _covaried(
    found: Summary, neurons: Neurons
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    covariance = np.asarray(found.covariance)
    squares = (covariance[:, neurons.recorded] ** 2).mean(axis=1, keepdims=True)
    return covariance, np.maximum(np.sqrt(squares), _TINY)


@jax.jit
def loss(found: Summary, targets: Targets, recorded: Any, matching: float) -> Array:
    """Return the loss of trials whose order is that of the targets."""
    mean = ((found.mean - targets.mean) / targets.mean_sd) ** 2
    single = ((found.single - targets.single) / targets.single_sd) ** 2
    of_neurons = (mean * recorded).sum() / (recorded.sum() * len(mean))
    value = of_neurons + matching * single.mean()
    if found.covariance is None or targets.covariance is None:
        return value
    apart = ((found.covariance - targets.covariance) / targets.covariance_sd) ** 2
    of_each = apart.mean(axis=(0, 2))
    return value + (of_each * recorded).sum() / recorded.sum()

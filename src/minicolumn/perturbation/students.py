"""Students: small networks of as many neurons, in steps of 2 ms, with derivatives.

The equations are those of Sourmpis et al. (eLife 106827), whose constants ours replace:
leaky neurons with a threshold of 1, a reset by that amount and a spike probability that
rises exponentially with voltage. A spike has the derivative of a triangle around the
threshold. Rate students have a sigmoid in place of threshold and reset.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from minicolumn.perturbation.depression import Depression, Transmit
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.timing import STEP_MS, STEPS, STIMULUS, in_steps
from minicolumn.perturbation.variants import Variant

TAU_MS = {"exc": 20.0, "inh": 10.0}
COMMON_TAU_MS = 50.0
SPIKE_RATE = 0.25  # per ms at threshold
SPIKE_WIDTH = 0.08  # of voltage, over which the rate rises by e
DAMPING = 0.3  # of the derivative of a spike
SIGMOID_SLOPE = 5.0
WARMUP_STEPS = 30
RADIUS = {True: 6.0, False: 2.0}
"""Spectral radius of initial weights, with and without spikes: a spike is brief."""
BIAS = {True: 0.45, False: 0.0}
# Inputs have about the same size as weights if they are in these units.
NOISE_UNIT, STIMULUS_UNIT = 2.0, 4.0
_TINY = 1e-9  # a neuron may have no inhibition


class Weights(NamedTuple):
    """What is fitted: of connections (pre, post), and of neurons or areas."""

    recurrent: Any  # (N, N); sizes only, where Dale's law gives the sign
    bias: Any  # (N,)
    stimulus: Any  # (N,); only the first area's are used
    log_noise: Any  # (N,)
    log_common: Any  # (areas,)


class Inputs(NamedTuple):
    """What a perturbation does to a student.

    Attributes
    ----------
    light
        Current into each neuron, (N,).
    wave
        Factor on it in each step, (STEPS,).
    release
        Factor on connections, or on utilization where synapses depress, (N, N).
    """

    light: Any
    wave: Any
    release: Any


def undisturbed(neurons: Neurons) -> Inputs:
    """Return the inputs of an unperturbed trial."""
    n = neurons.n
    return Inputs(np.zeros(n, "f4"), np.ones(STEPS, "f4"), np.ones((n, n), "f4"))


def noise_key(seed: int) -> Array:
    """Return the key of a student's noise.

    Of XLA's own generator: Threefry, JAX's default, compiles for 9 s on one core, of
    which all but 1 or 2 s are saved.
    """
    return jax.random.key(seed, impl="rbg")


@jax.custom_jvp
def spike(v: Array, chance: Array) -> Array:
    """Return 1.0 where a neuron of voltage ``v`` spikes, by ``chance`` from 0 to 1."""
    rate = SPIKE_RATE * jnp.exp(jnp.minimum((v - 1) / SPIKE_WIDTH, 20.0))
    return (chance < -jnp.expm1(-STEP_MS * rate)).astype(v.dtype)


@spike.defjvp
def _(at: Any, tangents: Any) -> tuple[Array, Array]:
    v, chance = at
    slope = DAMPING * jnp.maximum(0.0, 1 - jnp.abs(v - 1))
    return spike(v, chance), slope * tangents[0]


@dataclass(frozen=True, eq=False)
class Student:
    """A variant of network with certain neurons; `Weights` make it a network.

    ``stimulated`` says whether its trials have a stimulus; without ``depression`` its
    synapses are static.
    """

    variant: Variant
    neurons: Neurons
    stimulated: bool = True
    depression: Depression | None = None

    @cached_property
    def allowed(self) -> np.ndarray:
        """Which connections there may be, (N, N): no autapses."""
        inhibitory, area = ~self.neurons.excitatory, self.neurons.area
        away = inhibitory[:, None] & (area[:, None] != area)
        barred = np.eye(self.neurons.n, dtype=bool)
        return ~(barred | away if self.variant.local_inhibition else barred)

    @cached_property
    def sign(self) -> np.ndarray:
        """Of what each neuron does to its targets by Dale's law, (N, 1)."""
        return np.where(self.neurons.excitatory, 1.0, -1.0).astype("f4")[:, None]

    def initial(self, rng: np.random.Generator) -> Weights:
        """Return random weights; inhibition balances excitation of each neuron."""
        n, variant = self.neurons.n, self.variant
        recurrent = rng.standard_normal((n, n)) * self.allowed
        signed = recurrent
        if variant.dale:
            size, excitatory = np.abs(recurrent), self.neurons.excitatory
            inhibition = np.maximum(size[~excitatory].sum(axis=0), _TINY)
            ratio = size[excitatory].sum(axis=0) / inhibition
            recurrent = np.where(excitatory[:, None], size, size * ratio)
            signed = recurrent * self.sign
        radius = np.abs(np.linalg.eigvals(signed)).max()
        return Weights(
            jnp.asarray(recurrent * RADIUS[variant.spikes] / radius, jnp.float32),
            jnp.full(n, BIAS[variant.spikes]),
            jnp.full(n, 0.5),
            jnp.full(n, np.log(0.3)),
            jnp.full(self.neurons.area.max() + 1, np.log(0.1)),
        )

    def connections(self, weights: Weights) -> Array:
        """Return the signed weights, (N, N)."""
        recurrent = weights.recurrent
        signed = jnp.abs(recurrent) * self.sign if self.variant.dale else recurrent
        return signed * self.allowed

    @partial(jax.jit, static_argnames=("self", "n_trials"))
    def trials(
        self, weights: Weights, inputs: Inputs, key: Array, n_trials: int
    ) -> Array:
        """Return spikes in each step, (trials, STEPS, N), and their derivatives.

        Those of rate students are expected spikes; `spikes` draws from them.
        """
        *drawn, first = self._noise(weights, key, n_trials)
        wave = jnp.concatenate([jnp.full(WARMUP_STEPS, inputs.wave[0]), inputs.wave])
        shown = self.stimulated * in_steps(STIMULUS)
        stimulus = np.r_[np.zeros(WARMUP_STEPS, "f4"), shown]
        synapses, transmit = self._synapses(weights, inputs.release, n_trials)
        entry = jnp.abs(weights.stimulus) * (self.neurons.area == 0) * STIMULUS_UNIT
        tau_ms = np.where(self.neurons.excitatory, TAU_MS["exc"], TAU_MS["inh"])
        kept = np.exp(-STEP_MS / tau_ms).astype("f4")

        def step(state, at):
            v, last, before_last, common, synapses = state
            background, fresh, chance, lit, stimulated = at
            common = _kept(COMMON_TAU_MS) * common + _renewed(COMMON_TAU_MS) * fresh
            shared = (common * jnp.exp(weights.log_common))[:, self.neurons.area]
            # Transmission takes two steps.
            synapses, current = transmit(synapses, before_last)
            current = current + weights.bias + background + shared
            current += stimulated * entry + lit * inputs.light
            v = kept * v + (1 - kept) * current
            if self.variant.spikes:
                v = v - last
                sent = spike(v, chance)
            else:
                sent = 0.5 * jax.nn.sigmoid(SIGMOID_SLOPE * (v - 1))
            return (v, sent, last, common, synapses), sent

        silent = jnp.zeros((n_trials, self.neurons.n))
        state = silent + 0.3, silent, silent, first, synapses
        _, sent = lax.scan(step, state, (*drawn, wave, stimulus))
        return sent[WARMUP_STEPS:].swapaxes(0, 1)

    def _synapses(
        self, weights: Weights, release: Any, n_trials: int
    ) -> tuple[Any, Transmit]:
        """Return states of synapses at first, and what a step does to them."""
        connections = self.connections(weights)
        if self.depression:
            return self.depression.synapses(connections, release, n_trials)
        scaled = connections * release
        return (), lambda state, sent: (state, sent @ scaled)

    def _noise(self, weights: Weights, key: Array, n_trials: int) -> tuple[Array, ...]:
        """Return background, common input, chance of each step, and common at first."""
        keys = jax.random.split(key, 4)
        each = WARMUP_STEPS + STEPS, n_trials, self.neurons.n
        areas = n_trials, self.neurons.area.max() + 1
        size = NOISE_UNIT * jnp.exp(weights.log_noise)
        return (
            size * jax.random.normal(keys[0], each),
            jax.random.normal(keys[1], (each[0], *areas)),
            jax.random.uniform(keys[2], each),
            jax.random.normal(keys[3], areas),
        )

    def spikes(
        self, weights: Weights, inputs: Inputs, key: Array, n_trials: int
    ) -> np.ndarray:
        """Return spikes in each step, 0 or 1, (trials, STEPS, N)."""
        found = self.trials(weights, inputs, key, n_trials)
        if not self.variant.spikes:
            chance = jax.random.uniform(jax.random.fold_in(key, 1), found.shape)
            found = chance < found
        return np.asarray(found, np.uint8)


def _kept(tau_ms: float) -> float:
    return float(np.exp(-STEP_MS / tau_ms))


def _renewed(tau_ms: float) -> float:
    return float(np.sqrt(1 - _kept(tau_ms) ** 2))

"""Synapses of students that change with use, as those of reference circuits do.

Release follows Tsodyks and Markram 1997 in steps of `timing.STEP_MS`, in the form of
`minicolumn.circuits.ei.synapses`. It depends on the neuron and the type of its target.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.circuits.family import family
from minicolumn.config import Physics
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.timing import STEP_MS

Floats = NDArray[np.floating]
Transmit = Callable[[Any, Array], tuple[Any, Array]]
_TINY = 1e-9  # ms; 0 means at once


class Depression(NamedTuple):
    """Constants of release, (types of target, N), and where synapses are at rest.

    Attributes
    ----------
    utilization, recovery_ms, facilitation_ms
        Of Tsodyks and Markram.
    first
        One neuron of each type, (types,).
    targets
        Which neurons are of each type, (types, N).
    rest_hz
        Rate of each neuron before the trial, (N,), by which synapses start.
    """

    utilization: Floats
    recovery_ms: Floats
    facilitation_ms: Floats
    first: NDArray[np.intp]
    targets: NDArray[np.bool_]
    rest_hz: Floats

    def synapses(
        self, connections: Any, release: Any, n_trials: int
    ) -> tuple[Any, Transmit]:
        """Return states at first, and what takes states and spikes to the next step.

        Parameters
        ----------
        connections
            Signed weights (N, N): what a spike transmits at rest.
        release
            Factor on the utilization of each connection, (N, N).
        n_trials
            Number of trials.

        Returns
        -------
        A pair of states, (trials, types, N) each, and a function from these and spikes
        (trials, N) to the next states and the current into each neuron, (trials, N).
        """
        use = self.utilization * jnp.asarray(release)[:, self.first].T
        used, left = self.resting(use)
        at_rest, rested = self.resting(self.utilization)
        at_rest = at_rest + self.utilization * (1 - at_rest)
        by_target = connections * self.targets[:, None] / (at_rest * rested)[..., None]
        recovered, forgotten = _lost(self.recovery_ms), _lost(self.facilitation_ms)

        def transmit(state: Any, sent: Array) -> tuple[Any, Array]:
            used, left = state
            used, left = used * (1 - forgotten), left + (1 - left) * recovered
            spiked, utilized = sent[:, None], used + use * (1 - used)
            released = spiked * utilized * left
            current = jnp.einsum("tks,ksp->tp", released, by_target)
            return (used + spiked * (utilized - used), left - released), current

        shape = n_trials, *self.utilization.shape
        return tuple(jnp.broadcast_to(x, shape) for x in (used, left)), transmit

    def resting(self, use: Any) -> tuple[Any, Any]:
        """Return what is used of synapses and what is left, in the mean at rest."""
        spikes_per_ms = 1e-3 * self.rest_hz
        risen = use * spikes_per_ms * self.facilitation_ms
        used = risen / (1 + risen)
        utilized = used + use * (1 - used)
        return used, 1 / (1 + utilized * spikes_per_ms * self.recovery_ms)


def _lost(tau_ms: Floats) -> Floats:
    return -np.expm1(-STEP_MS / np.maximum(tau_ms, _TINY)).astype("f4")


def depression_of(
    neurons: Neurons, rest_hz: Floats, physics: Physics, true_constants: bool
) -> Depression:
    """Return the constants of a family's synapses, or wrong ones.

    Those have the times of recovery and facilitation exchanged. A neuron's release to a
    type of neuron has one site, whatever the receptor.
    """
    dynamics = family(physics.circuits.family).dynamics
    types = np.unique(neurons.kind)
    every = list(dynamics.kinds)
    shape = types.size, neurons.n
    found = {name: np.zeros(shape, "f4") for name in ("U", "recovery", "facilitation")}
    for pathway in dynamics.pathways(physics.synapses):
        of = dynamics.parameters_of(pathway, physics.synapses)
        pre = np.isin(neurons.kind, [every.index(kind) for kind in pathway.pre])
        post = np.array([every[kind] in pathway.post for kind in types])
        for name, values in found.items():
            values[np.ix_(post, pre)] = of[f"{pathway.name}_{name}"]
    if not true_constants:
        exchanged = found["facilitation"], found["recovery"]
        found["recovery"], found["facilitation"] = exchanged
    return Depression(
        found["U"],
        found["recovery"],
        found["facilitation"],
        np.array([np.flatnonzero(neurons.kind == kind)[0] for kind in types]),
        neurons.kind == types[:, None],
        rest_hz.astype("f4"),
    )

"""Brief currents into few neurons, and whom a student would choose.

Candidates are all recorded neurons. The effect of currents is the change of spikes of
the readout, without neurons that receive one, in `timing.RESPONSE`. What a student says
of each candidate is compared with what the reference circuit does.
"""

from dataclasses import dataclass

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.circuits.conditions import Condition
from minicolumn.config.perturbation import Microperturbations
from minicolumn.perturbation.effects import Bench
from minicolumn.perturbation.neurons import Mask
from minicolumn.perturbation.perturbations import CONTROL, Perturbation
from minicolumn.perturbation.references import (
    AGAIN,
    PERTURBED,
    Experiment,
    Reference,
)
from minicolumn.perturbation.students import undisturbed
from minicolumn.perturbation.timing import LIGHT_ON, RESPONSE, in_steps, steps_of

Floats = NDArray[np.float64]

MICRO = "microperturbation"
GRADIENT, DIFFERENCE = "gradient", "finite_difference"
RATE, CORRELATION, TEACHER = "rate", "trial_correlation", "teacher"


@dataclass(frozen=True, eq=False)
class Candidates:
    """Recorded neurons of a reference circuit, one current each.

    Attributes
    ----------
    experiment, reference
        The circuit, and what is known of it.
    settings
        Of the currents.
    """

    experiment: Experiment
    reference: Reference
    settings: Microperturbations

    @property
    def place(self) -> NDArray[np.intp]:
        """Which neurons they are, (C,)."""
        return np.flatnonzero(self.reference.neurons.recorded)

    @property
    def alone(self) -> NDArray[np.bool_]:
        """One current at a time, (C, N)."""
        return np.arange(self.reference.neurons.n) == self.place[:, None]

    def trial_effects(self) -> Floats:
        """Return the effect of each candidate in the circuit, (C, trials)."""
        return self._in_the_circuit(self.alone, PERTURBED)

    def effects_of(self, sets: NDArray[np.bool_]) -> Floats:
        """Return the effect of sets of candidates (S, N) in other trials, (S, trials).

        No current was chosen by them.
        """
        return self._in_the_circuit(sets, AGAIN)

    def _in_the_circuit(self, sets: NDArray[np.bool_], use: int) -> Floats:
        every = micro(sets, self.settings.current_nA)
        n_trials = self.settings.trials
        (counts,) = self.experiment.counts(every, use, n_trials, RESPONSE)
        return effects(counts, sets, self.reference.neurons.readout)

    def known(self) -> dict[str, Floats]:
        """Return what candidates are ranked by without a student, (C,) each."""
        counts = self.reference.responses.astype(float)
        readout = self.reference.neurons.readout
        others = counts[:, readout].sum(axis=1)[:, None] - counts * readout
        return {
            RATE: counts[:, self.place].mean(axis=0),
            CORRELATION: _correlations(counts, others)[self.place],
        }

    def by_gradient(self, bench: Bench, per_nA: Floats) -> Floats:
        """Return what a student's derivative says of each candidate, (C,)."""
        neurons = self.reference.neurons
        read = np.flatnonzero(neurons.readout)
        inputs = undisturbed(neurons)._replace(wave=in_steps(LIGHT_ON))
        weights, n_trials = bench.fitted.weights, self.settings.trials

        @jax.jit
        def responses(light: Array) -> Array:
            lit = inputs._replace(light=light)
            sent = bench.student.trials(weights, lit, bench.key, n_trials)
            return sent[:, steps_of(RESPONSE)][..., read].sum(axis=1).mean(axis=0)

        slopes = np.asarray(jax.jacrev(responses)(inputs.light), float)
        others = read[:, None] != np.arange(neurons.n)
        mean = (slopes * others).sum(axis=0) / np.maximum(others.sum(axis=0), 1)
        return (self.settings.current_nA * per_nA * mean)[self.place]

    def by_difference(self, bench: Bench, per_nA: Floats) -> Floats:
        """Return what currents do to a student, (C,)."""
        every = micro(self.alone, self.settings.current_nA)
        n_trials = self.settings.trials
        counts = [
            bench.counts(bench.inputs(one, per_nA), RESPONSE, n_trials) for one in every
        ]
        return effects(
            np.stack(counts), self.alone, self.reference.neurons.readout
        ).mean(axis=1)


def micro(sets: NDArray[np.bool_], current_nA: float) -> list[Perturbation]:
    """Return no current, then that into each set of neurons, (S, N)."""
    nobody, nothing = np.zeros(sets.shape[1], bool), Condition()
    return [
        Perturbation(CONTROL, CONTROL, 0.0, nobody, nothing),
        *(Perturbation(MICRO, MICRO, current_nA, lit, nothing) for lit in sets),
    ]


def effects(
    counts: NDArray[np.integer], sets: NDArray[np.bool_], readout: Mask
) -> Floats:
    """Return the change of spikes per neuron of the readout, (S, trials).

    Parameters
    ----------
    counts
        Spikes without a current, then with one into each set, (1 + S, trials, N).
    sets
        Neurons that receive a current, (S, N); in the readout, they do not count.
    readout
        Which neurons are read, (N,).
    """
    found = []
    for lit, now in zip(sets, counts[1:], strict=True):
        read = readout & ~lit
        change = now[:, read].astype(float) - counts[0][:, read]
        found.append(change.sum(axis=1) / max(read.sum(), 1))
    return np.array(found)


def _correlations(one: Floats, other: Floats) -> Floats:
    """Return the correlation of each column with that of another array; 0 if flat."""
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    size = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    return (one * other).sum(axis=0) / np.where(size > 0, size, 1.0)

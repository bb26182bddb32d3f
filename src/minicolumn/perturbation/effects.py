"""What perturbations do: to students, and by simpler rules that students must beat."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.keys import Stream, integer_seed
from minicolumn.perturbation.calibration import halved
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.perturbations import (
    Perturbation,
    depolarizing_nA,
    perturbations,
    placed,
    release_of,
)
from minicolumn.perturbation.references import Reference
from minicolumn.perturbation.students import Inputs, Student, noise_key, undisturbed
from minicolumn.perturbation.timing import (
    LIGHT_ON,
    RESPONSE,
    STEPS,
    in_steps,
    seconds,
    steps_of,
)

Floats = NDArray[np.float64]

MOST_LIGHT = 8.0
"""In units of the threshold; no student needs as much."""
CALIBRATED_TRIALS = 100
RIDGE = 0.3
"""Penalty of `trial_regression`, times the mean variance of its regressors."""


@dataclass(frozen=True, eq=False)
class Answer:
    """Changes under each perturbation, of which the first is none.

    Attributes
    ----------
    change_hz
        Of each neuron's rate in `timing.RESPONSE`, (P, N).
    go_change
        Of the probability of "go", (P,).

    Neither is finite where nothing is said of it.
    """

    change_hz: Floats
    go_change: Floats

    @classmethod
    def of(cls, counts: NDArray[np.integer], reference: Reference) -> "Answer":
        """Return the answer of counts in `RESPONSE`, (P, trials, N)."""
        rate_hz = counts.mean(axis=1) / seconds(RESPONSE)
        go = reference.go(counts)
        return cls(rate_hz - rate_hz[0], go - go[0])


@dataclass(frozen=True, eq=False)
class Tested:
    """A fitted student under perturbations that it never saw.

    ``light_per_nA`` is the calibrated current, for inhibitory and excitatory neurons.
    """

    answer: Answer
    light_per_nA: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Bench:
    """Puts a fitted student under perturbations of a reference circuit."""

    student: Student
    fitted: Fitted
    reference: Reference
    settings: References
    physics: Physics
    identity: tuple[int, ...]

    def tested(self) -> Tested:
        """Return what the student does, its light calibrated on lit neurons."""
        neurons = self.student.neurons
        every = perturbations(neurons, self.settings, self.physics)
        at = self.settings.calibrated
        inhibition = self._calibrated(every, "drive_inhibition", at.inhibition_nA)
        excitation = self._calibrated(every, "drive_excitation", at.excitation_nA)
        per_nA = self.per_nA(inhibition, excitation)
        n_trials = self.settings.perturbed_trials
        counts = [
            self.counts(self.inputs(one, per_nA), RESPONSE, n_trials) for one in every
        ]
        answer = Answer.of(np.stack(counts), self.reference)
        return Tested(answer, (inhibition, excitation))

    @property
    def key(self) -> Array:
        """The key of the noise that all perturbations share."""
        seed = integer_seed(self.physics.seed, Stream.STUDENT_NOISE, *self.identity, 1)
        return noise_key(seed)

    def per_nA(self, inhibition: float, excitation: float) -> Floats:
        """Return the light per nA of each neuron, (N,), from that of both types."""
        return np.where(self.student.neurons.excitatory, excitation, inhibition)

    def inputs(self, one: Perturbation, per_nA: Floats) -> Inputs:
        """Return what a perturbation does to the student, by its light per nA (N,)."""
        neurons = self.student.neurons
        wave = in_steps(LIGHT_ON) if one.lit.any() else np.ones(STEPS, "f4")
        steady_nA = depolarizing_nA(one.acetylcholine, neurons, self.physics)
        light = per_nA * (one.light_nA + steady_nA)
        release = release_of(one.acetylcholine, neurons, self.physics)
        return Inputs(light.astype("f4"), wave, release.astype("f4"))

    def counts(
        self, inputs: Inputs, window: tuple[int, int], n_trials: int
    ) -> NDArray[np.int64]:
        """Return spikes in a window, (trials, N), under noise that all share."""
        weights = self.fitted.weights
        spikes = self.student.spikes(weights, inputs, self.key, n_trials)
        return spikes[:, steps_of(window)].sum(axis=1, dtype=np.int64)

    def _calibrated(
        self, every: list[Perturbation], manipulation: str, strength: float
    ) -> float:
        """Return the light per nA that moves lit recorded neurons as in the reference.

        By halving, as more light means more spikes.
        """
        at, one = placed(every, manipulation, strength)
        wanted = self.reference.lit_change_hz(at, one.lit)
        members = one.lit & self.student.neurons.recorded

        def rate_hz(inputs: Inputs) -> float:
            counts = self.counts(inputs, LIGHT_ON, CALIBRATED_TRIALS)
            return float(counts[:, members].mean() / seconds(LIGHT_ON))

        dark_hz = rate_hz(undisturbed(self.student.neurons))

        def enough(light: float) -> bool:
            inputs = self.inputs(one, np.full(one.lit.size, light / strength))
            return rate_hz(inputs) - dark_hz > wanted

        return halved(enough, MOST_LIGHT) / strength


def controls(reference: Reference, every: list[Perturbation]) -> dict[str, Answer]:
    """Return what needs no student, by name.

    ``floor`` is the reference circuit under another background: nothing can do better.
    ``one_factor`` and ``group_factors`` know the answer: the best change in proportion
    to rates, of all neurons or of each area and type.
    """
    truth = Answer.of(reference.counts[0], reference)
    silent = np.zeros_like(truth.change_hz)
    nothing = np.full(len(every), np.nan)
    return {
        "floor": Answer.of(reference.counts[1], reference),
        "no_change": Answer(silent, np.zeros(len(every))),
        "trial_regression": Answer(_regressed(reference, every, truth), nothing),
        "one_factor": Answer(_scaled(reference, every, truth, False), nothing),
        "group_factors": Answer(_scaled(reference, every, truth, True), nothing),
    }


def _regressed(
    reference: Reference, every: list[Perturbation], truth: Answer
) -> Floats:
    """Return what lit neurons' changes say if trials covary as neurons cause."""
    counts = reference.responses - reference.responses.mean(axis=0)
    found = np.full_like(truth.change_hz, np.nan)
    for at, one in enumerate(every):
        lit = one.lit & reference.neurons.recorded
        if lit.any():
            own = counts[:, lit]
            gram = own.T @ own
            penalty = RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
            slopes = np.linalg.solve(gram + penalty, own.T @ counts)
            found[at] = truth.change_hz[at, lit] @ slopes
    return found


def _scaled(
    reference: Reference, every: list[Perturbation], truth: Answer, by_group: bool
) -> Floats:
    found = np.zeros_like(truth.change_hz)
    for at, one in enumerate(every):
        scored = scored_neurons(reference, one)
        for members in reference.neurons.groups(scored) if by_group else [scored]:
            rest = reference.rest_hz[members]
            size = max(float(rest @ rest), np.finfo(float).tiny)
            factor = truth.change_hz[at, members] @ rest / size
            found[at, members] = factor * rest
    return found


def scored_neurons(reference: Reference, one: Perturbation) -> NDArray[Any]:
    """Return recorded neurons that receive no light, (N,)."""
    return reference.neurons.recorded & ~one.lit

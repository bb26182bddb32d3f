"""Trials of reference circuits: unperturbed ones to learn from, and perturbed ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.conditions import Condition
from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.errors import PredictionError
from minicolumn.keys import REFERENCE_TRIALS
from minicolumn.outcomes import Outcome
from minicolumn.perturbation.areas import reference_circuit
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.perturbations import Perturbation, perturbations
from minicolumn.perturbation.timing import (
    LIGHT_ON,
    RESPONSE,
    STEP_MS,
    STEPS,
    STIMULUS,
    TRIAL,
    Window,
    seconds,
    steps_of,
)
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import Spikes, simulate

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]

LEARNED, PERTURBED, AGAIN, AT_REST = range(4)
"""Uses of trials; `AGAIN` are others, for what two measurements have in common."""


@dataclass(frozen=True, eq=False)
class Reference:
    """A reference circuit as an experimenter knows it, and the answers.

    Attributes
    ----------
    neurons
        Who is who.
    learned
        Spikes of unperturbed trials in steps of `timing.STEP_MS`, (trials, steps, N).
    counts
        Spikes in `timing.RESPONSE` under each perturbation, (2, P, trials, N): of
        perturbed trials, and of as many others.
    while_lit
        Those of the former in `timing.LIGHT_ON`, (P, trials, N).
    """

    neurons: Neurons
    learned: NDArray[np.bool_]
    counts: Counts
    while_lit: Counts

    @cached_property
    def rest_hz(self) -> Floats:
        """Rate of each neuron in `RESPONSE` of unperturbed trials, (N,)."""
        return self.responses.mean(axis=0) / seconds(RESPONSE)

    @cached_property
    def before_hz(self) -> Floats:
        """Rate of each neuron before the stimulus of unperturbed trials, (N,).

        What is not recorded has the mean rate of its area and type.
        """
        before = TRIAL[0], STIMULUS[0]
        counts = self.learned[:, steps_of(before)].sum(axis=1)
        rate_hz = counts.mean(axis=0) / seconds(before)
        recorded = self.neurons.recorded
        for members in self.neurons.groups():
            rate_hz[members & ~recorded] = rate_hz[members & recorded].mean()
        return rate_hz

    @cached_property
    def responses(self) -> NDArray[np.int64]:
        """Spikes in `RESPONSE` of unperturbed trials, (trials, N)."""
        return self.learned[:, steps_of(RESPONSE)].sum(axis=1)

    @property
    def go_above(self) -> float:
        """Spikes of the readout that an unperturbed trial exceeds or not, as often."""
        return float(np.median(self.responses[:, self.neurons.readout].sum(axis=1)))

    def go(self, counts: NDArray[np.integer]) -> Floats:
        """Return the share of trials that are "go", (...,) of counts (..., trials, N).

        As few trials as can be are on the fence: half of those that equal the median
        count.
        """
        found = counts[..., self.neurons.readout].sum(axis=-1, dtype=np.int64)
        return share_above(found, self.go_above)

    def lit_change_hz(self, at: int, lit: NDArray[np.bool_]) -> float:
        """Return the mean change of rate in `LIGHT_ON` of recorded neurons."""
        change = self.while_lit[at].mean(axis=0) - self.while_lit[0].mean(axis=0)
        return float(change[lit & self.neurons.recorded].mean() / seconds(LIGHT_ON))


def share_above(spikes: NDArray[np.integer], threshold: float) -> Floats:
    """Return the share of trials (..., trials) above it, half of those that equal it.

    Examples
    --------
    >>> float(share_above(np.array([1, 2, 3, 3]), 2.0))
    0.625
    """
    above, equal = spikes > threshold, spikes == threshold
    return (above + 0.5 * equal).mean(axis=-1)


def make_reference(name: str, settings: References, physics: Physics) -> Reference:
    """Simulate a reference circuit without perturbations, and under each.

    All perturbations of a trial share its background.

    Raises
    ------
    PredictionError
        If the circuit's voltages are not finite, or if its readout never spikes.
    """
    experiment = Experiment.on(name, settings, physics)
    every = perturbations(experiment.neurons, settings, physics)
    n_trials = settings.perturbed_trials
    counts, while_lit = experiment.counts(
        every, PERTURBED, n_trials, RESPONSE, LIGHT_ON
    )
    (again,) = experiment.counts(every, AGAIN, n_trials, RESPONSE)
    reference = Reference(
        experiment.neurons,
        experiment.learned(every[:1]),
        np.stack([counts, again]),
        while_lit,
    )
    check_readout(name, reference)
    return reference


def check_readout(name: str, reference: Reference) -> None:
    """Refuse a reference circuit without a response.

    Raises
    ------
    PredictionError
        If its readout never spikes.
    """
    if not reference.responses[:, reference.neurons.readout].any():
        raise PredictionError(
            f"the readout of the reference circuit {name} never spikes after the "
            "stimulus, so there is nothing to fit: raise perturbation.references."
            "stimulus_nA, or the drive of perturbation.references.area"
        )


@dataclass(frozen=True, eq=False)
class Experiment:
    """A reference circuit of which trials can be simulated."""

    name: str
    circuit: Circuit
    neurons: Neurons
    settings: References
    physics: Physics

    @classmethod
    def on(cls, name: str, settings: References, physics: Physics) -> Self:
        """Return the experiment on a reference circuit, which ``name`` names."""
        circuit, neurons = reference_circuit(name, settings, physics)
        return cls.of(name, circuit, neurons, settings, physics)

    @classmethod
    def of(
        cls,
        name: str,
        circuit: Circuit,
        neurons: Neurons,
        settings: References,
        physics: Physics,
    ) -> Self:
        """Return the experiment on any circuit, with the warm-up of trials."""
        warm = physics.simulation.model_copy(update={"warmup_s": settings.warmup_s})
        physics = physics.model_copy(update={"simulation": warm})
        return cls(name, circuit, neurons, settings, physics)

    def learned(self, control: list[Perturbation]) -> NDArray[np.bool_]:
        """Return spikes of the trials that students learn from."""
        n_trials = self.settings.trials
        found = np.zeros((n_trials, STEPS, self.circuit.n), bool)
        for trial, spikes in self._spikes(control, LEARNED, n_trials):
            found[trial, spikes.time_ms.astype(int) // STEP_MS, spikes.unit] = True
        return found

    def counts(
        self, every: list[Perturbation], use: int, n_trials: int, *windows: Window
    ) -> Counts:
        """Return spikes under each perturbation, (windows, P, trials, N).

        All perturbations of a trial share its background, which the use of trials
        tells: `PERTURBED` or `AGAIN`.

        Raises
        ------
        PredictionError
            If voltages are not finite.
        """
        shape = len(windows), len(every), n_trials, self.circuit.n
        found = np.zeros(shape, np.uint8)
        for trial, spikes in self._spikes(every, use, n_trials):
            for at, window in enumerate(windows):
                found[at, spikes.place, trial] = self._counted(spikes, window)
        return found

    def _counted(self, spikes: Spikes, window: Window) -> NDArray[np.int64]:
        ms = spikes.time_ms + TRIAL[0]
        inside = (ms >= window[0]) & (ms < window[1])
        return np.bincount(spikes.unit[inside], minlength=self.circuit.n)

    def _spikes(
        self, every: list[Perturbation], use: int, n_trials: int
    ) -> Iterator[tuple[int, Spikes]]:
        """Yield each trial, counted from 0, under each perturbation, in any order."""
        conditions: tuple[Condition, ...] = tuple(
            one.condition(self.neurons, self.settings) for one in every
        )
        first = use * REFERENCE_TRIALS
        trials = range(first, first + n_trials)
        runs = [Run(self.circuit, trial, conditions) for trial in trials]
        duration_s = seconds(TRIAL)
        for spikes in simulate(runs, self.physics, duration_s=duration_s):
            if spikes.outcome == Outcome.NOT_FINITE:
                raise PredictionError(
                    f"voltages of the circuit {self.name} are not finite "
                    f"under {every[spikes.place].name}: use a weaker current or a "
                    "smaller simulation.dt_ms"
                )
            yield spikes.run.trial - first, spikes

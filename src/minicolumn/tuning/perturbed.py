"""Whole circuits that are chosen for a known one, and what perturbations do to them.

The known circuit is a reference in one area without a stimulus. Selectors see of it
what they see of a session: statistics of recorded neurons at rest. What they choose is
judged like the students that were fitted to its trials.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.config import Physics, Statistics
from minicolumn.config.perturbation import Chosen, References
from minicolumn.config.tuned import Fitting
from minicolumn.errors import PredictionError
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.inference.circuits.samples import posterior_samples
from minicolumn.keys import REFERENCE_TRIALS
from minicolumn.perturbation.calibration import halved
from minicolumn.perturbation.effects import Answer, Tested
from minicolumn.perturbation.judging import Row, perturbed_rows
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.perturbations import (
    Perturbation,
    perturbations,
    placed,
)
from minicolumn.perturbation.references import (
    AGAIN,
    AT_REST,
    Experiment,
    Reference,
    share_above,
)
from minicolumn.perturbation.timing import LIGHT_ON, RESPONSE, seconds
from minicolumn.perturbation.variants import GRADIENT, NEAREST, POSTERIOR
from minicolumn.sessions.session import Session
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.describe import draw_members, subset_rng
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.tuning.answers import described_over
from minicolumn.tuning.attempt import attempt
from minicolumn.tuning.starts import Bank, Starts

Floats = NDArray[np.float64]

MOST_LIGHT = 8.0
"""In units of the reference circuit's current; no circuit needs as much."""
CALIBRATED_TRIALS = 100


def session_at_rest(
    experiment: Experiment, n_epochs: int, matching: Statistics, physics: Physics
) -> Session:
    """Return what recorded neurons of a reference circuit do at rest, as a session.

    Raises
    ------
    PredictionError
        If too few neurons are recorded.
    """
    circuit, recorded = experiment.circuit, experiment.neurons.recorded
    if recorded.sum() < matching.n_units:
        raise PredictionError(
            f"{recorded.sum()} neurons of the reference circuit {experiment.name} are "
            f"recorded, fewer than statistics.n_units={matching.n_units}: raise "
            "perturbation.references.recorded_fraction"
        )
    rng = subset_rng(physics.seed, circuit.circuit_id)
    members = draw_members(recorded, matching.n_units, matching.n_subsets, rng)
    first = AT_REST * REFERENCE_TRIALS
    epochs = np.full((n_epochs, len(ALL_NAMES)), np.nan)
    runs = [Run(circuit, trial) for trial in range(first, first + n_epochs)]
    for spikes in simulate(runs, physics):
        values = described_over(members, spikes, physics)
        epochs[spikes.run.trial - first, : len(STATISTIC_NAMES)] = [*values.values()]
    return Session(circuit.circuit_id, epochs, epochs[:0])


@dataclass(frozen=True, eq=False)
class Selection:
    """What selectors choose from, and how fits are made.

    Attributes
    ----------
    bank
        Circuits of the run.
    posterior
        Needed by the selector of this name alone.
    epoch_sd, settings, matching, physics
        As in `attempt`.
    """

    bank: Bank
    posterior: CircuitPosterior | None
    epoch_sd: Floats
    settings: Fitting
    matching: Statistics
    physics: Physics

    def circuits(self, selector: str, session: Session, n: int) -> Sequence[Circuit]:
        """Return ``n`` circuits that a selector chooses for a session.

        Fits start from the nearest circuits.

        Raises
        ------
        PredictionError
            If no circuit can be fitted to it, or there is none to choose.
        """
        starts = self._starts(selector, session, n)
        if selector == GRADIENT:
            fits = attempt(
                [session],
                starts,
                self.epoch_sd,
                self.settings,
                self.matching,
                self.physics,
            )
            if isinstance(fits, str):
                raise PredictionError(f"no circuit can be fitted: {fits}")
            return fits.fitted
        found = build_circuits(starts.of(session), self.physics)
        if not found:
            raise PredictionError(f"there is no circuit that {selector} could choose")
        return found

    def _starts(self, selector: str, session: Session, n: int) -> Starts:
        least, seed = self.settings.epochs_at_least, self.physics.seed
        if selector != POSTERIOR or self.posterior is None:
            return Starts(NEAREST, n, self.bank, pa.table({}), least, seed)
        (columns,) = posterior_samples(self.posterior, [session], n, seed)
        return Starts(POSTERIOR, n, self.bank, pa.table(columns), least, seed)


def perturbed_rows_of(
    of: Mapping[str, str],
    experiment: Experiment,
    reference: Reference,
    chosen: Chosen,
    selection: Selection,
) -> Iterator[Row]:
    """Yield rows of `PERTURBED_STUDENTS` of the circuits that each selector chooses.

    Parameters
    ----------
    of
        Regime and reference.
    experiment, reference
        The reference circuit, and what is known of it.
    chosen, selection
        Which circuits, and from what.
    """
    physics, settings = selection.physics, experiment.settings
    every = perturbations(reference.neurons, settings, physics)
    session = session_at_rest(experiment, chosen.epochs, selection.matching, physics)
    for selector in chosen.selectors:
        circuits = selection.circuits(selector, session, chosen.count)
        found = tested(circuits, reference, settings, physics)
        name = {**of, "student": selector, "start": 0}
        yield from perturbed_rows(name, every, found, None)


def tested(
    circuits: Sequence[Circuit],
    reference: Reference,
    settings: References,
    physics: Physics,
) -> Tested:
    """Return the mean of what perturbations do to circuits.

    A circuit has no neuron of the reference: its change of each type is divided among
    the reference's neurons in proportion to their rates.
    """
    each = [Candidate.of(one, reference, settings, physics) for one in circuits]
    answers = [one.answer for one in each]
    light = np.mean([one.light for one in each], axis=0)
    return Tested(
        Answer(
            np.mean([one.change_hz for one in answers], axis=0),
            np.mean([one.go_change for one in answers], axis=0),
        ),
        (float(light[0]), float(light[1])),
    )


@dataclass(frozen=True, eq=False)
class Candidate:
    """A circuit that might be a reference circuit, under the same perturbations.

    Its backgrounds are others than those of any fit.
    """

    experiment: Experiment
    reference: Reference

    @classmethod
    def of(
        cls,
        circuit: Circuit,
        reference: Reference,
        settings: References,
        physics: Physics,
    ) -> "Candidate":
        """Return a circuit of which all neurons are recorded."""
        kind = np.repeat(np.arange(len(circuit.sizes)), circuit.sizes)
        everyone = np.ones(circuit.n, bool)
        neurons = Neurons(np.zeros(circuit.n, np.int64), kind, everyone)
        name = str(circuit.circuit_id)
        experiment = Experiment.of(name, circuit, neurons, settings, physics)
        return cls(experiment, reference)

    @cached_property
    def every(self) -> list[Perturbation]:
        """All perturbations, ACh with the circuit's own dose."""
        one = self.experiment
        dose_mV = one.circuit.max_mV
        return perturbations(one.neurons, one.settings, one.physics, dose_mV)

    @cached_property
    def light(self) -> tuple[float, float]:
        """Current per nA of the reference's, into inhibitory and excitatory neurons."""
        at = self.experiment.settings.calibrated
        return (
            self._calibrated("drive_inhibition", at.inhibition_nA),
            self._calibrated("drive_excitation", at.excitation_nA),
        )

    @cached_property
    def answer(self) -> Answer:
        """What perturbations do, for each neuron of the reference circuit."""
        n_trials = self.experiment.settings.perturbed_trials
        every = [self._as_calibrated(one) for one in self.every]
        (counts,) = self.experiment.counts(every, AGAIN, n_trials, RESPONSE)
        excitatory = self.experiment.neurons.excitatory
        read = counts[..., excitatory].sum(axis=-1, dtype=np.int64)
        go = share_above(read, float(np.median(read[0])))
        rates_hz = counts.mean(axis=1) / seconds(RESPONSE)
        return Answer(self._divided(rates_hz - rates_hz[0]), go - go[0])

    def _divided(self, change_hz: Floats) -> Floats:
        """Return changes (P, n) by type as those of the reference's neurons, (P, N)."""
        theirs, ours = self.reference.neurons, self.experiment.neurons.excitatory
        rest_hz = self.reference.rest_hz
        found = np.zeros((len(change_hz), theirs.n))
        for members in theirs.groups():
            mine = ours == theirs.excitatory[members][0]
            share = rest_hz[members] / max(rest_hz[members].mean(), 1e-9)
            found[:, members] = change_hz[:, mine].mean(axis=1)[:, None] * share
        return found

    def _as_calibrated(self, one: Perturbation) -> Perturbation:
        if not one.lit.any():
            return one
        return replace(one, strength=one.strength * self.light[self._excites(one)])

    def _excites(self, one: Perturbation) -> bool:
        return bool((one.lit & self.experiment.neurons.excitatory).any())

    def _calibrated(self, manipulation: str, strength: float) -> float:
        at, one = placed(self.every, manipulation, strength)
        lit_there = self.reference.neurons.excitatory == self._excites(one)
        wanted = self.reference.lit_change_hz(at, lit_there)

        def enough(light: float) -> bool:
            both = [self.every[0], replace(one, strength=light * strength)]
            (counts,) = self.experiment.counts(both, AGAIN, CALIBRATED_TRIALS, LIGHT_ON)
            dark, lit = counts[..., one.lit].mean(axis=(1, 2)) / seconds(LIGHT_ON)
            return lit - dark > wanted

        return halved(enough, MOST_LIGHT)

"""Perturbations of which students see nothing while they learn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.conditions import Condition, Current
from minicolumn.circuits.family import DOSE, family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import Physics
from minicolumn.config.circuits import Dosed
from minicolumn.config.perturbation import References
from minicolumn.perturbation.neurons import Mask, Neurons
from minicolumn.perturbation.timing import LIGHT_ON, STIMULUS, waveform
from minicolumn.perturbation.variants import LIGHT

CONTROL = "control"


@dataclass(frozen=True, eq=False)
class Perturbation:
    """Light or ACh.

    Attributes
    ----------
    name
        Which it is, for people.
    manipulation
        `CONTROL`, one of `variants.LIGHT` or a mechanism of ACh.
    strength
        Current into each lit neuron in nA, or the level of ACh.
    lit
        Neurons that receive light, (N,).
    acetylcholine
        What ACh does; nothing without it.
    """

    name: str
    manipulation: str
    strength: float
    lit: Mask
    acetylcholine: Condition

    @property
    def light_nA(self) -> NDArray[np.float64]:
        """Current into each neuron while light is on, (N,)."""
        return np.where(self.lit, self.strength, 0.0)

    def condition(self, neurons: Neurons, settings: References) -> Condition:
        """Return the condition for the engine: stimulus, and this."""
        first = neurons.excitatory & (neurons.area == 0)
        stimulus = _current(np.where(first, settings.stimulus_nA, 0.0), STIMULUS)
        light = _current(self.light_nA, LIGHT_ON)
        return self.acetylcholine.plus(Condition(currents=(stimulus, light)))


def _current(amplitude_nA: NDArray[np.float64], window: tuple[int, int]) -> Current:
    return Current(tuple(amplitude_nA.tolist()), waveform(window))


def perturbations(
    neurons: Neurons,
    settings: References,
    physics: Physics,
    dose_mV: float | None = None,
) -> list[Perturbation]:
    """Return all of them, `CONTROL` first.

    ``dose_mV`` is how far ACh depolarizes at level 1, by default as in the reference
    circuits.
    """
    dose_mV = settings.area[DOSE] if dose_mV is None else dose_mV
    return [
        Perturbation(CONTROL, CONTROL, 0.0, np.zeros(neurons.n, bool), Condition()),
        *_of_light(neurons, settings),
        *_of_acetylcholine(neurons, settings, physics.acetylcholine.at_dose(dose_mV)),
    ]


def _of_light(neurons: Neurons, settings: References) -> Iterator[Perturbation]:
    for manipulation in LIGHT:
        kind = neurons.excitatory == (manipulation == "drive_excitation")
        for area in range(neurons.area.max() + 1):
            for strength in getattr(settings, f"{manipulation}_nA"):
                name = f"{manipulation} in area {area + 1}, {strength} nA"
                lit = kind & (neurons.area == area)
                yield Perturbation(name, manipulation, strength, lit, Condition())


def _of_acetylcholine(
    neurons: Neurons, settings: References, dosed: Dosed
) -> Iterator[Perturbation]:
    for mechanism in MECHANISMS:
        for level in settings.levels:
            condition = condition_of(mechanism, level, dosed)
            name = f"{mechanism} ACh, level {level}"
            lit = np.zeros(neurons.n, bool)
            yield Perturbation(name, mechanism, level, lit, condition)


def placed(
    every: Sequence[Perturbation], manipulation: str, strength: float
) -> tuple[int, Perturbation]:
    """Return the first perturbation of a strength, and its place among ``every``."""
    return next(
        (at, one)
        for at, one in enumerate(every)
        if (one.manipulation, one.strength) == (manipulation, strength)
    )


def depolarizing_nA(
    condition: Condition, neurons: Neurons, physics: Physics
) -> NDArray[np.float64]:
    """Return the current that depolarizes each neuron as ACh does, (N,)."""
    dynamics = family(physics.circuits.family).dynamics
    kinds = np.array(list(dynamics.kinds))[neurons.kind]
    leak_uS = 1e-3 * np.asarray(dynamics.leak_nS(physics.neurons, kinds))
    return (
        leak_uS * np.array(dynamics.shifts(condition.depolarization_mV))[neurons.kind]
    )


def release_of(
    condition: Condition, neurons: Neurons, physics: Physics
) -> NDArray[np.float64]:
    """Return the factor of ACh on each connection, (N, N), as if synapses were static.

    A neuron's release to a type of neuron has one site, whatever the receptor.
    """
    dynamics = family(physics.circuits.family).dynamics
    factor = np.ones((neurons.n, neurons.n))
    kind = np.array(list(dynamics.kinds))[neurons.kind]
    for pathway in dynamics.pathways(physics.synapses):
        between = np.ix_(np.isin(kind, pathway.pre), np.isin(kind, pathway.post))
        factor[between] = pathway.release(condition)
    return factor

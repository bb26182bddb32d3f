"""Who a simulated mouse is: its circuit, mechanism, ACh levels and confound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.conditions import Condition, in_all_neurons
from minicolumn.circuits.mechanisms import (
    CLASSES,
    MECHANISMS,
    NONE,
    RIVALS,
    Mechanism,
    Truth,
)
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.config.circuits import Acetylcholine, Dosed
from minicolumn.config.mice import CAUSES, Between, MouseRanges, Rise
from minicolumn.keys import TRAINING_CIRCUITS, Stream, generator
from minicolumn.mice.rivals import condition_of_rival, strengths
from minicolumn.states import State


@dataclass(frozen=True)
class Mouse:
    """One simulated mouse, identified by its circuit.

    ``mechanism`` is what ACh does to it, and ``rise`` by how many times ACh rises from
    rest to running; ``truth`` is a rival or `NONE` if that is negligible. ``confound``
    is how running differs from rest, ACh apart; ``causes`` are the amounts in it that
    are more than jitter, and ``strength`` is that of a rival. ``background`` is how
    both states differ from the circuit that the prior gives. Of the parameters of that
    circuit, the dose of ACh among them, ``given`` replaces some.
    """

    circuit_id: int
    truth: Truth
    mechanism: Mechanism
    stationary: float
    rise: float
    confound: Condition
    causes: tuple[str, ...] = ()
    strength: float = np.nan
    background: Condition = field(default_factory=Condition)
    given: Mapping[str, float] = field(default_factory=dict)

    def level(self, state: State, ach: Acetylcholine) -> float:
        """Return the ACh level of one state."""
        return self.stationary + (state == "running") * ach.contrast(self.rise)

    def condition(self, state: State, ach: Dosed) -> Condition:
        """Return all that differs in one state from what the prior gives.

        ``ach`` is what its circuit feels.
        """
        acting = condition_of(self.mechanism, self.level(state, ach), ach)
        condition = self.background.plus(acting)
        return condition if state == "stationary" else condition.plus(self.confound)


def confound(
    drive_mV: float = 0.0,
    noise_log: float = 0.0,
    common_fraction: float = 0.0,
    burst_log: float = 0.0,
    lost_spikes: float = 0.0,
) -> Condition:
    """Return a condition from the amounts that the configuration names.

    ``drive_mV`` shifts the mean input of all neurons; logarithms are those of factors.
    """
    return Condition(
        depolarization_mV=in_all_neurons(drive_mV),
        noise=float(np.exp(noise_log)),
        common_input=common_fraction,
        bursts=float(np.exp(burst_log)),
        lost_spikes=lost_spikes,
    )


def training_mice(
    indices: Iterable[int], ranges: MouseRanges, seed: int
) -> list[Mouse]:
    """Return these mice of the cohort to learn from; the classes take turns."""
    return [
        draw_mouse(TRAINING_CIRCUITS[i], CLASSES[i % len(CLASSES)], ranges, seed)
        for i in indices
    ]


def draw_mouse(circuit_id: int, truth: Truth, ranges: MouseRanges, seed: int) -> Mouse:
    """Return the mouse of one circuit; it depends on nothing but the arguments."""
    rng = generator(seed, Stream.MOUSE, circuit_id)
    any_mechanism = MECHANISMS[rng.integers(len(MECHANISMS))]
    stationary = between(rng, ranges.stationary)
    jitter, (caused, causes) = _jitter(rng, ranges), _caused(rng, ranges)
    rise = _rise(rng, truth, ranges.rise)
    mouse = Mouse(
        circuit_id,
        truth,
        mechanism=truth if truth in MECHANISMS else any_mechanism,
        stationary=stationary,
        rise=rise,
        confound=confound(**(caused if truth == NONE else jitter)),
        causes=causes if truth == NONE else (),
    )
    if truth not in RIVALS:
        return mouse
    strength = strengths(truth).at(rng.random())
    confounds = mouse.confound.plus(condition_of_rival(truth, strength))
    return replace(mouse, strength=strength, confound=confounds)


def _rise(rng: np.random.Generator, truth: Truth, allowed: Rise) -> float:
    """Half of the mice without a mechanism have no rise at all."""
    steady, share = rng.random() < 0.5, rng.random()
    if truth not in MECHANISMS:
        return 1.0 if steady else float(allowed.negligible**share)
    return float(allowed.negligible * (allowed.highest / allowed.negligible) ** share)


def circuits_of(mice: Sequence[Mouse], physics: Physics) -> dict[int, Circuit]:
    """Return the circuit of each mouse: of the prior, but for what is given."""
    ids = [mouse.circuit_id for mouse in mice]
    drawn = parameter_rows(physics.prior, physics.seed, ids)
    rows = [{**row, **mouse.given} for row, mouse in zip(drawn, mice, strict=True)]
    return dict(zip(ids, build_circuits(rows, physics), strict=True))


def between(rng: np.random.Generator, allowed: Between) -> float:
    """Return a value drawn from a uniform distribution."""
    return float(rng.uniform(allowed.low, allowed.high))


def _jitter(rng: np.random.Generator, ranges: MouseRanges) -> dict[str, float]:
    """Return amounts for `confound`."""
    sd = ranges.jitter
    drive_mV, noise_log, common = rng.standard_normal(3)
    return {
        "drive_mV": float(sd.drive_mV * drive_mV),
        "noise_log": float(sd.noise_log * noise_log),
        "common_fraction": float(sd.common_fraction * common),
    }


def _caused(
    rng: np.random.Generator, ranges: MouseRanges
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return amounts for `confound`, and which of them are more than jitter.

    Each cause is there or not, by the toss of a coin: all, some or none.
    """
    jitter = _jitter(rng, ranges)
    found = {name: between(rng, getattr(ranges.causes, name)) for name in CAUSES}
    there = rng.random(len(found)) < 0.5
    acting = tuple(
        name for name, is_there in zip(found, there, strict=True) if is_there
    )
    return jitter | {name: found[name] for name in acting}, acting

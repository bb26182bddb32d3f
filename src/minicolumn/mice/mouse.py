"""Who a simulated mouse is: its circuit, mechanism, ACh levels, dose and confound."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Literal, get_args

import numpy as np

from minicolumn.circuits.acetylcholine import AchEffect, effect_of
from minicolumn.circuits.ei.wiring import Circuit
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE, Mechanism, Truth
from minicolumn.config.mice import Between, MouseRanges
from minicolumn.config.physics import Acetylcholine
from minicolumn.keys import TRAINING_CIRCUITS, Stream, generator

State = Literal["stationary", "running"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class StateConfound:
    """How a mouse that runs differs from itself at rest, ACh apart.

    Attributes
    ----------
    drive_mV
        Shift of the mean input of all neurons, as a depolarization across the leak.
    noise_log
        Natural logarithm of a factor on the SD of the background.
    common_fraction
        Added to the share of the background that all neurons receive together.
    burst_log
        Natural logarithm of a factor on the rate of brief strong inputs.
    lost_spikes
        Share of spikes that the recording misses while the mouse runs.
    """

    drive_mV: float = 0.0
    noise_log: float = 0.0
    common_fraction: float = 0.0
    burst_log: float = 0.0
    lost_spikes: float = 0.0

    def plus(self, other: "StateConfound") -> "StateConfound":
        """Return both together."""
        both = zip(astuple(self), astuple(other), strict=True)
        return StateConfound(*(mine + theirs for mine, theirs in both))

    def applied(self, circuit: Circuit) -> Circuit:
        """Return the circuit with another background."""
        noise = np.exp(self.noise_log)
        return replace(
            circuit,
            noise_fast_nA=noise * circuit.noise_fast_nA,
            noise_slow_nA=noise * circuit.noise_slow_nA,
            common_fraction=min(
                max(circuit.common_fraction + self.common_fraction, 0.0), 1.0
            ),
            burst_rate_hz=float(np.exp(self.burst_log)) * circuit.burst_rate_hz,
        )


@dataclass(frozen=True)
class Mouse:
    """One simulated mouse.

    Attributes
    ----------
    circuit_id
        Its circuit, and so its identity.
    truth
        One of `CLASSES`.
    mechanism
        What ACh does to it; where ``truth`` is `NONE` the level does not change.
    level
        ACh level of each state.
    max_mV
        Depolarization at the highest concentration.
    confound
        How running differs from rest, ACh apart.
    background
        How both states differ from the circuit that the prior gives.
    poisson
        Whether independent Poisson trains of the same rates stand for its spikes.
    """

    circuit_id: int
    truth: Truth
    mechanism: Mechanism
    level: dict[State, float]
    max_mV: float
    confound: StateConfound
    background: StateConfound = StateConfound()
    poisson: bool = False

    def circuit(self, built: Circuit, state: State) -> Circuit:
        """Return the circuit as it is in one state, from what the prior gives."""
        circuit = self.background.applied(built)
        return circuit if state == "stationary" else self.confound.applied(circuit)

    def effect(self, state: State, ach: Acetylcholine) -> AchEffect:
        """Return what ACh, and the confound of the mean input, do in one state."""
        curve = ach.depolarization.model_copy(update={"max_mV": self.max_mV})
        own = ach.model_copy(update={"depolarization": curve})
        effect = effect_of(self.mechanism, (self.level[state],), own)
        if state == "stationary":
            return effect
        shifts = effect.depolarization_mV
        return replace(
            effect,
            depolarization_mV={
                k: v + self.confound.drive_mV for k, v in shifts.items()
            },
        )


def training_mice(
    indices: Iterable[int], ranges: MouseRanges, seed: int
) -> list[Mouse]:
    """Return these mice of the cohort to learn from; the classes take turns."""
    return [
        draw_mouse(
            TRAINING_CIRCUITS[index], CLASSES[index % len(CLASSES)], ranges, seed
        )
        for index in indices
    ]


def draw_mouse(circuit_id: int, truth: Truth, ranges: MouseRanges, seed: int) -> Mouse:
    """Return the mouse of one circuit; it depends on nothing but the arguments."""
    rng = generator(seed, Stream.MOUSE, circuit_id)
    any_mechanism = MECHANISMS[rng.integers(len(MECHANISMS))]
    stationary, running, max_mV = (
        _between(rng, allowed)
        for allowed in (ranges.stationary, ranges.running, ranges.depolarization_mV)
    )
    jitter, cause = _jitter(rng, ranges), _cause(rng, ranges)
    mechanism = any_mechanism if truth == NONE else truth
    level: dict[State, float] = {
        "stationary": stationary,
        "running": stationary if truth == NONE else running,
    }
    confound = cause if truth == NONE else jitter
    return Mouse(circuit_id, truth, mechanism, level, max_mV, confound)


def _between(rng: np.random.Generator, allowed: Between) -> float:
    return float(rng.uniform(allowed.low, allowed.high))


def _jitter(rng: np.random.Generator, ranges: MouseRanges) -> StateConfound:
    sd = ranges.jitter
    drive_mV, noise_log, common = rng.standard_normal(3)
    return StateConfound(
        float(sd.drive_mV * drive_mV),
        float(sd.noise_log * noise_log),
        float(sd.common_fraction * common),
    )


def _cause(rng: np.random.Generator, ranges: MouseRanges) -> StateConfound:
    """Each cause is there or not, by the toss of a coin: all, some or none."""
    jitter = _jitter(rng, ranges)
    found = {
        name: _between(rng, getattr(ranges.causes, name))
        for name in ("drive_mV", "noise_log", "common_fraction")
    }
    there = rng.random(len(found)) < 0.5
    acting = zip(found, there, strict=True)
    return replace(
        jitter, **{name: found[name] for name, is_there in acting if is_there}
    )

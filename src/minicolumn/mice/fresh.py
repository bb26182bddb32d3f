"""Fresh mice to judge what was learned: like it, null, out of distribution."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, product

import numpy as np

from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.family import DOSE
from minicolumn.circuits.mechanisms import ACTING, MECHANISMS, NONE
from minicolumn.config import FreshMice, MouseRanges, Physics
from minicolumn.config.circuits import Prior
from minicolumn.config.mice import Between
from minicolumn.keys import Stream, generator, validation_circuit
from minicolumn.mice.groups import BY_RISE, GROUPS, NULLS, RISES
from minicolumn.mice.mouse import Mouse, between, confound, draw_mouse

Draw = Callable[[np.random.Generator, MouseRanges, FreshMice], Condition]
Amount = Callable[[np.random.Generator, MouseRanges, FreshMice], float]


def _either_sign(rng: np.random.Generator, allowed: Between) -> float:
    return float(rng.choice((-1.0, 1.0))) * between(rng, allowed)


# What differs between the states of a mouse without a mechanism, besides jitter: which
# amount, and how it is drawn. Of the last three, no mouse to learn from has the kind or
# the amplitude.
_CAUSES: dict[str, tuple[str, Amount]] = {
    "less_drive": ("drive_mV", lambda rng, of, _: between(rng, of.causes.drive_mV)),
    "noise": ("noise_log", lambda rng, of, _: between(rng, of.causes.noise_log)),
    "common_input": (
        "common_fraction",
        lambda rng, _, fresh: _either_sign(rng, fresh.unseen.common_fraction),
    ),
    "bursts": (
        "burst_log",
        lambda rng, _, fresh: _either_sign(rng, fresh.unseen.burst_log),
    ),
    "lost_spikes": (
        "lost_spikes",
        lambda rng, _, fresh: between(rng, fresh.unseen.lost_spikes),
    ),
}

# How mice differ in both states from all mice to learn from.
_BACKGROUNDS: dict[str, Draw] = {
    "common_background": lambda rng, _, fresh: Condition(
        common_input=between(rng, fresh.unseen.common_background)
    ),
    "another_prior": lambda *_: Condition(),  # see physics_of
    "poisson": lambda *_: Condition(poisson=True),
}


def fresh_mice(
    group: str, n_mice: int, ranges: MouseRanges, fresh: FreshMice, prior: Prior
) -> list[Mouse]:
    """Return the mice of a group; none shares a circuit with a mouse learned from.

    ``prior`` is what doses of other mice are drawn from; those by rise have its ends.
    """
    circuits = [validation_circuit(GROUPS.index(group), i) for i in range(n_mice)]
    if group in BY_RISE:
        turns = cycle(product(RISES, (prior[DOSE].low, prior[DOSE].high)))
        return [
            replace(
                draw_mouse(circuit, BY_RISE[group], ranges, fresh.seed),
                rise=rise,
                given={DOSE: max_mV},
            )
            for circuit, (rise, max_mV) in zip(circuits, turns, strict=False)
        ]
    return [_mouse(group, circuit, ranges, fresh) for circuit in circuits]


def _mouse(group: str, circuit_id: int, ranges: MouseRanges, fresh: FreshMice) -> Mouse:
    seed = fresh.seed
    rng = generator(seed, Stream.VALIDATION_MOUSE, circuit_id)
    if group in ACTING:
        return draw_mouse(circuit_id, group, ranges, seed)
    if group in NULLS:
        mouse = draw_mouse(circuit_id, NONE, ranges, seed)
        # The jitter of a mouse with a mechanism, and one cause.
        jitter = draw_mouse(circuit_id, MECHANISMS[0], ranges, seed).confound
        caused = {}
        if group in _CAUSES:
            name, draw = _CAUSES[group]
            caused[name] = draw(rng, ranges, fresh)
        confounds = jitter.plus(confound(**caused))
        return replace(mouse, rise=1.0, confound=confounds, causes=tuple(caused))
    may_act = (*MECHANISMS, NONE)
    acting = may_act[rng.integers(len(may_act))]
    mouse = draw_mouse(circuit_id, acting, ranges, seed)
    background = _BACKGROUNDS[group](rng, ranges, fresh)
    # Whatever acts in it is not of the kind that was learned.
    return replace(mouse, truth=NONE, background=background)


def physics_of(group: str, physics: Physics, fresh: FreshMice) -> Physics:
    """Return the physics of a group: all have a seed of their own, one a prior."""
    shifted = {
        name: allowed
        for name, allowed in fresh.shifted_prior.items()
        if group == "another_prior" and name in physics.prior
    }
    update = {"seed": fresh.seed, "prior": physics.prior | shifted}
    return physics.model_copy(update=update)

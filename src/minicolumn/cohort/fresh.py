"""Fresh mice that judge what was learned: as learned, without a mechanism, foreign."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from minicolumn.cohort.mouse import Drift, Mouse, draw_mouse
from minicolumn.config import FreshMice, MouseRanges, Physics
from minicolumn.config.cohort import Between
from minicolumn.mechanisms import MECHANISMS, NONE, Truth
from minicolumn.shards import FIRST_VALIDATION_CIRCUIT

MICE_PER_GROUP = 1_000_000  # room for each group's mice
_FRESH_STREAM = 106

Draw = Callable[[np.random.Generator, MouseRanges, FreshMice], Drift]


class Group(NamedTuple):
    """Fresh mice of one kind.

    ``drift`` says what differs between their states besides jitter, ``background`` what
    sets both states apart from every circuit of the prior.
    """

    name: str
    kind: str  # mechanism | null | foreign
    truth: Truth = NONE
    drift: Draw | None = None
    background: Draw | None = None
    poisson: bool = False
    other_prior: bool = False


def _between(rng: np.random.Generator, allowed: Between) -> float:
    return float(rng.uniform(allowed.low, allowed.high))


def _either_sign(rng: np.random.Generator, allowed: Between) -> float:
    return float(rng.choice((-1.0, 1.0))) * _between(rng, allowed)


def _less_drive(rng, ranges, _):
    return Drift(drive_mV=_between(rng, ranges.causes.drive_mV))


def _noise(rng, ranges, _):
    return Drift(noise_log=_between(rng, ranges.causes.noise_log))


def _common(rng, _, fresh):
    return Drift(common_fraction=_either_sign(rng, fresh.unseen.common_fraction))


def _bursts(rng, _, fresh):
    return Drift(burst_log=_either_sign(rng, fresh.unseen.burst_log))


def _lost_spikes(rng, _, fresh):
    return Drift(lost_spikes=_between(rng, fresh.unseen.lost_spikes))


def _common_background(rng, _, fresh):
    return Drift(common_fraction=_between(rng, fresh.unseen.common_background))


GROUPS = (
    *(Group(name, "mechanism", name) for name in MECHANISMS),
    Group("nothing changes", "null"),
    Group("less drive", "null", drift=_less_drive),
    Group("noise", "null", drift=_noise),
    Group("common input", "null", drift=_common),
    Group("bursts", "null", drift=_bursts),
    Group("lost spikes", "null", drift=_lost_spikes),
    Group("common background", "foreign", background=_common_background),
    Group("another prior", "foreign", other_prior=True),
    Group("Poisson", "foreign", poisson=True),
)


def fresh_mice(
    group: Group, indices: range, ranges: MouseRanges, fresh: FreshMice, seed: int
) -> list[Mouse]:
    """Return these mice of a group; none shares a circuit with a mouse learned from."""
    first = FIRST_VALIDATION_CIRCUIT + GROUPS.index(group) * MICE_PER_GROUP
    return [_mouse(group, first + index, ranges, fresh, seed) for index in indices]


def _mouse(
    group: Group, circuit_id: int, ranges: MouseRanges, fresh: FreshMice, seed: int
) -> Mouse:
    rng = np.random.default_rng([seed, circuit_id, _FRESH_STREAM])
    # A foreign mouse may have any mechanism, which is none of ours to find.
    acting = (*MECHANISMS, NONE)[rng.integers(len(MECHANISMS) + 1)]
    learned = acting if group.kind == "foreign" else group.truth
    mouse = draw_mouse(circuit_id, learned, ranges, seed)
    if group.kind == "null":
        other = draw_mouse(circuit_id, MECHANISMS[0], ranges, seed)
        mouse = replace(mouse, drift=other.drift)
    if group.drift is not None:
        drawn = group.drift(rng, ranges, fresh)
        mouse = replace(mouse, drift=mouse.drift.plus(drawn))
    if group.background is not None:
        mouse = replace(mouse, background=group.background(rng, ranges, fresh))
    return replace(mouse, truth=group.truth, poisson=group.poisson)


def physics_of(group: Group, physics: Physics, fresh: FreshMice) -> Physics:
    """Return the physics of a group: for one of the foreign ones, of another prior."""
    if not group.other_prior:
        return physics
    return physics.model_copy(update={"prior": physics.prior | fresh.foreign_prior})

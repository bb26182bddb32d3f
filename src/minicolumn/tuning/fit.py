"""Fits of one session, or of many, all in one compiled program."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.family import family
from minicolumn.config import Physics
from minicolumn.config.tuned import Fitting
from minicolumn.keys import FIT_TRIALS
from minicolumn.simulation import gradient, packing
from minicolumn.simulation.equations import Program
from minicolumn.simulation.runs import Run
from minicolumn.statistics.smooth import smooth_statistics
from minicolumn.tuning import updates
from minicolumn.tuning.curves import Curves
from minicolumn.tuning.parameters import Trained
from minicolumn.tuning.targets import Targets, even
from minicolumn.tuning.terms import Terms

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

HUBER_Z = 3.0
"""Beyond so many SD a statistic pulls no harder."""
EXPLODED = 1e4
"""A gradient whose norm (`updates.relative`) is larger is refused."""
LOWEST_GAIN = 0.01


class FitOutcome(StrEnum):
    """How a fit ended."""

    FITTED = "fitted"
    SILENT = "silent"  # no neuron of the circuit it starts from fires
    EXPLODED = "exploded"  # at no gain did the gradient stay finite


@dataclass(frozen=True, eq=False)
class Fits:
    """Fits that were made together; F of them in ``steps`` steps.

    Attributes
    ----------
    starts, fitted
        Circuits before and after, in the same order.
    outcomes
        How each ended; those that were not fitted are as they started.
    loss, gain, norm
        Loss, damping gain and norm of the gradient in each step, (F, steps).
    """

    starts: Sequence[Circuit]
    fitted: Sequence[Circuit]
    outcomes: Sequence[FitOutcome]
    loss: Floats
    gain: Floats
    norm: Floats


class _Fixed(NamedTuple):
    """What does not change from step to step, but for the background."""

    batch: packing.Batch
    differences: packing.Differences
    root: Array
    members: Array
    center: Array
    sd: Array
    used: Array
    terms: Terms | None

    def in_trial(self, trial: int) -> Self:
        """Return the same with another background."""
        all_in = jnp.full_like(self.batch.trial, trial)
        return self._replace(batch=self.batch._replace(trial=all_in))


class _Moving(NamedTuple):
    trained: Trained
    moments: updates.Moments
    gain: Array


def tune(
    starts: Sequence[Circuit],
    members: Sequence[NDArray[np.bool_]],
    targets: Sequence[Targets],
    settings: Fitting,
    physics: Physics,
    aims: Sequence[Curves] | None = None,
) -> Fits:
    """Fit each circuit to the targets of a session: its own, or that of others.

    Every step has another background, so that no fit learns one by heart. A step whose
    gradient explodes is refused, and the gain of that fit halves.

    Parameters
    ----------
    starts
        Circuits to begin with.
    members
        Subsets of units over which each is described, (subsets, n) each.
    targets
        Of the session of each circuit, with no `Targets.obstacle`.
    settings, physics
        How to fit, and what spikes depend on.
    aims
        Curves of the session of each circuit, if the settings ask for them.
    """
    program, fixed, moving = _prepared(starts, members, targets, settings, physics)
    fixed = fixed._replace(terms=Terms.of(starts, program.padding, settings, aims))
    warmup_ms = round(1000 * physics.simulation.warmup_s)
    applied = jax.jit(partial(Trained.applied, program=program, physics=physics))
    improved = jax.jit(partial(_improved, program, settings, physics, warmup_ms))
    seen: list[tuple[NDArray[Any], ...]] = []
    for number in range(settings.steps):
        # Constant, then linear to 0 over the second half.
        left = min(1.0, 2 * (1 - number / settings.steps))
        fixed = fixed.in_trial(FIT_TRIALS[number])
        ran = applied(moving.trained, fixed.batch)
        sent = gradient.forward(ran, fixed.differences, fixed.root, program)
        moving, found = improved(moving, fixed, (sent, jnp.float32(left)))
        seen.append(tuple(map(np.asarray, found)))
        logger.info("step %d: loss %s", number + 1, np.round(seen[-1][0], 2).tolist())
    loss, gain, norm, rate_hz = (
        np.stack(one, axis=1) for one in zip(*seen, strict=True)
    )
    last_gain = np.asarray(moving.gain[:, 0, 0])
    ends = zip(rate_hz[:, 0], last_gain, strict=True)
    outcomes = [_outcome(float(rate), float(last)) for rate, last in ends]
    ended = moving.trained.circuits(starts, program.padding)
    fitted = [
        end if outcome == FitOutcome.FITTED else start
        for start, end, outcome in zip(starts, ended, outcomes, strict=True)
    ]
    return Fits(starts, fitted, outcomes, loss, gain, norm)


def _outcome(first_rate_hz: float, gain: float) -> FitOutcome:
    if not first_rate_hz > 0:
        return FitOutcome.SILENT
    return FitOutcome.EXPLODED if gain < LOWEST_GAIN else FitOutcome.FITTED


def _prepared(
    starts: Sequence[Circuit],
    members: Sequence[NDArray[np.bool_]],
    targets: Sequence[Targets],
    settings: Fitting,
    physics: Physics,
) -> tuple[Program, _Fixed, _Moving]:
    dynamics = family(physics.circuits.family).dynamics
    padding = max(packing.padding_of(circuit) for circuit in starts)
    simulation = physics.simulation
    n_ms = round(1000 * (simulation.warmup_s + simulation.duration_s))
    program = Program.of(dynamics, padding, n_ms, physics)
    runs = [Run(circuit) for circuit in starts]
    padded = np.zeros((len(starts), len(members[0]), sum(padding)), bool)
    for row, circuit, own in zip(padded, starts, members, strict=True):
        row[:, packing.slots_of(circuit, padding)] = own
    fixed = _Fixed(
        packing.pack(runs, padding, dynamics, physics),
        packing.spread(runs, padding, dynamics),
        jax.random.key(physics.seed),
        jnp.asarray(padded),
        *_stacked(targets),
        None,
    )
    trained = Trained.of(starts, padding)
    gain = jnp.full((len(starts), 1, 1), settings.gain)
    return program, fixed, _Moving(trained, updates.Moments.of(trained), gain)


def _stacked(targets: Sequence[Targets]) -> tuple[Array, Array, Array]:
    """Return center, SD and whether it is used of each statistic, (F, statistics)."""
    center, sd, used = (
        np.stack([getattr(one, name) for one in targets])
        for name in ("center", "sd", "used")
    )
    return (
        jnp.asarray(np.where(used, center, 0.0), jnp.float32),
        jnp.asarray(np.where(used, sd, 1.0), jnp.float32),
        jnp.asarray(used),
    )


def _improved(
    program: Program,
    settings: Fitting,
    physics: Physics,
    warmup_ms: int,
    moving: _Moving,
    fixed: _Fixed,
    at: tuple[Array, Array],
) -> tuple[_Moving, tuple[Array, ...]]:
    """Return what moved, and loss, gain, norm and mean rate of each fit, (F,).

    ``at`` are the spikes of the engine, and the share of the rates.
    """
    sent, left = at

    def loss(trained: Trained) -> tuple[Array, tuple[Array, Array]]:
        spikes = gradient.spikes(
            trained.applied(fixed.batch, program, physics),
            fixed.differences,
            fixed.root,
            program,
            moving.gain,
            warmup_ms,
            sent,
        )[:, :, 0]
        found = smooth_statistics(spikes, fixed.members)
        each = losses(found, fixed.center, fixed.sd, fixed.used, settings)
        if fixed.terms is not None:
            given = trained.weights_uS, spikes, fixed.members
            each += fixed.terms.lost(*given, settings)
        return each.sum(), (each, spikes.mean(axis=(0, 2)))

    slope, (each, rate) = jax.grad(loss, has_aux=True)(moving.trained)
    norm = updates.relative(slope, moving.trained)
    accepted = (norm < EXPLODED)[:, None, None]
    slope = jax.tree.map(lambda x: jnp.where(accepted, x, 0.0), slope)
    how = updates.How(settings.update, settings.rates, program.padding)
    new = updates.step(moving.trained, slope, moving.moments, how, left)
    trained, moments = jax.tree.map(
        lambda after, before: jnp.where(accepted, after, before),
        new,
        (moving.trained, moving.moments),
    )
    gain = jnp.where(accepted, moving.gain, moving.gain / 2)
    return _Moving(trained, moments, gain), (each, moving.gain[:, 0, 0], norm, rate)


def losses(
    found: Any, center: Array, sd: Array, used: Array, settings: Fitting
) -> Array:
    """Return the loss of each circuit, (C,): the mean over used statistics of rho(z).

    ``rho`` is the square up to `HUBER_Z`, and a straight line beyond. A statistic that
    the window does not define pulls nowhere.
    """
    there = found.defined & used
    z = jnp.where(there, (even(found.values, settings, jnp) - center) / sd, 0.0)
    size = jnp.abs(z)
    rho = jnp.where(size < HUBER_Z, z**2, HUBER_Z * (2 * size - HUBER_Z))
    return rho.sum(axis=-1) / used.sum(axis=-1)

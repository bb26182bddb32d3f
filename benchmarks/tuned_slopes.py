"""Whether gradients point where finite differences under common noise do."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tuned_gradient import Bar, chosen, setting
from tuned_mice import Floats, configuration

from minicolumn.arrays import mean_of_defined
from minicolumn.circuits.circuit import Circuit
from minicolumn.keys import JUDGED_TRIALS
from minicolumn.simulation import packing
from minicolumn.simulation.packing import Padding
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.smooth import SMOOTH_NAMES, smooth_statistics
from minicolumn.tuning.answers import described
from minicolumn.tuning.parameters import SCALED, Trained
from minicolumn.tuning.targets import even

CIRCUITS = 5
BACKGROUNDS, STEP = 4, 0.15
"""Of the finite differences: windows, and the change of a log or of 0.1 nA."""
RESIDUALS = 400
LEAST_SLOPE = 0.2
"""Slopes by differences that are surely not 0: above it and three standard errors."""


def directions(padding: Padding) -> list[Trained]:
    """Return directions: paths between classes, bias of each, factors; 12 in all."""
    n = sum(padding)
    exc = jnp.arange(n) < padding[0]
    sides = exc.astype(jnp.float32), (~exc).astype(jnp.float32)
    none = Trained(
        jnp.zeros((1, n, n)), jnp.zeros((1, 1, n)), jnp.zeros((1, 1, len(SCALED)))
    )
    factors = jnp.eye(len(SCALED))[:, None, None]
    paths = product(sides, repeat=2)
    return [
        *(none._replace(weights_uS=jnp.outer(a, b)[None]) for a, b in paths),
        *(none._replace(bias_nA=0.1 * one[None, None]) for one in sides),
        *(none._replace(log_factors=one) for one in factors),
    ]


def along(trained: Trained, direction: Trained, far: float) -> Trained:
    """Return what is trained after a step; weights by a factor, the rest by a term."""
    return Trained(
        trained.weights_uS * jnp.exp(far * direction.weights_uS),
        trained.bias_nA + far * direction.bias_nA,
        trained.log_factors + far * direction.log_factors,
    )


def slopes() -> Iterator[Bar]:
    """Yield how gradients agree with finite differences under common noise."""
    circuits, untrained = chosen(CIRCUITS), configuration().tuned.untrained
    by_differences, error = finite_differences(circuits)
    by_gradient = gradients(circuits)
    kept = np.array([name not in untrained for name in SMOOTH_NAMES])
    rng = np.random.default_rng(0)
    residuals = rng.standard_normal((RESIDUALS, kept.sum()))
    cosines = np.array(
        [
            [cosine(a[:, kept] @ one, b[:, kept] @ one) for one in residuals]
            for a, b in zip(by_gradient, by_differences, strict=True)
        ]
    )
    sure = np.abs(by_differences) > np.maximum(3 * error, LEAST_SLOPE)
    same = (np.sign(by_gradient) == np.sign(by_differences))[sure & kept]
    each = ", ".join(f"{one:.2f}" for one in np.median(cosines, axis=1))
    middle = np.median(cosines)
    yield Bar(
        f"gradient against finite differences, {CIRCUITS} circuits, 12 directions",
        "median cosine >= .8",
        f"{middle:.2f} (near-critical circuit first: {each})",
        bool(middle >= 0.8),
    )
    share = f"{100 * same.mean():.0f} % of {same.size} slopes beyond three SE"
    yield Bar("the same, signs", ">= 85 %", share, bool(same.mean() >= 0.85))


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine of the angle between two vectors."""
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def finite_differences(circuits: Sequence[Circuit]) -> tuple[Floats, Floats]:
    """Return slopes of statistics and their errors, (circuits, directions, names)."""
    padding = max(packing.padding_of(one) for one in circuits)
    trained, cfg = Trained.of(circuits, padding), configuration()
    changed = {
        (d, side): along(trained, one, side * STEP).circuits(circuits, padding)
        for d, one in enumerate(directions(padding))
        for side in (1, -1)
    }
    runs = {
        Run(one, JUDGED_TRIALS[t]): (side, k, d, t)
        for (d, side), every in changed.items()
        for k, one in enumerate(every)
        for t in range(BACKGROUNDS)
    }
    n = len(circuits), len(directions(padding)), BACKGROUNDS, len(SMOOTH_NAMES)
    found = {1: np.full(n, np.nan), -1: np.full(n, np.nan)}
    for spikes in simulate(list(runs), cfg):
        side, k, d, t = runs[spikes.run]
        values = described(spikes, cfg.statistics, cfg)
        one = np.array([values[name] for name in SMOOTH_NAMES])
        found[side][k, d, t] = even(one, cfg.tuned)
    each = (found[1] - found[-1]) / (2 * STEP)
    n_defined = np.isfinite(each).sum(axis=2)
    error = np.nanstd(each, axis=2, ddof=1) / np.sqrt(n_defined)
    return np.nan_to_num(mean_of_defined(each, axis=2)), error


def gradients(circuits: Sequence[Circuit]) -> Floats:
    """Return the same slopes by the gradient, (circuits, directions, names)."""
    cfg = configuration()
    every = [one for one in circuits for _ in range(BACKGROUNDS)]
    trials = [JUDGED_TRIALS[t] for _ in circuits for t in range(BACKGROUNDS)]
    given = setting(every, trials)
    trained = Trained.of(every, given.program.padding)

    sent = given.sent(trained)

    def chosen_one(place: Any, trained: Trained) -> Any:
        spikes = given.spikes(trained, cfg.tuned.gain, sent)
        found = smooth_statistics(spikes, given.members)
        values = jnp.where(found.defined, even(found.values, cfg.tuned, jnp), 0.0)
        return values[:, place].sum()

    slope = jax.jit(jax.grad(chosen_one, argnums=1))
    by_name = []
    for place in range(len(SMOOTH_NAMES)):
        found = slope(jnp.int32(place), trained)
        by_name.append(
            [
                projected(found, trained, one)
                for one in directions(given.program.padding)
            ]
        )
    each = np.array(by_name).reshape(len(SMOOTH_NAMES), 12, len(circuits), BACKGROUNDS)
    return each.mean(axis=3).transpose(2, 1, 0)


def projected(found: Trained, trained: Trained, direction: Trained) -> Floats:
    """Return a gradient along a direction of `along`, of each circuit, (C,)."""
    parts = (
        found.weights_uS * trained.weights_uS * direction.weights_uS,
        found.bias_nA * direction.bias_nA,
        found.log_factors * direction.log_factors,
    )
    return np.asarray(sum(jnp.sum(one, axis=(1, 2)) for one in parts))

"""Fits of fresh mice: how near they come at rest, and what they do to connections."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from tuned_gradient import Bar
from tuned_mice import (
    ROOT,
    Floats,
    Judged,
    bank,
    configuration,
    mice,
    noise,
    starts,
)

from minicolumn.arrays import mean_of_defined
from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.config import Config, parse_config
from minicolumn.config.tuned import ON_PARAMETERS, Start
from minicolumn.keys import JUDGED_TRIALS
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.answers import described, members_of
from minicolumn.tuning.fit import Fits, tune
from minicolumn.tuning.parametric import tune_parameters
from minicolumn.tuning.targets import even
from minicolumn.yaml_files import read_yaml

BACKGROUNDS = 6
"""Fresh ones, over which a circuit is judged at rest."""
EVALUATIONS = 10
"""Of the loss by Levenberg-Marquardt, besides its derivatives."""
SESSIONS, STARTS = 58, 3
"""Of the published size."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """Mice and their fits, in the same order, and what the fits took."""

    mice: Sequence[Judged]
    fits: Sequence[Fits]
    core_s: float

    def distances(self, when: str, sd: Floats | None = None) -> Floats:
        """Return RMS z from evaluation epochs, (mice, starts).

        ``when`` is ``starts`` or ``fitted``; ``sd`` is another unit.
        """
        return np.array(
            [
                [mouse.distance(one, sd) for one in each]
                for mouse, each in zip(self.mice, _reached(self, when), strict=True)
            ]
        )


@cache
def _reached(found: Fitted, when: str) -> Floats:
    """Return what the circuits of fits do at rest, (mice, starts, names)."""
    circuits = [one for fits in found.fits for one in getattr(fits, when)]
    return reached(circuits).reshape(len(found.mice), -1, len(SMOOTH_NAMES))


def reached(circuits: Sequence[Circuit]) -> Floats:
    """Return mean statistics at rest over fresh backgrounds, (circuits, names)."""
    cfg = configuration()
    runs = {
        Run(one, JUDGED_TRIALS[t]): (k, t)
        for k, one in enumerate(circuits)
        for t in range(BACKGROUNDS)
    }
    found = np.full((len(circuits), BACKGROUNDS, len(SMOOTH_NAMES)), np.nan)
    for spikes in simulate(list(runs), cfg):
        values = described(spikes, cfg.statistics, cfg)
        found[runs[spikes.run]] = [values[name] for name in SMOOTH_NAMES]
    return mean_of_defined(even(found, cfg.tuned), axis=1)


def fitted(kind: Start, n_starts: int, n_mice: int, seed: int, **more: Any) -> Fitted:
    """Return fits of fresh mice, all in one program; made once.

    ``more`` are settings of ``tuned``, ``outside`` as `mice` takes it, and
    ``noise_seed``, which gives fits other backgrounds.
    """
    outside, noise_seed = more.pop("outside", False), more.pop("noise_seed", None)
    settings = tuple(sorted(more.items()))
    return _fitted((kind, n_starts), (n_mice, seed, outside), noise_seed, settings)


@cache
def _fitted(
    which: tuple[Start, int],
    whom: tuple[int, int, bool],
    noise_seed: int | None,
    settings: tuple[tuple[str, Any], ...],
) -> Fitted:
    cfg, judged = configuration(**_plain(dict(settings))), mice(*whom)
    rows = [starts(*which, one.session) for one in judged]
    seed = cfg.seed if noise_seed is None else noise_seed
    started = time.process_time()
    if cfg.tuned.update == ON_PARAMETERS:
        given = cfg.tuned, cfg.statistics, cfg
        fits = [
            tune_parameters(each, one.targets, *given)
            for each, one in zip(rows, judged, strict=True)
        ]
    else:
        circuits = [build_circuits(each, cfg) for each in rows]
        other = cfg.model_copy(update={"seed": seed})
        fits = together(circuits, [one.targets for one in judged], cfg, other)
    return Fitted(judged, fits, time.process_time() - started)


def _plain(tuned: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings whose tables came as pairs, which a cache can have for a key."""
    return {
        name: dict(value) if isinstance(value, tuple) else value
        for name, value in tuned.items()
    }


def together(
    circuits: Sequence[Sequence[Circuit]],
    targets: Sequence[Any],
    cfg: Config,
    other: Config,
) -> list[Fits]:
    """Return the fits of each session, made in one program."""
    flat = [one for each in circuits for one in each]
    aims = [aim for each, aim in zip(circuits, targets, strict=True) for _ in each]
    members = [members_of(one, cfg.statistics, cfg.seed) for one in flat]
    found = tune(flat, members, aims, cfg.tuned, other)
    edges = np.cumsum([0, *map(len, circuits)])
    return [_part(found, slice(*ends)) for ends in pairwise(edges)]


def _part(fits: Fits, places: slice) -> Fits:
    return Fits(**{name: value[places] for name, value in vars(fits).items()})


def rest(n_mice: int, seed: int) -> Iterator[Bar]:
    """Yield how near fits come to mice at rest, from where they start."""
    yield noise_floor(n_mice, seed)
    ways: tuple[tuple[str, Start, int, float], ...] = (
        ("nearest start", "nearest", STARTS, 1.0),
        ("prior draw", "prior", 1, 1.6),
    )
    for name, kind, n_starts, aim in ways:
        found = fitted(kind, n_starts, n_mice, seed)
        yield from near(f"rest z, {name}", found, aim)


def parameters(n_mice: int, seed: int) -> Iterator[Bar]:
    """Yield how near Levenberg-Marquardt comes on parameters of the prior."""
    ways: tuple[tuple[str, Start], ...] = (
        ("prior draw", "prior"),
        ("nearest start", "nearest"),
    )
    for name, kind in ways:
        found = fitted(kind, 1, n_mice, seed, update=ON_PARAMETERS, steps=EVALUATIONS)
        yield from near(f"rest z, Levenberg-Marquardt, {name}", found, None)


def near(name: str, found: Fitted, aim: float | None) -> Iterator[Bar]:
    """Yield how near some fits came, and in how many mice nearer than before."""
    before, after = (found.distances(when) for when in ("starts", "fitted"))
    middle = float(np.median(after))
    easier = np.median(found.distances("fitted", noise(np.mean)))
    told = (
        f"{np.median(before):.2f} -> {middle:.2f} (by the mean variance {easier:.2f}; "
        f"{after.size} fits of {len(found.mice)} mice; "
        f"{found.core_s / len(found.mice):.0f} core s a mouse)"
    )
    demand = f"median <= {aim}" if aim else "baseline"
    yield Bar(name, demand, told, middle <= aim if aim else None)
    better = int((after.mean(axis=1) < before.mean(axis=1)).sum())
    n = len(found.mice)
    yield Bar(
        f"{name}: nearer than before",
        "in >= 10 of 12",
        f"{better} of {n}",
        better >= 10 / 12 * n if aim else None,
    )


def noise_floor(n_mice: int, seed: int) -> Bar:
    """Return how far conditioning epochs of a mouse are from its evaluation epochs."""
    every = mice(n_mice, seed)
    ours, easier = (
        np.median([one.distance(one.targets.center, sd) for one in every])
        for sd in (None, noise(np.mean))
    )
    told = f"{ours:.2f} (by the mean variance {easier:.2f})"
    return Bar("the same of a mouse's own conditioning epochs", "floor", told, None)


def cost() -> Bar:
    """Return what fits of the published size take, by steps of three circuits."""
    cfg = parse_config(read_yaml(ROOT / "config.yaml"))
    aim = mice(1, 0)[0].targets
    rows = bank(configuration().circuits.count).rows[:STARTS]
    largest = {"n_neurons": cfg.prior["n_neurons"].high}
    circuits = [build_circuits([{**one, **largest} for one in rows], cfg)]

    def took(steps: int) -> float:
        settings = cfg.tuned.model_copy(update={"steps": steps})
        own = cfg.model_copy(update={"tuned": settings})
        started = time.process_time()
        together(circuits, [aim], own, own)
        return time.process_time() - started

    took(2)
    few, many = took(2), took(5)
    hours = SESSIONS * (few + (many - few) / 3 * (cfg.tuned.steps - 2)) / 3600
    told = f"{hours:.1f} core h ({(many - few) / 3:.1f} core s a step of three starts)"
    return Bar("58 sessions x 3 starts", "<= 3 core h", told, hours <= 3)

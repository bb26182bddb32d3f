"""Who is chosen for micro-perturbations, by which rule, and what comes of it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.keys import Stream, generator
from minicolumn.perturbation.enrollment import bench_of
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.microperturbations import (
    DIFFERENCE,
    GRADIENT,
    RATE,
    TEACHER,
    Candidates,
)
from minicolumn.perturbation.skill import correlation, mean_within

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

UP, DOWN = "up", "down"
SMALLEST, RANDOM, RANDOM_OF_TYPE = "smallest_gradient", "random", "random_of_type"
NOBODY = "no student"
Who = tuple[str, int | None]
"""Student and start; `NOBODY` where a choice needs none."""


class Choice(NamedTuple):
    """Sets of candidates that a rule chooses, and what it ranks them by.

    ``direction`` is that in which the readout should change; None if the rule has none.
    ``sets`` are places among candidates, several where they are drawn at random.
    """

    who: Who
    rule: str
    direction: str | None
    sets: tuple[Places, ...]


def ranked(
    candidates: Candidates, tested: Mapping[str, Any], fitted: Fitted
) -> dict[str, Floats]:
    """Return the rankings by a student, of which ``tested`` is a row of its table."""
    experiment = candidates.experiment
    bench = bench_of(
        tested,
        fitted,
        candidates.reference,
        experiment.settings,
        experiment.physics,
    )
    calibrated = (tested[f"light_{kind}_per_nA"] for kind in ("inh", "exc"))
    per_nA = bench.per_nA(*calibrated)
    return {
        GRADIENT: candidates.by_gradient(bench, per_nA),
        DIFFERENCE: candidates.by_difference(bench, per_nA),
    }


def choices(
    candidates: Candidates, rankings: Mapping[tuple[Who, str], Floats], seed: int
) -> Iterator[Choice]:
    """Yield who is chosen by each ranking (C,), and at random.

    The original's control, the smallest gradients, is a choice beside each gradient.
    """
    n = candidates.settings.neurons
    for (who, rule), values in rankings.items():
        order = np.argsort(values, kind="stable")
        yield Choice(who, rule, UP, (order[::-1][:n],))
        if rule != RATE:
            yield Choice(who, rule, DOWN, (order[:n],))
        if rule == GRADIENT:
            smallest = np.argsort(np.abs(values), kind="stable")[:n]
            yield Choice(who, SMALLEST, None, (smallest,))
    yield from _random(candidates, seed)


def _random(candidates: Candidates, seed: int) -> Iterator[Choice]:
    """Yield random sets of any type, and of the type that should do it."""
    excitatory = candidates.reference.neurons.excitatory[candidates.place]
    every = np.ones_like(excitatory)
    circuit = candidates.experiment.circuit.circuit_id
    rng = generator(seed, Stream.MICROPERTURBATIONS, circuit)
    for rule, direction, among in (
        (RANDOM, None, every),
        (RANDOM_OF_TYPE, UP, excitatory),
        (RANDOM_OF_TYPE, DOWN, ~excitatory),
    ):
        places = np.flatnonzero(among)
        n = min(candidates.settings.neurons, places.size)
        sets = (
            rng.choice(places, n, replace=False)
            for _ in range(candidates.settings.random_sets)
        )
        yield Choice((NOBODY, None), rule, direction, tuple(sets))


def microperturbation_rows(
    candidates: Candidates, of_students: Mapping[Who, Mapping[str, Floats]], seed: int
) -> Iterator[dict[str, Any]]:
    """Yield rows of `MICROPERTURBATIONS`, without regime and reference.

    ``of_students`` are the rankings of each, `GRADIENT` and `DIFFERENCE`.
    """
    nobody = NOBODY, None
    trials = candidates.trial_effects()
    known = candidates.known() | {TEACHER: trials.mean(axis=1)}
    rankings = {(nobody, rule): values for rule, values in known.items()}
    rankings |= {
        (who, rule): values
        for who, found in of_students.items()
        for rule, values in found.items()
    }
    chosen = list(choices(candidates, rankings, seed))
    lit = [candidates.alone[places].any(axis=0) for c in chosen for places in c.sets]
    effects = iter(candidates.effects_of(np.array(lit)))
    for choice in chosen:
        of_trials = np.mean([next(effects) for _ in choice.sets], axis=0)
        values = rankings.get((choice.who, choice.rule))
        (student, start), places = choice.who, np.concatenate(choice.sets)
        yield {
            "student": student,
            "start": start,
            "choice": choice.rule,
            "direction": choice.direction,
            "n_candidates": candidates.place.size,
            "neurons": candidates.place[places].tolist(),
            **_agreement(candidates, choice.rule, values, trials),
            "effect": float(of_trials.mean()),
            "effect_se": float(of_trials.std(ddof=1) / np.sqrt(of_trials.size)),
        }


def _agreement(
    candidates: Candidates, rule: str, values: Floats | None, trials: Floats
) -> dict[str, float | None]:
    """Return how a ranking (C,) and effects in the circuit (C, trials) correlate.

    That of the circuit itself is the most that the scatter over trials allows.
    """
    if values is None:
        return dict.fromkeys(("correlation", "within_correlation"))
    neurons, true = candidates.reference.neurons, trials.mean(axis=1)
    groups = [one[candidates.place] for one in neurons.groups(neurons.recorded)]
    if rule == TEACHER:
        halves = trials[:, ::2].mean(axis=1), trials[:, 1::2].mean(axis=1)
        both = correlation(*halves), mean_within(*halves, groups)
        found = [_reachable(r) for r in both]
    else:
        found = [correlation(true, values), mean_within(true, values, groups)]
    return dict(zip(("correlation", "within_correlation"), found, strict=True))


def _reachable(halves: float | None) -> float | None:
    """Return the correlation of a mean with the truth, from that of two halves.

    The root of what Spearman and Brown say of the reliability of the mean.

    Examples
    --------
    >>> round(_reachable(0.5), 3)
    0.816
    """
    if halves is None or halves <= 0:
        return None
    return float(np.sqrt(2 * halves / (1 + halves)))

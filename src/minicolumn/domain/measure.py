"""Whether sessions are inside what was simulated, one by one and as a cohort.

Whatever is learned from simulations knows nothing else: elsewhere it extrapolates, and
no score of it means anything. Sessions are compared with simulated mice; in each state,
the cohort is compared with simulations at its ACh level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
from scipy import stats

from minicolumn.config.mice import States
from minicolumn.domain.ranges import (
    PERCENTILES,
    Margin,
    margins_of,
    statistics_outside,
)
from minicolumn.domain.space import CohortSpace, Floats, Windows
from minicolumn.domain.two_sample import (
    TwoSample,
    classifier_two_sample,
    maximum_mean_discrepancy,
)
from minicolumn.domain.typicality import Domain, is_inside
from minicolumn.files.tables import TYPICALITIES
from minicolumn.keys import Stream, generator
from minicolumn.sessions.session import N_STATISTICS, Session, scored, sessions_of
from minicolumn.sessions.simulated import mice_of

MOST_CIRCUITS = 1000
"""Simulated circuits that a cohort is compared with; more would only cost time."""


@dataclass(frozen=True)
class Comparison:
    """Whether one epoch of each session could be simulated, in one state.

    Attributes
    ----------
    level
        ACh level of the state.
    n_sessions, n_circuits
        Sessions and circuits that were compared.
    statistics
        Those that span the space.
    mmd, c2st
        Tests of `two_sample`; None without sessions or with too few simulations.
    """

    level: float
    n_sessions: int = 0
    n_circuits: int = 0
    statistics: tuple[str, ...] = ()
    mmd: TwoSample | None = None
    c2st: TwoSample | None = None


@dataclass(frozen=True)
class Coverage:
    """How many sessions are inside.

    Attributes
    ----------
    n, n_judged, n_inside
        Sessions, those that lack no statistic, and those of them that are inside.
    fraction, interval
        ``n_inside / n_judged`` and its exact 95 % interval; None without any.
    """

    n: int
    n_judged: int
    n_inside: int
    fraction: float | None
    interval: tuple[float, float] | None

    @classmethod
    def of(cls, inside: Sequence[bool | None]) -> Self:
        """Count the sessions that are inside, outside, or not judged (None)."""
        known = [one for one in inside if one is not None]
        if not known:
            return cls(len(inside), 0, 0, None, None)
        found = stats.binomtest(sum(known), len(known)).proportion_ci(0.95)
        interval = (float(found.low), float(found.high))
        fraction = sum(known) / len(known)
        return cls(len(inside), len(known), sum(known), fraction, interval)


@dataclass(frozen=True)
class DomainSummary:
    """What ``domain.json`` holds.

    Attributes
    ----------
    percentiles
        Of the simulated ranges.
    margins
        Range and epochs of each statistic and state, of all recorded sessions.
    states
        The cohort in each state, against simulations.
    p
        All tests of ``states`` together (Bonferroni); None without any.
    coverage
        Scored sessions that are inside.
    """

    percentiles: tuple[float, ...]
    margins: tuple[Margin, ...]
    states: dict[str, Comparison]
    p: float | None
    coverage: Coverage


def measure_domain(
    cohort: pa.Table,
    simulated: pa.Table,
    recorded: pa.Table,
    sessions: pa.Table,
    states: States,
    false_alarm: float,
    seed: int,
) -> tuple[dict[str, Sequence[Any]], DomainSummary]:
    """Return the columns of `tables.DOMAIN`, and what they say of the cohort.

    Parameters
    ----------
    cohort, simulated, recorded, sessions
        Tables of the kinds `tables.COHORT`, `tables.SIMULATED_STATISTICS` (of all
        mechanisms), `tables.RECORDED_STATISTICS` and `tables.SESSIONS`.
    states
        ACh level of each state; each is taken at the nearest simulated one.
    false_alarm
        Share of simulated mice that may count as outside.
    seed
        Fixes which circuits the cohort is compared with, and all permutations.
    """
    levels, all_sessions = states.model_dump(), sessions_of(recorded)
    windows = {s: Windows.at_level(simulated, level) for s, level in levels.items()}
    margins = [
        margin
        for state, mine in windows.items()
        for margin in margins_of(state, mine.values, all_sessions)
    ]
    mine = [one.scaled() for one in sessions_of(scored(recorded, sessions))]
    mice, known = mice_of(cohort)
    p = Domain(mice, known.classes).p_values(mine)
    inside = is_inside(p, false_alarm)
    compared = compare(all_sessions, windows, levels, seed)
    return {
        "session_id": [session.identity for session in mine],
        **dict(zip(TYPICALITIES, p.T, strict=True)),
        "inside": inside,
        "outside": statistics_outside(mine, mice),
    }, DomainSummary(
        PERCENTILES,
        tuple(margins),
        compared,
        together(compared),
        Coverage.of(inside),
    )


def compare(
    sessions: Sequence[Session],
    windows: Mapping[str, Windows],
    levels: Mapping[str, float],
    seed: int,
) -> dict[str, Comparison]:
    """Return the tests of whether sessions could be simulated, by state."""
    return {
        state: _compared(
            [getattr(session, state)[:, :N_STATISTICS] for session in sessions],
            windows[state],
            level,
            generator(seed, Stream.DOMAIN, i),
        )
        for i, (state, level) in enumerate(levels.items())
    }


def _compared(
    epochs: Sequence[Floats], windows: Windows, level: float, rng: np.random.Generator
) -> Comparison:
    space = CohortSpace.of(windows)
    if space is None:
        return Comparison(level)
    # One epoch of each session, its middle one, is as noisy as a simulated window, as a
    # median over epochs is not, and independent of other sessions.
    placed = (space.place(one) for one in epochs)
    whole = [one[np.isfinite(one).all(axis=1)] for one in placed]
    recorded = np.array([one[len(one) // 2] for one in whole if len(one)])
    simulated = space.one_per_circuit(MOST_CIRCUITS, rng)
    found = Comparison(level, len(recorded), len(simulated), space.names)
    if not len(recorded):
        return found
    mmd = maximum_mean_discrepancy(recorded, simulated, rng)
    return replace(found, mmd=mmd, c2st=classifier_two_sample(recorded, simulated, rng))


def together(states: Mapping[str, Comparison]) -> float | None:
    """Return the p-value of the cohort: all its tests together (Bonferroni)."""
    tests = [test for one in states.values() for test in (one.mmd, one.c2st)]
    p = [test.p for test in tests if test is not None]
    return min(1.0, len(p) * min(p)) if p else None

"""What each rung of a ladder of abstraction gains over the one below.

Each rung is a run of its own, asked about the same sessions of mice whose mechanism is
known. All values are by session, NaN where a session has none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minicolumn.scoring.resampling import Resampling, session_interval
from minicolumn.validation.families import Families
from minicolumn.validation.rendering import render_to

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rung:
    """What one rung came to.

    Attributes
    ----------
    name
        What the page calls it.
    family
        Family of its circuits.
    n_neurons, rate_hz
        Medians over its circuits: their size, and the mean rate of active units at
        rest.
    surrogate_r2
        Median R2 of its surrogates over mechanisms and statistics, on test circuits;
        None if it predicts by the simulator.
    values
        By measure of `MEASURES`, (sessions,).
    """

    name: str
    family: str
    n_neurons: float
    rate_hz: float
    surrogate_r2: float | None
    values: Mapping[str, Floats]


MEASURES = {
    "distance": "distance at rest, SD of an epoch",
    "direction": "decided directions that are right",
    "mechanism": "mechanism that is most probable is right",
}
"""What is measured of each session, by name: less of the first is better."""


@dataclass(frozen=True)
class Measured:
    """A measure of one rung, with 95 % intervals over sessions; None if undefined.

    Attributes
    ----------
    n
        Sessions with a value.
    mean, interval
        Over these.
    n_both
        Sessions with a value on the rung below, too.
    gain, gain_interval
        Mean difference from the rung below over these; of a distance, less is better.
    """

    n: int
    mean: float | None
    interval: tuple[float, float] | None
    n_both: int = 0
    gain: float | None = None
    gain_interval: tuple[float, float] | None = None

    @classmethod
    def of(cls, values: Floats, below: Floats | None, resampling: Resampling) -> Self:
        """Return it from the values of a rung and of the one below, (sessions,)."""
        own = _mean(values, resampling)
        if below is None:
            return cls(*own)
        n_both, gain, interval = _mean(values - below, resampling)
        return cls(*own, n_both, gain, interval)


def _mean(
    values: Floats, resampling: Resampling
) -> tuple[int, float | None, tuple[float, float] | None]:
    defined = values[np.isfinite(values)]
    if not len(defined):
        return 0, None, None
    interval = session_interval(np.mean, (defined,), resampling, "percentile")
    return len(defined), float(defined.mean()), interval


def climbed(
    rungs: Sequence[Rung], resampling: Resampling
) -> list[tuple[Rung, dict[str, Measured]]]:
    """Return every rung with its measures and what each gains over the one below."""
    below = [None, *rungs[:-1]]
    return [
        (
            rung,
            {
                name: Measured.of(
                    rung.values[name], lower and lower.values[name], resampling
                )
                for name in MEASURES
            },
        )
        for rung, lower in zip(rungs, below, strict=True)
    ]


@dataclass(frozen=True)
class Recovery:
    """What the model of one family says of cohorts of mice, its own and others'.

    Attributes
    ----------
    family
        Family of the mice that it learned from.
    own, others
        Share whose most probable class is right, of mice of that family, and mean over
        the other families.
    false_claims, outside
        Of the others, mean over families.
    """

    family: str
    own: float
    others: float
    false_claims: float
    outside: float


def recoveries(found: Families, size: int) -> list[Recovery]:
    """Return the recovery of each family by cohorts of a ``size``."""
    across = [one for one in found.across if one.size == size]
    rows = []
    for name in found.n_learned:
        own = [a for a in across if a.learned == a.acting == name]
        others = [a for a in across if a.learned == name and a.acting != name]
        rows.append(
            Recovery(
                name,
                _average(a.forced.accuracy for a in own),
                _average(a.forced.accuracy for a in others),
                _average(a.false_claims for a in others),
                _average(a.outside for a in others),
            )
        )
    return rows


def write_page(
    path: Path,
    rungs: Sequence[tuple[Rung, Mapping[str, Measured]]],
    recovered: Sequence[Recovery],
    facts: Mapping[str, Any],
) -> None:
    """Write the comparison as a page in Markdown.

    ``rungs`` are those of `climbed`, ``recovered`` those of `recoveries`. ``facts`` are
    numbers: of sessions, of circuits of a rung, of mice in a cohort, and of mice that
    each model learned from.
    """
    render_to(
        path,
        "ladder.md.j2",
        rungs=rungs,
        recovered=recovered,
        facts=facts,
        measures=MEASURES,
    )


def _average(values: Iterable[float]) -> float:
    return float(np.mean([*values]))

"""Scores over reference circuits, which are the sample."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from minicolumn.perturbation.variants import BIO, LOSSES, SCORES

CONFIDENCE = 0.95
OF_CHOICES = ("correlation", "within_correlation", "effect")

Row = dict[str, Any]


class Of(NamedTuple):
    """Of what a score is.

    Attributes
    ----------
    coupling, regime
        Of the reference circuits.
    student
        Also a control's name, or ``bio minus`` another student's, in which case
        differences within circuits are summarized.
    what
        Manipulation, ``unperturbed``, or the rule that chose neurons.
    score
        Its name.
    """

    coupling: str
    regime: str
    student: str
    what: str
    score: str


ByCircuit = dict[Of, dict[str, float]]


@dataclass(frozen=True)
class OverCircuits:
    """A score over reference circuits of one coupling, starts averaged in each.

    Attributes
    ----------
    coupling, regime, student, what, score
        As `Of`.
    circuits
        How many have the score.
    mean, median
        Over circuits.
    low, high
        95 % t-interval of the mean; None with one circuit, of which starts say nothing.
    """

    coupling: str
    regime: str
    student: str
    what: str
    score: str
    circuits: int
    mean: float
    median: float
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """What the interval says of a skill, whose 0 is that of no change."""
        if self.low is None or self.high is None:
            return "one circuit"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "no better"


@dataclass(frozen=True)
class PerturbationSummary:
    """All scores over circuits, and what they come to.

    Attributes
    ----------
    scores
        Every score; the losses of students are under ``unperturbed``.
    verdicts
        By coupling, regime, student and manipulation: ``better``, ``worse`` or ``no
        better`` than no change, ``one circuit`` where there is no interval.
    microperturbations
        By rule: ``correlation`` and ``within_correlation`` of its ranking with effects,
        and the ``effect`` of whom it chose, in spikes per neuron of the readout.
    """

    scores: tuple[OverCircuits, ...]
    verdicts: dict[str, dict[str, dict[str, dict[str, str]]]]
    microperturbations: tuple[OverCircuits, ...]


def summarize(rows: Iterable[Row], chosen: Iterable[Row]) -> PerturbationSummary:
    """Return scores over circuits.

    Parameters
    ----------
    rows
        Of `PERTURBATION_SCORES`.
    chosen
        Of `MICROPERTURBATIONS`.
    """
    scored = _over_circuits(
        (row, what, score)
        for row in rows
        for what, names in ((row["manipulation"], SCORES), ("unperturbed", LOSSES))
        for score in names
    )
    micro = _over_circuits(
        (row, " ".join(filter(None, (row["choice"], row["direction"]))), score)
        for row in chosen
        for score in OF_CHOICES
    )
    return PerturbationSummary(scored, _verdicts(scored), micro)


def _over_circuits(found: Iterable[tuple[Row, str, str]]) -> tuple[OverCircuits, ...]:
    """Return scores over circuits, from rows, what of them, and names of scores."""
    starts: dict[Of, dict[str, list[float]]] = defaultdict(dict)
    for row, what, score in found:
        coupling = row["reference"].partition("-")[0]
        if row[score] is not None:
            of = Of(coupling, row["regime"], row["student"], what, score)
            starts[of].setdefault(row["reference"], []).append(row[score])
    means = {
        of: {name: float(np.mean(values)) for name, values in by_circuit.items()}
        for of, by_circuit in starts.items()
    }
    return tuple(
        _summarized(of, list(values.values()))
        for of, values in (means | _differences(means)).items()
    )


def _differences(means: ByCircuit) -> ByCircuit:
    """Return what the biological student has more than others, within circuits."""
    return {
        of._replace(student=f"{BIO} minus {of.student}"): {
            name: bio[name] - value for name, value in values.items() if name in bio
        }
        for of, values in means.items()
        if of.student != BIO and (bio := means.get(of._replace(student=BIO)))
    }


def _summarized(of: Of, values: Sequence[float]) -> OverCircuits:
    n, mean = len(values), float(np.mean(values))
    low = high = None
    if n > 1:
        quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1))
        half = quantile * float(np.std(values, ddof=1)) / np.sqrt(n)
        low, high = float(mean - half), float(mean + half)
    return OverCircuits(*of, n, mean, float(np.median(values)), low, high)


def _verdicts(
    every: Iterable[OverCircuits],
) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    found: dict[str, Any] = {}
    for one in every:
        if one.score == "skill" and " minus " not in one.student:
            of_coupling = found.setdefault(one.coupling, {})
            of_student = of_coupling.setdefault(one.regime, {})
            of_student.setdefault(one.student, {})[one.what] = one.verdict
    return found

"""All students and controls, judged: by circuit, and over circuits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import stats

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.perturbation.effects import Answer, Tested, controls
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.perturbations import Perturbation, perturbations
from minicolumn.perturbation.references import Reference
from minicolumn.perturbation.skill import SCORES, scores
from minicolumn.perturbation.variants import BIO

CONFIDENCE = 0.95
LOSSES = ("loss_neurons", "loss_trials")

Row = dict[str, Any]


@dataclass(frozen=True)
class OverCircuits:
    """A score over reference circuits of one coupling, starts averaged in each.

    Attributes
    ----------
    coupling, student, regime, score
        Of what. ``student`` is also a control's name, or ``bio minus`` another
        student's, in which case differences within circuits are summarized.
    circuits
        How many have the score.
    mean, median
        Over circuits.
    low, high
        95 % t-interval of the mean; None with one circuit, of which starts say nothing.
    """

    coupling: str
    student: str
    regime: str
    score: str
    circuits: int
    mean: float
    median: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PerturbationSummary:
    """All scores over circuits, and what they come to.

    Attributes
    ----------
    scores
        Every score.
    verdicts
        By coupling, student and regime: ``better``, ``worse`` or ``no better`` than no
        change, ``one circuit`` where there is no interval.
    """

    scores: tuple[OverCircuits, ...]
    verdicts: dict[str, dict[str, dict[str, str]]]


def perturbed_rows(
    name: Mapping[str, Any],
    every: Sequence[Perturbation],
    tested: Tested,
    fitted: Fitted,
) -> list[Row]:
    """Return rows of `PERTURBED_STUDENTS`; ``name`` is reference to start."""
    about = {
        **name,
        **dict(zip(LOSSES, fitted.held_out, strict=True)),
        "light_inh_per_nA": tested.light_per_nA[0],
        "light_exc_per_nA": tested.light_per_nA[1],
    }
    return [
        about
        | {
            "perturbation": one.name,
            "regime": one.regime,
            "strength": one.strength,
            "change_hz": tested.answer.change_hz[at].tolist(),
            "go_change": float(tested.answer.go_change[at]),
        }
        for at, one in enumerate(every)
    ]


def score_rows(
    references: Mapping[str, Reference],
    perturbed: pa.Table,
    settings: References,
    physics: Physics,
) -> Iterator[Row]:
    """Yield rows of `PERTURBATION_SCORES`: of controls, and of each student."""
    students: dict[str, dict[tuple[str, int], list[Row]]] = defaultdict(dict)
    for row in perturbed.to_pylist():
        of_reference = students[row["reference"]]
        of_reference.setdefault((row["student"], row["start"]), []).append(row)
    for name, reference in references.items():
        every = perturbations(reference.neurons, settings, physics)
        for control, answer in controls(reference, every).items():
            about = {"reference": name, "student": control, "start": None}
            about |= dict.fromkeys(LOSSES)
            yield from (about | one for one in scores(reference, every, answer))
        for (student, start), rows in students[name].items():
            about = {"reference": name, "student": student, "start": start}
            about |= {key: rows[0][key] for key in LOSSES}
            answer = Answer(
                np.array([row["change_hz"] for row in rows]),
                np.array([row["go_change"] for row in rows]),
            )
            yield from (about | one for one in scores(reference, every, answer))


def summarize(rows: Iterable[Row]) -> PerturbationSummary:
    """Return scores over circuits; the losses of students are under ``unperturbed``."""
    found: dict[tuple[str, str, str, str], dict[str, list[float]]] = defaultdict(dict)
    for row in rows:
        coupling = row["reference"].partition("-")[0]
        keys = [(row["regime"], score) for score in SCORES]
        keys += [("unperturbed", score) for score in LOSSES]
        for regime, score in keys:
            if row[score] is not None:
                of_circuit = found[coupling, row["student"], regime, score]
                of_circuit.setdefault(row["reference"], []).append(row[score])
    means = {
        key: {name: float(np.mean(starts)) for name, starts in by_circuit.items()}
        for key, by_circuit in found.items()
    }
    every = tuple(
        _over_circuits(key, list(values.values()))
        for key, values in (means | _differences(means)).items()
    )
    return PerturbationSummary(every, _verdicts(every))


def _differences(
    means: Mapping[tuple[str, str, str, str], Mapping[str, float]],
) -> dict[tuple[str, str, str, str], dict[str, float]]:
    """Return what the biological student has more than others, within circuits."""
    return {
        (coupling, f"{BIO} minus {student}", *rest): {
            name: bio[name] - value for name, value in values.items() if name in bio
        }
        for (coupling, student, *rest), values in means.items()
        if student != BIO and (bio := means.get((coupling, BIO, *rest)))  # pyright: ignore
    }


def _over_circuits(
    key: tuple[str, str, str, str], values: Sequence[float]
) -> OverCircuits:
    n, mean = len(values), float(np.mean(values))
    low = high = None
    if n > 1:
        quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1))
        half = quantile * float(np.std(values, ddof=1)) / np.sqrt(n)
        low, high = float(mean - half), float(mean + half)
    return OverCircuits(*key, n, mean, float(np.median(values)), low, high)


def _verdicts(
    every: Iterable[OverCircuits],
) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for one in every:
        if one.score == "skill" and " minus " not in one.student:
            of_coupling = found.setdefault(one.coupling, {})
            of_coupling.setdefault(one.student, {})[one.regime] = _verdict(one)
    return found


def _verdict(one: OverCircuits) -> str:
    if one.low is None or one.high is None:
        return "one circuit"
    return "better" if one.low > 0 else "worse" if one.high < 0 else "no better"

"""What networks under light reach, as Markdown, from `snakemake perturbation`.

    perturbation.py [RUN]

Reads results/RUN/perturbation/summary.json: scores over circuits with 95 % intervals, a
table for each coupling and regime, the aims beside what was reached, and whom students
would choose.
"""

import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from markdown_table import table

from minicolumn.files.documents import read_document
from minicolumn.perturbation.over_circuits import OverCircuits, PerturbationSummary

ROOT = Path(__file__).parents[1]
SHOWN = (
    *(
        ("optogenetic", "skill"),
        ("optogenetic", "scaled_skill"),
        ("optogenetic", "sign"),
    ),
    *(("drive_inhibition", "skill"), ("clamp_inhibition", "skill")),
    *(("drive_excitation", "skill"), ("optogenetic", "group_skill")),
    *(("optogenetic", "go_error"), ("depolarizing", "skill")),
    *(("synaptic", "skill"), ("combined", "skill")),
    *(("unperturbed", "loss_neurons"), ("unperturbed", "loss_trials")),
)
LIGHT, SCALED = ("optogenetic", "skill"), ("optogenetic", "scaled_skill")
SYNAPTIC, RANKING = ("synaptic", "skill"), ("gradient up", "correlation")

Found = dict[tuple[str, str, str], OverCircuits]


class Aim(NamedTuple):
    """Between what a score should be, as it was set before any run.

    ``of`` is student, manipulation and score; ``end`` is what is judged of it, its mean
    over circuits or the lower limit of its interval.
    """

    words: str
    of: tuple[str, str, str]
    least: float = -math.inf
    most: float = math.inf
    end: Literal["mean", "low"] = "mean"

    def reached(self, found: OverCircuits) -> bool:
        """Return whether a score is as it should be."""
        value = getattr(found, self.end)
        return value is not None and self.least <= value <= self.most


AIMS = (
    Aim("floor .95 or more", ("floor", *LIGHT), least=0.95),
    Aim("`bio` .55 or more", ("bio", *LIGHT), least=0.55),
    Aim("its lower limit .4 or more", ("bio", *LIGHT), least=0.4, end="low"),
    Aim("sign of `bio` .88 or more", ("bio", "optogenetic", "sign"), least=0.88),
    Aim("`sigmoid` 0 or less", ("sigmoid", *LIGHT), most=0),
    Aim("... .25 or less with the best slope", ("sigmoid", *SCALED), most=0.25),
    Aim("`no_dale` 0 or less", ("no_dale", *LIGHT), most=0),
    Aim("... .25 or less with the best slope", ("no_dale", *SCALED), most=0.25),
    Aim("`bio` leads `sigmoid` by .5", ("bio minus sigmoid", *LIGHT), least=0.5),
    Aim(
        "`bio` leads `nonlocal_inhibition` by .2",
        ("bio minus nonlocal_inhibition", *LIGHT),
        least=0.2,
    ),
    Aim(
        "`sigmoid` fits unperturbed trials better (means of neurons)",
        ("bio minus sigmoid", "unperturbed", "loss_neurons"),
        least=0,
    ),
    Aim(
        "error of go of `bio` .13 or less",
        ("bio", "optogenetic", "go_error"),
        most=0.13,
    ),
    Aim("trial regression 0 or less", ("trial_regression", *LIGHT), most=0),
    Aim("depolarizing ACh .7 or more", ("bio", "depolarizing", "skill"), least=0.7),
    Aim(
        "depression improves synaptic ACh by .1",
        ("bio minus bio_depression", *SYNAPTIC),
        most=-0.1,
    ),
    Aim(
        "ranking by gradient correlates by .45 or more",
        ("bio", *RANKING),
        least=0.45,
    ),
    Aim("... better than `sigmoid`'s", ("bio minus sigmoid", *RANKING), least=0),
)


def main() -> None:
    """Print all."""
    run = sys.argv[1] if len(sys.argv) > 1 else "published"
    path = ROOT / "results" / run / "perturbation" / "summary.json"
    summary = read_document(path, PerturbationSummary)
    print("\n".join(lines(summary)))


def lines(summary: PerturbationSummary) -> Iterator[str]:
    """Yield the tables of a summary."""
    kinds = dict.fromkeys((one.coupling, one.regime) for one in summary.scores)
    for coupling, regime in kinds:
        scores, chosen = (
            _of(every, coupling, regime)
            for every in (summary.scores, summary.microperturbations)
        )
        circuits = max(one.circuits for one in scores.values())
        yield f"\n## {coupling}, {regime}: {circuits} SYNTHETIC circuits\n"
        yield from table(("", *map(" ".join, SHOWN)), _rows(scores))
        yield ""
        yield from table(("aim", "reached", ""), _aims(scores | chosen))
        yield ""
        header = "", "choice", "correlation", "within area and type", "effect"
        yield from table(header, _choices(chosen))


def _of(every: Iterable[OverCircuits], coupling: str, regime: str) -> Found:
    return {
        (one.student, one.what, one.score): one
        for one in every
        if (one.coupling, one.regime) == (coupling, regime)
    }


def _rows(scores: Found) -> Iterator[list[str]]:
    for student in dict.fromkeys(student for student, *_ in scores):
        if " minus " not in student:
            found = (scores.get((student, *what)) for what in SHOWN)
            yield [f"`{student}`", *map(_words, found)]


def _aims(scores: Found) -> Iterator[list[str]]:
    for aim in AIMS:
        if one := scores.get(aim.of):
            yield [aim.words, _words(one), "yes" if aim.reached(one) else "**no**"]


def _choices(chosen: Found) -> Iterator[list[str]]:
    for student, what in dict.fromkeys((key[0], key[1]) for key in chosen):
        if " minus " in student:
            continue
        found = (
            chosen.get((student, what, score))
            for score in ("correlation", "within_correlation", "effect")
        )
        yield [f"`{student}`" if student else "", what, *map(_words, found)]


def _words(one: OverCircuits | None) -> str:
    if one is None:
        return ""
    if one.low is None or one.high is None:
        return f"{one.mean:.2f}"
    return f"{one.mean:.2f} ({one.low:.2f} to {one.high:.2f})"


if __name__ == "__main__":
    main()

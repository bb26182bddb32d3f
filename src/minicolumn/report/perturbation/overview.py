"""What comes first: the skill of the class that has most biology, and its limits."""

from typing import Any

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.perturbation.variants import OPTOGENETIC
from minicolumn.report.perturbation.foretold import (
    VERDICTS,
    PerturbationResults,
    class_of_circuits,
)
from minicolumn.report.sections.headline import Card
from minicolumn.report.wording import counted, decimals, limits, listed


def content(results: PerturbationResults) -> dict[str, Any]:
    """Return what the page says before its sections."""
    return {
        "question": "Would a network that is fitted to recordings foretell light and "
        "ACh?",
        "data": "SYNTHETIC circuits, not animals: what light and ACh do is known",
        "opening": _opening(results),
        "second": "Skill is 1 less the squared error of changes of rate over that of "
        "no change: 1 is perfect, 0 no better than no change. It is no vote on the "
        "mechanism.",
        "cards": cards(results),
    }


def _opening(results: PerturbationResults) -> str:
    kinds = listed([f"{coupling}, {regime}" for coupling, regime in results.groups()])
    n = max((one.circuits for one in results.summary.scores), default=0)
    alone = " One circuit has no interval, so this is no more than an example."
    return (
        f"Networks were fitted to unperturbed trials of {counted(n, 'circuit')} of "
        f"each kind ({kinds}) and tested on light and ACh that they never saw."
        f"{alone if n == 1 else ''}"
    )


def cards(results: PerturbationResults) -> list[Card]:
    """Return the skill of the class most like circuits, for light and each ACh."""
    student = class_of_circuits(results.summary)
    wanted = (OPTOGENETIC, *MECHANISMS)
    return [
        Card(
            decimals(one.mean),
            f"skill of {student}, {_of(one.what)}: {one.coupling}, {one.regime}",
            VERDICTS[one.verdict]
            if one.low is None or one.high is None
            else f"95 % interval over circuits {limits((one.low, one.high))}, "
            f"{VERDICTS[one.verdict]}",
        )
        for one in results.summary.scores
        if one.student == student and one.score == "skill" and one.what in wanted
    ]


def _of(what: str) -> str:
    return "all light" if what == OPTOGENETIC else f"{what} ACh"

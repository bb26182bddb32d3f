"""What fits predict of running, beside what was observed."""

from typing import Any

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.prediction.combinations import GRADIENT, SIMULATOR
from minicolumn.report.perturbation.foretold import class_of_circuits, foretold
from minicolumn.report.results import of_sessions, where
from minicolumn.report.section import Drawing
from minicolumn.report.sections.sizes import change_panels
from minicolumn.report.tuned.answer import compared
from minicolumn.report.tuned.results import TunedResults


def content(results: TunedResults) -> dict[str, Any]:
    """Return the scores of fits, and matches by mechanism and selector."""
    return {
        "compared": compared(results),
        "matches": match_rows(results),
        "start": results.start,
        "student": class_of_circuits(results.perturbation),
        "foretold": {m: foretold(results.perturbation, m) for m in MECHANISMS},
        "undecided_below_se": results.scores.undecided_below_se,
        "scored": [
            one
            for one in results.scores.scores
            if one.architecture == SIMULATOR
            and one.statistic in results.scores.primary.statistics
        ],
    }


def figures(results: TunedResults) -> dict[str, Drawing]:
    """Draw observed against predicted changes."""
    fitted = where(of_sessions(results.predictions), selector=GRADIENT)
    return {
        "changes": Drawing(
            change_panels(fitted, results.observed, results.scores.undecided_below_se),
            "Observed change against the change that fits predict, by statistic, with "
            "the range over fits and the standard error of what was observed",
        )
    }


def match_rows(results: TunedResults) -> list[dict[str, Any]]:
    """Return, by mechanism, how many decided directions are right after and before."""
    rows = []
    for mechanism in MECHANISMS:
        mine = where(results.decided, training_set=mechanism)
        found = {"mechanism": mechanism, "n_sessions": mine["session_id"].nunique()}
        for when in ("after", "before"):
            right = where(mine, when=when)["right"]
            found |= {when: int(right.sum()), f"n_{when}": len(right)}
        rows.append(found)
    return rows

"""How well the observed directions are known, and what so many sessions can show."""

from typing import Any

from minicolumn.report.results import Results
from minicolumn.report.sections.directions import by_statistic, in_order, primary
from minicolumn.scoring.evidence import critical_matches, power
from minicolumn.surrogates.names import TRAINING_SETS

POWER_AT = (0.75, 0.85, 0.9)  # true accuracies


def content(results: Results) -> dict[str, Any] | None:
    """Return the rows of the tables."""
    if results.main is None:
        return None
    scores = results.scores
    mine = primary(scores.scores)
    return {
        "primary": mine,
        "by_domain": bool(mine) and "inside" in mine[0].subsets,
        "by_statistic": by_statistic(scores.scores, results.main),
        "every": in_order(scores.scores),
        "n_sessions": scores.n_sessions,
        "reliability": scores.reliability,
        "missing": scores.missing,
        "power": power_rows(scores),
        "power_at": POWER_AT,
        "training_sets": TRAINING_SETS,
    }


def power_rows(scores: Any) -> list[dict[str, Any]]:
    """Return what a cohort of this size can show, by number of tests."""
    n, every = scores.n_sessions, scores.scores
    families = {1, sum(one.primary for one in every), len(every)} - {0}
    return [
        {
            "n_tests": n_tests,
            "critical": critical_matches(n, n_tests),
            "power": [power(n, accuracy, n_tests) for accuracy in POWER_AT],
        }
        for n_tests in sorted(families)
    ]

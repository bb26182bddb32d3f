"""Whether the largest surrogate is better than smaller ones and than baselines."""

from typing import Any

from minicolumn.report.results import Results
from minicolumn.report.sections.surrogates import MEASURES, Scoreboard
from minicolumn.report.wording import architecture, counted, listed
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ARCHITECTURES


def content(results: Results) -> dict[str, Any]:
    """Return sentences and rows by training set and measure."""
    return {"boards": [_board(one) for one in results.scoreboards]}


def _board(board: Scoreboard) -> dict[str, Any]:
    return {
        "training_set": board.training_set,
        "compared": board.compared,
        "models": list(board.models),
        "measures": [
            {
                "name": name,
                "sentence": weights_sentence(board, measure),
                "rows": skill_rows(board, measure),
            }
            for measure, name in MEASURES.items()
        ],
    }


def weights_sentence(board: Scoreboard, measure: str) -> str:
    """Return where the first surrogate is better than all others and where it is not.

    A statistic counts as better or worse if the paired bootstrap interval over test
    circuits, at 95 % for all statistics together, leaves out 0.
    """
    main = architecture(board.compared)
    groups: dict[str, list[str]] = {kind: [] for kind in _SAYINGS}
    for name in STATISTIC_NAMES:
        groups[standing(board, name, measure)].append(name)
    parts = [
        _SAYINGS[kind].format(n=len(names), main=main, names=listed(names))
        for kind, names in groups.items()
        if names
    ]
    return (
        f"{MEASURES[measure]}, {counted(board.n_test_circuits, 'test circuit')}: "
        f"{'; '.join(parts)}."
    )


_SAYINGS = {
    "earned": "on {n} the {main} is better than every other model ({names})",
    "matched": (
        "on {n} the {main} is better than the baselines but not than a smaller "
        "surrogate, so its size is not justified there ({names})"
    ),
    "baseline": "on {n} the {main} is not shown to be better than a baseline ({names})",
    "worse": "on {n} another model is better than the {main} ({names})",
    "undefined": "on {n} there are too few circuits or values to compare ({names})",
}


def standing(board: Scoreboard, statistic: str, measure: str) -> str:
    """Return how the first surrogate compares with all others: a key of `_SAYINGS`."""
    verdicts = {
        one.rival: one.verdict
        for one in board.comparisons
        if (one.statistic, one.measure) == (statistic, measure)
    }
    if not verdicts or set(verdicts.values()) == {"undefined"}:
        return "undefined"
    if "worse" in verdicts.values():
        return "worse"
    not_beaten = {rival for rival, said in verdicts.items() if said != "better"}
    if not_beaten - set(ARCHITECTURES):
        return "baseline"
    return "matched" if not_beaten else "earned"


def skill_rows(board: Scoreboard, measure: str) -> list[dict[str, Any]]:
    """Return one row per statistic: its ceiling, every model's score, differences.

    ``gains`` are those of the first surrogate over each rival, in order of ``models``.
    """
    gains = {
        (one.statistic, one.rival): one
        for one in board.comparisons
        if one.measure == measure
    }
    main = board.models[board.compared]
    return [
        {
            "statistic": name,
            "ceiling": getattr(board.ceilings[name], measure),
            "scores": [getattr(one[name], measure) for one in board.models.values()],
            "of_ceiling": getattr(main[name], f"{measure}_of_ceiling"),
            "gains": [
                gains[name, rival] for rival in board.models if rival != board.compared
            ],
        }
        for name in STATISTIC_NAMES
    ]

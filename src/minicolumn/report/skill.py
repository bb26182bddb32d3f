"""What the scores of surrogates say, in rows and sentences that claim no more."""

from collections.abc import Mapping, Sequence
from typing import Any

from minicolumn.report.results import SurrogateRecord
from minicolumn.report.wording import architecture, counted, listed
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ARCHITECTURES

Scoreboard = Mapping[str, Any]

MEASURES = {"r2": "R²", "r2_within": "R² within circuits"}
NEAR_COVERAGE = 0.03


def weights_sentence(board: Scoreboard, measure: str) -> str:
    """Return where the first surrogate earns its weights and where it does not.

    A statistic counts as better or worse if the paired bootstrap interval over test
    circuits, at 95 % for all statistics together, leaves out 0.
    """
    main = architecture(board["compared"])
    groups: dict[str, list[str]] = {kind: [] for kind in _SAYINGS}
    for name in STATISTIC_NAMES:
        groups[standing(board, name, measure)].append(name)
    parts = [
        _SAYINGS[kind].format(n=len(names), main=main, names=listed(names))
        for kind, names in groups.items()
        if names
    ]
    return (
        f"{MEASURES[measure]}, {counted(board['n_test_circuits'], 'test circuit')}: "
        f"{'; '.join(parts)}."
    )


_SAYINGS = {
    "earned": "on {n} the {main} is better than every other model ({names})",
    "matched": (
        "on {n} the {main} is better than the dull models, but not than a smaller "
        "surrogate, so it does not earn its weights there ({names})"
    ),
    "dull": "on {n} the {main} is not shown to be better than a dull model ({names})",
    "worse": "on {n} another model is better than the {main} ({names})",
    "undefined": "on {n} nothing can be said, for want of circuits or values ({names})",
}


def standing(board: Scoreboard, statistic: str, measure: str) -> str:
    """Return how the first surrogate stands among all models: a key of `_SAYINGS`."""
    verdicts = {
        one["rival"]: one["verdict"]
        for one in board["comparisons"]
        if (one["statistic"], one["measure"]) == (statistic, measure)
    }
    if not verdicts or set(verdicts.values()) == {"undefined"}:
        return "undefined"
    if "worse" in verdicts.values():
        return "worse"
    not_beaten = {rival for rival, said in verdicts.items() if said != "better"}
    if not_beaten - set(ARCHITECTURES):
        return "dull"
    return "matched" if not_beaten else "earned"


def skill_rows(board: Scoreboard, measure: str) -> list[dict[str, Any]]:
    """Return one row per statistic: its ceiling, every model's score, differences.

    ``gains`` are those of the first surrogate over each rival, in order of ``models``.
    """
    gains = {
        (one["statistic"], one["rival"]): one
        for one in board["comparisons"]
        if one["measure"] == measure
    }
    return [
        {
            "statistic": name,
            "ceiling": board["ceilings"][name][measure],
            "scores": [scores[name][measure] for scores in board["models"].values()],
            "of_ceiling": board["models"][board["compared"]][name][
                f"{measure}_of_ceiling"
            ],
            "gains": [
                gains[name, rival]
                for rival in board["models"]
                if rival != board["compared"]
            ],
        }
        for name in STATISTIC_NAMES
    ]


def interval_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return the coverage of each surrogate's intervals, over statistics and levels."""
    rows = []
    for one in surrogates:
        found = one.metrics.get("intervals")
        if found is None:
            continue
        statistics = [s for s in found["statistics"].values() if s["n"]]
        levels = [at for s in statistics for at in s["by_level"] if at["n"]]
        asked = 1 - found["miscoverage"]
        rows.append(
            {
                "architecture": one.architecture,
                "training_set": one.training_set,
                "asked": asked,
                "share": found["share"],
                "lowest": min((s["share"] for s in statistics), default=None),
                "highest": max((s["share"] for s in statistics), default=None),
                "near": sum(
                    abs(s["share"] - asked) <= NEAR_COVERAGE for s in statistics
                ),
                "n_statistics": len(statistics),
                "allowed": sum(_is_allowed(at) for at in levels),
                "n_levels": len(levels),
                "thirds": _mean_thirds(statistics),
            }
        )
    return rows


def _is_allowed(at: Mapping[str, Any]) -> bool:
    low, high = at["allowed"]
    return low <= at["share"] <= high


def _mean_thirds(statistics: Sequence[Mapping[str, Any]]) -> list[float | None]:
    thirds = [s["thirds"] for s in statistics if None not in s["thirds"]]
    if not thirds:
        return [None] * 3
    return [sum(column) / len(thirds) for column in zip(*thirds, strict=True)]

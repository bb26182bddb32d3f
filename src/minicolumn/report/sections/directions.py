"""Directions of change, predicted and observed: the scores."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, INK, LOOKS
from minicolumn.report.wording import label as label_of, n_range, place
from minicolumn.scoring.evidence import critical_matches, power
from minicolumn.scoring.verdict import Verdict
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ACH_SHUFFLED, TRAINING_SETS

Score = Any  # one entry of ``scores.json``

POWER_AT = (0.75, 0.85, 0.9)  # true accuracies
_TALL = 24  # pixels of one statistic's row


def content(results: Results) -> dict[str, Any]:
    """Return the scores in their orders, and what so many sessions can show."""
    scores, mine = results.scores, primary(results.scores.scores)
    return {
        "scores": scores,
        "primary": mine,
        "by_domain": bool(mine) and "inside" in mine[0].subsets,
        "every": in_order(scores.scores),
        "findings": findings(scores.scores),
        "decided": decided(scores.scores, results.main),
        "power": power_rows(scores),
        "power_at": POWER_AT,
        "training_sets": TRAINING_SETS,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the accuracy of the main architecture."""
    scores = results.scores
    mine = [one for one in scores.scores if one.architecture == results.main]
    label = (
        "Fraction of sessions whose direction was predicted, by statistic and "
        "mechanism, with intervals and the best constant direction"
    )
    return {"accuracies": Drawing(accuracies(mine, scores.reliability), label)}


def in_order(scores: Sequence[Score]) -> list[Score]:
    """Return scores by architecture and training set, in a fixed order."""
    return sorted(scores, key=lambda one: place(one.architecture, one.training_set))


def primary(scores: Sequence[Score]) -> list[Score]:
    """Return the primary scores by statistic and mechanism."""
    mine = in_order([one for one in scores if one.primary])
    return sorted(mine, key=lambda one: STATISTIC_NAMES.index(one.statistic))


def decided(scores: Sequence[Score], architecture: str | None) -> dict[str, list[Any]]:
    """Return matches among decided sessions by statistic, one per training set.

    They are of one architecture; None where it was not scored.
    """
    found = {
        (one.statistic, one.training_set): one.subsets["decided"]
        for one in scores
        if one.architecture == architecture
    }
    return {
        name: [found.get((name, training_set)) for training_set in TRAINING_SETS]
        for name in STATISTIC_NAMES
    }


def kind_of(score: Score) -> str:
    """Return what a score counts as: primary, other, or control."""
    if score.training_set == ACH_SHUFFLED:
        return "control"
    return "primary" if score.primary else "other"


def findings(scores: Sequence[Score]) -> dict[str, Counter[str]]:
    """Return how many scores of each kind have each verdict, by its label."""
    counts = {one.label: Counter() for one in Verdict}
    for one in scores:
        counts[Verdict(one.verdict).label][kind_of(one)] += 1
    return {label: found for label, found in counts.items() if found}


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


def accuracies(scores: Sequence[Score], reliability: Sequence[Any]) -> charts.Chart:
    """Draw the accuracy of each model of one architecture on each statistic.

    Parameters
    ----------
    scores
        Scores of one architecture.
    reliability
        Reliability of the observed directions, one per statistic.
    """
    scored = [one for one in scores if one.directions.accuracy is not None]
    if not scored:
        return charts.panels([charts.empty("", "no session was scored")])
    label = {
        name: f"{label_of(name)} (n = {n_range(n)})"
        for name in STATISTIC_NAMES
        if (n := {one.directions.n for one in scored if one.statistic == name})
    }
    base = alt.Chart(charts.data(_accuracy(one, label) for one in scored)).encode(
        y=alt.Y("row:N", title=None, sort=list(label.values())).axis(domain=False),
    )
    ceilings = alt.Chart(
        charts.data(
            {"row": label[one.statistic], "ceiling": one.ceiling}
            for one in reliability
            if one.statistic in label
        )
    ).encode(y=alt.Y("row:N", sort=list(label.values())))
    models = base.encode(yOffset=alt.YOffset("model:N").scale(domain=TRAINING_SETS))
    channels = charts.looks("model:N", LOOKS, TRAINING_SETS)
    x = alt.X("accuracy:Q", title="sessions whose direction was predicted (share)")
    told = charts.tips("statistic", "model", "matches", "n", "accuracy",
                       "low", "high", "best_constant",
                       "corrected_p")  # fmt: skip
    layers = (
        charts.at("x", 0.5, strokeDash=[2, 2]),
        ceilings.mark_tick(color=GRAY, size=_TALL, thickness=1).encode(
            x=alt.X("ceiling:Q"), tooltip=charts.tips("row", "ceiling")
        ),
        base.mark_tick(color=INK, size=_TALL, thickness=2.5).encode(
            x=alt.X("best_constant:Q"), tooltip=charts.tips("row", "best_constant")
        ),
        models.mark_rule(size=1.2).encode(
            x=alt.X("low:Q"), x2=alt.X2("high"), color=channels["color"]
        ),
        models.mark_point(filled=True, size=44, opacity=1).encode(
            x=x.scale(domain=[0, 1]), **channels, tooltip=told
        ),
    )
    return charts.panels(
        [charts.panel("", "", *layers, width=640, height=(_TALL + 8) * len(label))]
    )


def _accuracy(score: Score, label: Mapping[str, str]) -> dict[str, Any]:
    found = score.directions
    low, high = found.evidence.clopper_pearson if found.evidence else (None, None)
    return {
        "row": label[score.statistic],
        "statistic": score.statistic,
        "model": score.training_set,
        "matches": found.matches,
        "n": found.n,
        "accuracy": found.accuracy,
        "low": low,
        "high": high,
        "best_constant": found.best_constant,
        "corrected_p": score.p,
    }

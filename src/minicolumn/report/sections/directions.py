"""Directions of change, predicted and observed: the scores."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, INK, LOOKS
from minicolumn.report.wording import n_range, place
from minicolumn.scoring.verdict import Verdict
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ACH_SHUFFLED, TRAINING_SETS

Score = Any  # one entry of ``scores.json``

_TALL = 24  # pixels of one statistic's row


def content(results: Results) -> dict[str, Any]:
    """Return the primary scores, the table by statistic, and counts of verdicts."""
    scores = results.scores
    return {
        "scores": scores,
        "primary": primary(scores.scores),
        "by_statistic": by_statistic(scores.scores, results.main),
        "findings": findings(scores.scores),
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


def by_statistic(
    scores: Sequence[Score], architecture: str | None
) -> list[dict[str, Any]]:
    """Return one row per statistic with the scores of one architecture.

    ``scores`` of a row has one entry per training set, None if it was not scored. The
    best constant direction is that of the first of them: all share their sessions
    unless a surrogate has not learned the statistic.
    """
    found = {
        (one.statistic, one.training_set): one
        for one in scores
        if one.architecture == architecture
    }
    rows = []
    for name in STATISTIC_NAMES:
        mine = [found.get((name, training_set)) for training_set in TRAINING_SETS]
        guesses = [s.directions.best_constant for s in mine if s and s.directions.n]
        best = guesses[0] if guesses else None
        rows.append({"statistic": name, "best_constant": best, "scores": mine})
    return rows


def findings(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Return how many scores have each verdict: primary, others, control."""
    counts: dict[Verdict, Counter[str]] = {}
    for one in scores:
        is_control = one.training_set == ACH_SHUFFLED
        kind = "control" if is_control else "primary" if one.primary else "others"
        counts.setdefault(Verdict(one.verdict), Counter())[kind] += 1
    kinds = ("primary", "others", "control")
    return [
        {"finding": one.label, **{kind: counts[one][kind] for kind in kinds}}
        for one in Verdict
        if one in counts
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
    label = _with_n(scored)
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
    told = charts.tips("statistic:N", "model:N", "matches:Q", "n:Q", "accuracy:Q",
                       "low:Q", "high:Q", "best_constant:Q",
                       "corrected_p:Q")  # fmt: skip
    layers = (
        charts.at("x", 0.5, strokeDash=[2, 2]),
        ceilings.mark_tick(color=GRAY, size=_TALL, thickness=1).encode(
            x=alt.X("ceiling:Q"), tooltip=charts.tips("row:N", "ceiling:Q")
        ),
        base.mark_tick(color=INK, size=_TALL, thickness=2.5).encode(
            x=alt.X("best_constant:Q"), tooltip=charts.tips("row:N", "best_constant:Q")
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


def _with_n(scores: Sequence[Score]) -> dict[str, str]:
    """Return the label of each statistic that is scored: its name and its n."""
    labels = {}
    for name in STATISTIC_NAMES:
        n = {one.directions.n for one in scores if one.statistic == name}
        if n:
            labels[name] = f"{name} (n = {n_range(n)})"
    return labels

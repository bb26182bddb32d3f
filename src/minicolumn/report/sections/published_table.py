"""The published table, what its counts allow, and the same scores of this run."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.sections.directions import Score
from minicolumn.report.style import GRAY, INK
from minicolumn.report.wording import DASH, label
from minicolumn.scoring import published
from minicolumn.scoring.evidence import Evidence


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the table."""
    return {
        "rows": published_rows(results.scores.scores, results.main),
        "source": published.SOURCE,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the published accuracies and those of this run."""
    rows = published_rows(results.scores.scores, results.main)
    this_run = "this run (SYNTHETIC mice)" if results.synthetic else "this run"
    label = (
        "Published share of sessions whose direction was predicted and that of this "
        "run, by statistic and mechanism, with intervals"
    )
    return {"published": Drawing(published_panels(rows, this_run), label)}


def published_rows(
    scores: Sequence[Score], architecture: str | None
) -> list[tuple[published.PublishedScore, Score | None]]:
    """Return the published scores, each with that of this run; None if not scored."""
    ours = {
        (one.statistic, one.training_set): one
        for one in scores
        if one.architecture == architecture
    }
    return [
        (one, ours.get((one.statistic, one.training_set)))
        for one in published.PUBLISHED
    ]


def published_panels(
    rows: Sequence[tuple[published.PublishedScore, Score | None]], this_run: str
) -> charts.Chart:
    """Draw the published accuracies with what their counts allow, and this run's.

    ``rows`` are from `published_rows`; ``this_run`` is what its sessions are called.
    """
    points = []
    for theirs, ours in rows:
        points.append(
            _point(theirs, "published", theirs.evidence, theirs.percent / 100,
                   theirs.constant_guess)
        )  # fmt: skip
        if ours is not None and ours.directions.evidence is not None:
            found = ours.directions
            points.append(
                _point(ours, this_run, found.evidence, found.accuracy,
                       found.best_constant) | {"matches": found.matches, "n": found.n}
            )  # fmt: skip
    return charts.panels(
        [
            _panel(name, [one for one in points if one["statistic"] == name], this_run)
            for name in dict.fromkeys(one["statistic"] for one in points)
        ]
    )


def _point(
    score: Any, source: str, found: Evidence, accuracy: float, best_constant: float
) -> dict[str, Any]:
    low, high = found.clopper_pearson
    return {
        "statistic": score.statistic, "mechanism": score.training_set, "low": low,
        "source": source, "accuracy": accuracy, "high": high, "matches": found.k,
        "n": found.n, "p": found.p, "best_constant": best_constant,
    }  # fmt: skip


def _panel(
    statistic: str, points: Sequence[Mapping[str, Any]], this_run: str
) -> charts.Part:
    sources = ["published", this_run]
    base = alt.Chart(charts.data(points)).encode(
        y=alt.Y("mechanism:N", title=None, sort=list(MECHANISMS)),
        yOffset=alt.YOffset("source:N").scale(domain=sources),
    )
    color = alt.Color("source:N").scale(domain=sources, range=[INK, "#AA4499"])
    shape = alt.Shape("source:N").scale(domain=sources, range=["diamond", "circle"])
    told = charts.tips("source", "mechanism", "matches", "n", "accuracy", "low",
                       "high", "p", "best_constant")  # fmt: skip
    x = alt.X("accuracy:Q", title="directions matched (share)").scale(domain=[0, 1])
    low, high, guess = alt.X("low:Q"), alt.X2("high"), alt.X("best_constant:Q")
    layers = (
        charts.at("x", 0.5, strokeDash=[2, 2]),
        base.mark_tick(color=GRAY, size=15, thickness=2).encode(x=guess),
        base.mark_rule(size=1.2).encode(x=low, x2=high, color=color),
        base.mark_point(filled=True, size=50, opacity=1).encode(
            x=x, color=color, shape=shape, tooltip=told
        ),
    )
    n = DASH.join(str(one) for one in sorted({point["n"] for point in points}))
    return charts.panel(
        label(statistic), f"n = {n} sessions", *layers, height=110, width=190
    )

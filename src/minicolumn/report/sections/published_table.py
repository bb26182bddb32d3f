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
from minicolumn.report.wording import DASH
from minicolumn.scoring import published


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the table, and what follows from the published counts."""
    return {
        "rows": published_rows(results.scores.scores, results.main),
        "paired": published.paired(),
        "interaction": published.interaction_p(),
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
) -> list[dict[str, Any]]:
    """Return the published percentages and ours (None if not scored)."""
    ours = {
        (one.statistic, one.training_set): one
        for one in scores
        if one.architecture == architecture
    }
    return [
        {
            "published": one,
            "evidence": one.evidence,
            "ours": ours.get((one.statistic, one.training_set)),
        }
        for one in published.PUBLISHED
    ]


def published_panels(rows: Sequence[Mapping[str, Any]], this_run: str) -> charts.Chart:
    """Draw the published accuracies with what their counts allow, and this run's.

    Parameters
    ----------
    rows
        From `published_rows`.
    this_run
        What this run's sessions are called.
    """
    statistics = dict.fromkeys(row["published"].statistic for row in rows)
    points = [point for row in rows for point in _published(row, this_run)]
    return charts.panels(
        [_published_panel(name, points, this_run) for name in statistics]
    )


def _published(row: Mapping[str, Any], this_run: str) -> list[dict[str, Any]]:
    one, ours = row["published"], row["ours"]
    low, high = row["evidence"].clopper_pearson
    key = {"statistic": one.statistic, "mechanism": one.training_set}
    theirs = {
        **key, "source": "published", "accuracy": one.percent / 100, "low": low,
        "high": high, "matches": one.matches, "n": row["evidence"].n,
        "best_constant": one.constant_guess, "p": row["evidence"].p,
    }  # fmt: skip
    if ours is None or ours.directions.evidence is None:
        return [theirs]
    mine, found = ours.directions, ours.directions.evidence
    low, high = found.clopper_pearson
    this = {
        **key, "source": this_run, "low": low, "high": high, "p": found.p,
        "accuracy": mine.accuracy, "matches": mine.matches, "n": mine.n,
        "best_constant": mine.best_constant,
    }  # fmt: skip
    return [theirs, this]


def _published_panel(
    statistic: str, points: Sequence[Mapping[str, Any]], this_run: str
) -> charts.Part:
    mine = [one for one in points if one["statistic"] == statistic]
    sources = ["published", this_run]
    base = alt.Chart(charts.data(mine)).encode(
        y=alt.Y("mechanism:N", title=None, sort=list(MECHANISMS)),
        yOffset=alt.YOffset("source:N").scale(domain=sources),
    )
    color = alt.Color("source:N").scale(domain=sources, range=[INK, "#AA4499"])
    shape = alt.Shape("source:N").scale(domain=sources, range=["diamond", "circle"])
    told = charts.tips("source:N", "mechanism:N", "matches:Q", "n:Q", "accuracy:Q",
                       "low:Q", "high:Q", "p:Q", "best_constant:Q")  # fmt: skip
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
    n = DASH.join(str(one) for one in sorted({point["n"] for point in mine}))
    return charts.panel(statistic, f"n = {n} sessions", *layers, height=110, width=190)

"""How far fits moved the connections of their circuits."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from minicolumn.report import charts
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY
from minicolumn.report.tuned.fits import AFTER, BEFORE, WHEN
from minicolumn.report.tuned.results import TunedResults
from minicolumn.report.wording import counted

BINS = 40


def content(results: TunedResults) -> dict[str, Any]:
    """Return one row for each fit."""
    return {"drift": results.drift}


def figures(results: TunedResults) -> dict[str, Drawing]:
    """Draw conductances before and after, and fit against drift."""
    parts = [histogram_panel(results), front_panel(results)]
    label = (
        "Left: distribution of conductances before and after the fits. Right: distance "
        "from the session against the change of connections, one mark per fit"
    )
    return {"drift": Drawing(charts.panels(parts, columns=2), label)}


def histogram_panel(results: TunedResults) -> charts.Part:
    """Draw how many connections have which conductance, of all fits together."""
    if not results.drift:
        return charts.empty("Conductances", "no session was fitted")
    pairs = {
        when: np.concatenate([getattr(one, name) for one in results.drift])
        for when, name in ((BEFORE, "before"), (AFTER, "after"))
    }
    logs = {when: np.log10(1e3 * some[some > 0]) for when, some in pairs.items()}
    edges = np.histogram_bin_edges(np.concatenate([*logs.values()]), BINS)
    rows = [
        {"when": when, "nS": 10.0**middle, "share": count / pairs[when].size}
        for when, found in logs.items()
        for middle, count in zip(
            (edges[1:] + edges[:-1]) / 2, np.histogram(found, edges)[0], strict=True
        )
    ]
    scale = alt.Scale(type="log", nice=False)
    lines = (
        alt.Chart(charts.data(rows))
        .mark_line(interpolate="step", size=1.4)
        .encode(
            x=alt.X("nS:Q", title="conductance (nS)", scale=scale),
            y=alt.Y("share:Q", title="share of connections"),
            color=charts.looks("when:N", WHEN, tuple(WHEN))["color"],
            strokeDash=charts.dashes("when:N", WHEN, tuple(WHEN)),
        )
    )
    n = f"n = {counted(pairs[BEFORE].size, 'connection')}"
    return charts.panel("Conductances", n, lines, width=300, height=190)


def front_panel(results: TunedResults) -> charts.Part:
    """Draw how near each fit came against how far it moved its connections."""
    moved = pd.DataFrame(
        [(one.session_id, one.start, one.moved) for one in results.drift],
        columns=["session_id", "start", "moved"],
    )
    rows = results.distances.merge(moved, on=["session_id", "start"])
    if rows.empty:
        return charts.empty("Fit against drift", "no session was fitted")
    points = (
        alt.Chart(charts.data(rows))
        .mark_point(filled=True, size=34, color=GRAY)
        .encode(
            x=alt.X("moved:Q", title="RMS change of log conductance"),
            y=alt.Y("after:Q", title="distance (SD)"),
            opacity=charts.faded(),
            tooltip=charts.tips("session_id", "start", "moved", "after"),
        )
        .properties(name="front_of_fits")
    )
    n = f"n = {counted(len(rows), 'fit')}"
    return charts.panel("Fit against drift", n, points, width=300, height=190)

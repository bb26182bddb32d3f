"""The loss of each fit, and its distance from the session before and after."""

from collections import Counter
from typing import Any

import altair as alt
import pandas as pd

from minicolumn.report import charts
from minicolumn.report.results import where
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, INK, Look
from minicolumn.report.tuned.results import TunedResults
from minicolumn.report.wording import counted, label
from minicolumn.statistics.smooth import SMOOTH_NAMES

BEFORE, AFTER = "before the fit", "after the fit"
WHEN = {BEFORE: Look(GRAY, "--", "s"), AFTER: Look("#AA4499", "-", "o")}
_COLUMNS = ("z_target_before", "z_target_after", "z_before", "z_after")


def content(results: TunedResults) -> dict[str, Any]:
    """Return how fits ended, and how far each statistic is from the session."""
    return {
        "outcomes": sorted(Counter(one.outcome for one in results.drift).items()),
        "obstacles": sorted(results.obstacles.items()),
        "rows": distance_rows(results.checks),
    }


def figures(results: TunedResults) -> dict[str, Drawing]:
    """Draw the loss over steps, and distances from epochs that no fit has seen."""
    return {
        "loss": Drawing(
            charts.panels([loss_panel(results.steps)], columns=1),
            "Loss of every fit over its steps",
        ),
        "distances": Drawing(
            charts.panels(
                [
                    _distances(name, where(results.checks, statistic=name))
                    for name in SMOOTH_NAMES
                ]
            ),
            "Distance of every fit from its session before and after, by statistic",
        ),
    }


def distance_rows(checks: pd.DataFrame) -> list[dict[str, Any]]:
    """Return, by statistic, medians over fits of the absolute distance."""
    rows = []
    for name in SMOOTH_NAMES:
        mine = where(checks, statistic=name)
        medians = mine[list(_COLUMNS)].abs().median()
        trained = int(mine["trained"].sum())
        rows.append({"statistic": name, "n": len(mine), "trained": trained, **medians})
    return rows


def loss_panel(steps: pd.DataFrame) -> charts.Part:
    """Draw one line for each fit; ``steps`` are of the kind `tables.TUNED_STEPS`."""
    if steps.empty:
        return charts.empty("Loss", "no session was fitted")
    columns = ["session_id", "start", "step", "loss"]
    lines = (
        alt.Chart(charts.data(steps[columns]))
        .mark_line(size=0.9, color=INK)
        .encode(
            x=alt.X("step:Q", title="step"),
            y=alt.Y("loss:Q", title="loss"),
            detail=["session_id:N", "start:N"],
            opacity=charts.faded(),
            tooltip=charts.tips("session_id", "start"),
        )
    )
    n = steps.groupby(["session_id", "start"]).ngroups
    named = lines.properties(name="loss_of_fits")
    return charts.panel(
        "Loss", f"n = {counted(n, 'fit')}", named, width=480, height=170
    )


def _distances(statistic: str, checks: pd.DataFrame) -> charts.Part:
    mine = checks.dropna(subset=["z_before", "z_after"])
    if mine.empty:
        return charts.empty(label(statistic), "undefined in every session")
    columns = ["session_id", "start", "z_before", "z_after"]
    rows = pd.concat(
        [
            mine[columns].assign(when=when, z=mine[column])
            for when, column in ((BEFORE, "z_before"), (AFTER, "z_after"))
        ]
    )
    order = alt.X(
        "when:N", title=None, sort=[BEFORE, AFTER], axis=alt.Axis(labelAngle=0)
    )
    points = (
        alt.Chart(charts.data(rows))
        .mark_point(filled=True, size=26)
        .encode(
            x=order,
            y=alt.Y("z:Q", title="distance (SD)"),
            **charts.looks("when:N", WHEN, tuple(WHEN)),
            opacity=charts.faded(),
            tooltip=charts.tips("session_id", "start", "z"),
        )
        .properties(name=f"distances_{statistic}")
    )
    n = f"n = {counted(len(mine), 'fit')}"
    return charts.panel(label(statistic), n, charts.at("y", 0.0), points)

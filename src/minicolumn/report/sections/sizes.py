"""Sizes of change, predicted and observed."""

from typing import Any

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.tables import PREDICTIONS
from minicolumn.prediction.combinations import POSTERIOR
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.sections.directions import primary
from minicolumn.report.style import GRAY
from minicolumn.report.wording import counted
from minicolumn.scoring.reliability import undecided
from minicolumn.statistics.names import STATISTIC_NAMES

_AGREE = "#eef5ee"


def content(results: Results) -> dict[str, Any] | None:
    """Return the sizes of the primary scores."""
    if results.main is None:
        return None
    return {
        "primary": primary(results.scores.scores),
        "undecided_below_se": results.scores.undecided_below_se,
        "scale": next(c.description for c in PREDICTIONS.columns if c.name == "scale"),
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw observed against predicted changes."""
    chart = change_panels(
        results.predicted(POSTERIOR),
        results.observed,
        results.scores.undecided_below_se,
    )
    label = (
        "Observed against predicted change of each session, by statistic, with "
        "standard errors"
    )
    return {"changes": Drawing(chart, label)}


def change_panels(
    changes: pd.DataFrame, observed: pd.DataFrame, undecided_below_se: float
) -> charts.Chart:
    """Draw observed against predicted change of each session, one panel per statistic.

    Parameters
    ----------
    changes
        Predictions of one architecture, from `Results.predicted`.
    observed
        Table of the kind `tables.OBSERVED_CHANGES`.
    undecided_below_se
        Standard errors within which a direction is undecided: an open symbol.
    """
    errors = observed[["session_id", "statistic", "se", "df"]]
    rows = changes.merge(errors, on=["session_id", "statistic"], how="left")
    rows = rows[rows["training_set"].isin(list(MECHANISMS))]
    y, error = rows["observed"] / rows["scale"], rows["se"] / rows["scale"]
    rows = rows.assign(
        x=rows["predicted"] / rows["scale"],
        y=y,
        low=y - error.fillna(0.0),
        high=y + error.fillna(0.0),
        decided=~undecided(
            *(rows[name].to_numpy(float) for name in ("observed", "se", "df")),
            undecided_below_se,
        ),
    ).dropna(subset=["x", "y"])
    return charts.panels(
        [_changes(name, where(rows, statistic=name)) for name in STATISTIC_NAMES]
    )


def _changes(statistic: str, rows: pd.DataFrame) -> charts.Part:
    if rows.empty:
        return charts.empty(statistic, "no session with both changes")
    ends = rows[["x", "low", "high"]].abs().max()
    x_end, y_end = 1.1 * float(ends["x"]) or 1.0, 1.1 * float(ends[1:].max()) or 1.0
    both = min(x_end, y_end)
    columns = ["session_id", "training_set", "x", "y", "low", "high", "decided"]
    x = alt.X("x:Q", title="predicted change (SD)").scale(
        domain=[-x_end, x_end], nice=False
    )
    y = alt.Y("y:Q", title="observed change (SD)").scale(
        domain=[-y_end, y_end], nice=False
    )
    base = alt.Chart(charts.data(rows[columns].to_dict("records"))).encode(x=x)
    channels = charts.looks("training_set:N")
    points = base.mark_point(size=30, strokeWidth=1.2).encode(
        y=y,
        **channels,
        fill=alt.condition("datum.decided", channels["color"], alt.value("white")),
        opacity=charts.faded(),
        tooltip=charts.tips("session_id:N", "training_set:N",
                            alt.Tooltip("x:Q", title="predicted"),
                            alt.Tooltip("y:Q", title="observed"), "decided:N"),
    )  # fmt: skip
    layers = (
        alt.Chart(
            charts.data(
                [{"x": 0, "y": 0, "x2": x_end, "y2": y_end},
                 {"x": -x_end, "y": -y_end, "x2": 0, "y2": 0}]
            )
        ).mark_rect(color=_AGREE).encode(x=x, y=y, x2=alt.X2("x2"), y2=alt.Y2("y2")),
        charts.at("x", 0.0),
        charts.at("y", 0.0),
        alt.Chart(charts.data([{"x": -both, "y": -both}, {"x": both, "y": both}]))
        .mark_line(color=GRAY, size=0.8, strokeDash=[5, 3])
        .encode(x=x, y=y),
        base.mark_rule(size=0.8).encode(
            y=alt.Y("low:Q"),
            y2=alt.Y2("high"),
            color=channels["color"],
            opacity=charts.faded(),
        ),
        points.properties(name=f"changes_{statistic}"),
    )  # fmt: skip
    n = counted(rows["session_id"].nunique(), "session")
    return charts.panel(statistic, f"n = {n}", *layers, height=150)

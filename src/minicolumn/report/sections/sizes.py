"""Sizes of change, predicted and observed."""

from typing import Any

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.tables import PREDICTIONS
from minicolumn.prediction.combinations import POSTERIOR
from minicolumn.prediction.predictive_check import ALL_STATISTICS
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.sections.directions import primary
from minicolumn.report.style import GRAY
from minicolumn.report.wording import counted, label
from minicolumn.scoring.reliability import undecided
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import TRAINING_SETS

SIGNIFICANT = 0.05
_AGREE = "#eef5ee"


def content(results: Results) -> dict[str, Any] | None:
    """Return the sizes of the primary scores, and the predictive checks."""
    if results.main is None:
        return None
    return {
        "primary": primary(results.scores.scores),
        "undecided_below_se": results.scores.undecided_below_se,
        "scale": next(c.description for c in PREDICTIONS.columns if c.name == "scale"),
        "checks": predictive_rows(results.predictive, results.main),
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw observed against predicted changes."""
    chart = change_panels(
        results.predicted(POSTERIOR),
        results.observed,
        results.scores.undecided_below_se,
    )
    label = (
        "Observed against predicted change of each session, by statistic, with the "
        "predicted range and the standard error of what was observed"
    )
    return {"changes": Drawing(chart, label)}


def predictive_rows(predictive: pd.DataFrame, architecture: str) -> list[dict]:
    """Return, by training set, how many sessions the predictive check rejects."""
    whole = where(predictive, architecture=architecture, statistic=ALL_STATISTICS)
    p = {name: where(whole, training_set=name)["p"].dropna() for name in TRAINING_SETS}
    return [
        {"training_set": name, "n": len(mine), "median_p": float(mine.median()),
         "n_rejected": int((mine < SIGNIFICANT).sum())}
        for name, mine in p.items()
        if len(mine)
    ]  # fmt: skip


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
    rows = beside_observed(changes, observed, undecided_below_se)
    ends = ("predicted", "observed", "low", "high", "se")
    scaled = {name: rows[name] / rows["scale"] for name in ends}
    error = scaled["se"].fillna(0.0)
    rows = rows.assign(
        **scaled,
        bottom=scaled["observed"] - error,
        top=scaled["observed"] + error,
    )
    return charts.panels(
        [_changes(name, where(rows, statistic=name)) for name in STATISTIC_NAMES]
    )


def beside_observed(
    changes: pd.DataFrame, observed: pd.DataFrame, undecided_below_se: float
) -> pd.DataFrame:
    """Return defined changes under a mechanism with ``se``, ``df`` and ``decided``.

    The parameters are those of `change_panels`.
    """
    errors = observed[["session_id", "statistic", "se", "df"]]
    rows = changes.merge(errors, on=["session_id", "statistic"], how="left")
    rows = rows[rows["training_set"].isin(list(MECHANISMS))]
    change, se, df = rows[["observed", "se", "df"]].to_numpy(float).T
    decided = ~undecided(change, se, df, undecided_below_se)
    return rows.assign(decided=decided).dropna(subset=["predicted", "observed"])


def _changes(statistic: str, rows: pd.DataFrame) -> charts.Part:
    if rows.empty:
        return charts.empty(label(statistic), "no session with both changes")
    most = rows[["predicted", "bottom", "top"]].abs().max()
    end = 1.1 * float(most.max()) or 1.0
    both = alt.Scale(domain=[-end, end], nice=False)
    x = alt.X("predicted:Q", title="predicted change (SD)", scale=both)
    y = alt.Y("observed:Q", title="observed change (SD)", scale=both)
    columns = ["session_id", "training_set", "predicted", "observed", "low", "high",
               "bottom", "top", "decided"]  # fmt: skip
    channels = charts.looks("training_set:N")
    base = alt.Chart(charts.data(rows[columns])).encode(x=x)
    error = base.mark_rule(size=0.8, clip=True).encode(
        color=channels["color"], opacity=charts.faded()
    )
    points = base.mark_point(size=30, strokeWidth=1.2).encode(
        y=y,
        **channels,
        fill=alt.condition("datum.decided", channels["color"], alt.value("white")),
        opacity=charts.faded(),
        tooltip=charts.tips(*(name for name in columns if name not in _LIMITS)),
    )
    agree = [
        {"x": 0, "y": 0, "x2": end, "y2": end},
        {"x": -end, "y": -end, "x2": 0, "y2": 0},
    ]
    layers = (
        alt.Chart(charts.data(agree))
        .mark_rect(color=_AGREE)
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), x2=alt.X2("x2"), y2=alt.Y2("y2")),
        charts.at("x", 0.0),
        charts.at("y", 0.0),
        alt.Chart(charts.data([{"x": -end, "y": -end}, {"x": end, "y": end}]))
        .mark_line(color=GRAY, size=0.8, strokeDash=[5, 3])
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q")),
        error.encode(y=alt.Y("bottom:Q"), y2=alt.Y2("top")),
        error.encode(x=alt.X("low:Q"), x2=alt.X2("high"), y=y),
        points.properties(name=f"changes_{statistic}"),
    )
    n = counted(rows["session_id"].nunique(), "session")
    return charts.panel(label(statistic), f"n = {n}", *layers, width=185, height=185)


_LIMITS = ("bottom", "top")

"""What the posterior samples of a session predict when the mouse starts to run."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.prediction.combinations import POSTERIOR
from minicolumn.prediction.predictive_check import ALL_STATISTICS
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.style import INK
from minicolumn.report.wording import counted
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import TRAINING_SETS

SIGNIFICANT = 0.05
_ROOMY = 20  # sessions that a panel holds with full strokes
_SPREAD = 0.22  # between mechanisms, of the space of one session


def content(results: Results) -> dict[str, Any]:
    """Return the predictive checks."""
    return {"checks": predictive_rows(results.predictive, results.main)}


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the predicted range of every session's change."""
    label = (
        "Predicted range of change of each session under three mechanisms and its "
        "observed change, by statistic"
    )
    chart = predicted_panels(results.predicted(POSTERIOR))
    return {"predicted": Drawing(chart, label)}


def predictive_rows(
    predictive: pd.DataFrame, architecture: str | None
) -> list[dict[str, Any]]:
    """Return, by training set, how many sessions the predictive check rejects."""
    rows = []
    for name in TRAINING_SETS:
        whole = where(
            predictive,
            architecture=architecture,
            training_set=name,
            statistic=ALL_STATISTICS,
        )["p"].dropna()
        if len(whole):
            rows.append(
                {
                    "training_set": name,
                    "n": len(whole),
                    "n_rejected": int(np.sum(whole < SIGNIFICANT)),
                    "median_p": float(whole.median()),
                }
            )
    return rows


def predicted_panels(changes: pd.DataFrame) -> charts.Chart:
    """Draw each session's predicted range of change and its observed change.

    ``changes`` are predictions of one architecture, from `Results.predicted`.
    """
    sessions = sorted(changes["session_id"].unique()) if len(changes) else []
    if not sessions:
        return charts.panels([charts.empty("", "no session was scored")])
    place = {session: i + 1 for i, session in enumerate(sessions)}
    mine = changes[changes["training_set"].isin(list(MECHANISMS))]
    shift = mine["training_set"].map({m: i - 1 for i, m in enumerate(MECHANISMS)})
    rows = mine.assign(
        place=mine["session_id"].map(place),
        x=mine["session_id"].map(place) + _SPREAD * shift.astype(float),
    )
    parts = [_predicted(name, where(rows, statistic=name)) for name in STATISTIC_NAMES]
    return charts.panels(parts)


def _predicted(statistic: str, rows: pd.DataFrame) -> charts.Part:
    columns = ["session_id", "training_set", "place", "x", "predicted", "low", "high",
               "observed"]  # fmt: skip
    n = rows.dropna(subset=["observed", "predicted"])["session_id"].nunique()
    base = alt.Chart(charts.data(rows[columns].to_dict("records"))).encode(
        x=alt.X("x:Q", title="session")
        .scale(zero=False, nice=False, padding=8)
        .axis(tickMinStep=1, format="d")
    )
    channels = charts.looks("training_set:N")
    thin = min(1.0, _ROOMY / max(n, 1))
    told = charts.tips("session_id:N", "training_set:N", "predicted:Q", "low:Q",
                       "high:Q", "observed:Q")  # fmt: skip
    seen = charts.data(rows.drop_duplicates("session_id")[columns].to_dict("records"))
    layers = (
        charts.at("y", 0.0),
        base.mark_rule(size=1.3 * thin).encode(
            y=alt.Y("low:Q", title=charts.change_title(statistic)), y2=alt.Y2("high"),
            color=channels["color"], opacity=charts.faded(), tooltip=told,
        ),
        base.mark_point(filled=True, size=16 * thin)
        .encode(y=alt.Y("predicted:Q"), **channels, opacity=charts.faded(),
                tooltip=told)
        .properties(name=f"predicted_{statistic}"),
        alt.Chart(seen)
        .mark_tick(color=INK, thickness=1 + thin, size=9 * thin, orient="horizontal")
        .encode(x=alt.X("place:Q"), y=alt.Y("observed:Q"), opacity=charts.faded(),
                tooltip=charts.tips("session_id:N", "observed:Q")),
    )  # fmt: skip
    note = f"n = {counted(n, 'session')}"
    return charts.panel(statistic, note, *layers, height=130)

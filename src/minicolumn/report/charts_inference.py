"""Charts of what is inferred of each session: its mechanism, and its change."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.report.charts import (
    Chart,
    Part,
    at,
    change_title,
    data,
    empty,
    faded,
    looks,
    panel,
    panels,
    tips,
)
from minicolumn.report.recovery import Answers
from minicolumn.report.results import where
from minicolumn.report.style import INK, LOOKS, PALE
from minicolumn.report.wording import counted
from minicolumn.statistics.names import STATISTIC_NAMES

_COLORS = {**{name: LOOKS[name].color for name in MECHANISMS}, NONE: PALE}
_ROW = 19  # pixels of one session
_ROOMY = 20  # sessions that a panel holds with full strokes
_SPREAD = 0.22  # between mechanisms, of the space of one session


def probabilities(answers: Answers) -> Chart:
    """Draw the probability of each class, one bar per session and cohort."""
    bars = [
        (_session_label(one, answers["truth"]), one)
        for one in answers["sessions"]
        if one["probability"][NONE] is not None
    ] + [(_cohort_label(one), one) for one in answers["cohorts"]]
    if not bars:
        return panels([empty("", "no session was scored")])
    labels = [label for label, _ in bars]
    y = alt.Y("session:N", title=None, sort=labels).axis(domain=False, ticks=False)
    rows = [
        {"session": label, "class": name, "probability": one["probability"][name],
         "order": place, "claim": one["claim"]}
        for label, one in bars
        for place, name in enumerate(CLASSES)
    ]  # fmt: skip
    x = alt.X("probability:Q", title="probability of each class (no unit)")
    color = alt.Color("class:N").scale(
        domain=list(CLASSES), range=[_COLORS[name] for name in CLASSES]
    )
    stacks = alt.Chart(data(rows)).mark_bar(stroke="white", strokeWidth=0.5)
    claims = alt.Chart(data(row for row in rows if row["order"] == 0))
    layers = (
        stacks.encode(
            x=x.scale(domain=[0, 1]), y=y, color=color, order=alt.Order("order:Q"),
            tooltip=tips("session:N", "class:N", "probability:Q", "claim:N"),
        ),
        claims.mark_text(align="left", dx=6, color=INK, fontSize=10.5).encode(
            x=alt.datum(1), y=y, text=alt.Text("claim:N")
        ),
    )  # fmt: skip
    height = _ROW * len(bars)
    return panels([panel("", "", *layers, width=480, height=height)])


def _session_label(one: Mapping[str, Any], truth: Mapping[str, str]) -> str:
    session = str(one["session_id"])
    return f"{session} (truth: {truth[session]})" if session in truth else session


def _cohort_label(one: Mapping[str, Any]) -> str:
    truth = f", truth: {one['name']}" if one["name"] in MECHANISMS else ""
    return f"all {one['n']} together{truth}"


def predicted_panels(changes: pd.DataFrame) -> Chart:
    """Draw each session's predicted range of change beside its observed change.

    ``changes`` are rows of `Results.changes` of one architecture, by the posterior.
    """
    sessions = sorted(changes["session_id"].unique()) if len(changes) else []
    if not sessions:
        return panels([empty("", "no session was scored")])
    place = {session: i + 1 for i, session in enumerate(sessions)}
    mine = changes[changes["training_set"].isin(list(MECHANISMS))]
    shift = mine["training_set"].map({m: i - 1 for i, m in enumerate(MECHANISMS)})
    rows = mine.assign(
        place=mine["session_id"].map(place),
        x=mine["session_id"].map(place) + _SPREAD * shift.astype(float),
    )
    parts = [_predicted(name, where(rows, statistic=name)) for name in STATISTIC_NAMES]
    return panels(parts)


def _predicted(statistic: str, rows: pd.DataFrame) -> Part:
    columns = ["session_id", "training_set", "place", "x", "predicted", "low", "high",
               "observed"]  # fmt: skip
    n = rows.dropna(subset=["observed", "predicted"])["session_id"].nunique()
    base = alt.Chart(data(rows[columns].to_dict("records"))).encode(
        x=alt.X("x:Q", title="session")
        .scale(zero=False, nice=False, padding=8)
        .axis(tickMinStep=1, format="d")
    )
    channels = looks("training_set:N")
    thin = min(1.0, _ROOMY / max(n, 1))
    told = tips("session_id:N", "training_set:N", "predicted:Q", "low:Q", "high:Q",
            "observed:Q")  # fmt: skip
    seen = data(rows.drop_duplicates("session_id")[columns].to_dict("records"))
    layers = (
        at("y", 0.0),
        base.mark_rule(size=1.3 * thin).encode(
            y=alt.Y("low:Q", title=change_title(statistic)), y2=alt.Y2("high"),
            color=channels["color"], opacity=faded(), tooltip=told,
        ),
        base.mark_point(filled=True, size=16 * thin)
        .encode(y=alt.Y("predicted:Q"), **channels, opacity=faded(), tooltip=told)
        .properties(name=f"predicted_{statistic}"),
        alt.Chart(seen)
        .mark_tick(color=INK, thickness=1 + thin, size=9 * thin, orient="horizontal")
        .encode(x=alt.X("place:Q"), y=alt.Y("observed:Q"), opacity=faded(),
                tooltip=tips("session_id:N", "observed:Q")),
    )  # fmt: skip
    note = f"n = {counted(n, 'session')}"
    return panel(statistic, note, *layers, height=130)

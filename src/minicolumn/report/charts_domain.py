"""Charts of the domain gap: recordings beside the simulations of their state."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.domain.typicality import by_class
from minicolumn.files.tables import TYPICALITIES
from minicolumn.report.charts import (
    WIDTH,
    Chart,
    Part,
    at,
    data,
    empty,
    faded,
    looks,
    panel,
    panels,
    tips,
)
from minicolumn.report.domain import STATES, Margin
from minicolumn.report.style import INK, PALE, RUNNING, STATIONARY, Look
from minicolumn.report.wording import UNIT_OF, counted
from minicolumn.statistics.names import STATISTIC_NAMES

STATE_LOOKS = {
    "stationary": Look(STATIONARY, "-", "o"),
    "running": Look(RUNNING, "-", "^"),
}
_WIDE, _NARROW = PALE, "#a9a9a9"


def range_panels(
    margins: Mapping[str, Mapping[str, Margin]], recorded: pd.DataFrame
) -> Chart:
    """Draw simulated percentiles beside recorded epochs, one panel per statistic.

    Parameters
    ----------
    margins
        From `domain.margins`.
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`.
    """
    medians = recorded.groupby(["session_id", "state"])[list(STATISTIC_NAMES)].median()
    parts = [
        _ranges(name, by_state, medians.reset_index())
        for name, by_state in margins.items()
    ]
    return panels(parts)


def _ranges(
    statistic: str, by_state: Mapping[str, Margin], medians: pd.DataFrame
) -> Part:
    if not any(one["simulated"] for one in by_state.values()):
        return empty(statistic, "undefined in every simulation")
    rows = [row for state, one in by_state.items() for row in _rows_of(state, one)]
    y = alt.Y("row:N", title=None, sort=[row["row"] for row in rows])
    base = alt.Chart(data(rows)).encode(y=y)
    x = alt.X("q_lowest:Q", title=UNIT_OF[statistic]).scale(zero=False)
    x = x.axis(tickCount=4, labelOverlap=True)
    middle, q05, q95 = alt.X("q50:Q"), alt.X("q05:Q"), alt.X2("q95")
    simulated = base.transform_filter("!datum.state")
    recorded = base.transform_filter("datum.state")
    color = looks("state:N", STATE_LOOKS, STATES)["color"]
    layers = [
        simulated.mark_bar(color=_WIDE, size=12).encode(x=x, x2=alt.X2("q_highest")),
        simulated.mark_bar(color=_NARROW, size=12).encode(x=q05, x2=q95),
        simulated.mark_tick(color=INK, thickness=2, size=16).encode(x=middle),
        recorded.mark_rule(size=1.5).encode(x=q05, x2=q95, color=color),
        recorded.mark_tick(thickness=2, size=16).encode(x=middle, color=color),
        _medians(statistic, medians, {row["state"]: row["row"] for row in rows}, y),
    ]
    return panel(statistic, "", *layers, width=180, height=92)


def _rows_of(state: str, one: Margin) -> list[dict[str, Any]]:
    names = ("q_lowest", "q05", "q50", "q95", "q_highest")
    simulated = dict(zip(names, one["simulated"] or [None] * 5, strict=True))
    recorded = dict(zip(names[1:4], one["spread"] or [None] * 3, strict=True))
    # The space tells the rows of two states apart that have equally many simulations.
    row = f"simulated (n = {one['n_simulated']:,})" + " " * STATES.index(state)
    return [
        {"row": row, "state": "", **simulated},
        {"row": f"{state} (n = {one['n_defined']:,})", "state": state, **recorded},
    ]


def _medians(
    statistic: str, medians: pd.DataFrame, row_of: Mapping[str, str], y: alt.Y
) -> alt.Chart:
    mine = medians.dropna(subset=[statistic])
    rows = [
        {"session_id": one["session_id"], "state": one["state"],
         "median": one[statistic], "row": row_of[one["state"]]}
        for one in mine.to_dict("records")
    ]  # fmt: skip
    return (
        alt.Chart(data(rows), name=f"medians_{statistic}")
        .mark_point(size=30, fill="white", strokeWidth=1.1)
        .encode(
            x=alt.X("median:Q"),
            y=y,
            **looks("state:N", STATE_LOOKS, STATES),
            opacity=faded(),
            tooltip=tips("session_id:N", "state:N", "median:Q"),
        )
    )


def typicality_panel(domain: pd.DataFrame, false_alarm: float) -> Chart:
    """Draw the typicality of each session, and the level below which it is outside.

    ``domain`` is a table of the kind `tables.DOMAIN`.
    """
    size, title = {"width": WIDTH, "height": 150}, "simulated mice of the closest class"
    judged = domain.dropna(subset=[*TYPICALITIES])
    p = by_class(judged[[*TYPICALITIES]].to_numpy(float))
    if not len(p):
        return panels([empty(title, "no session could be compared", **size)])
    rows = [
        {"session_id": one["session_id"], "typicality": most.max(),
         "rest": one["typicality_rest"], "closest": CLASSES[most.argmax()],
         "outside": ", ".join(one["outside"])}
        for one, most in zip(judged.to_dict("records"), p, strict=True)
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row["typicality"], row["session_id"]))
    x = alt.X("place:Q", title="session, most typical first")
    points = (
        alt.Chart(data({**row, "place": i} for i, row in enumerate(rows, start=1)))
        .mark_point(size=42, fill="white", strokeWidth=1.4, color=INK)
        .encode(
            x=x.scale(domain=[0, len(rows) + 1], nice=False).axis(
                tickMinStep=1, format="d"
            ),
            y=alt.Y("typicality:Q", title="typicality (p-value)").scale(type="log"),
            opacity=faded(),
            tooltip=tips(
                "session_id:N", "typicality:Q", "rest:Q", "closest:N", "outside:N"
            ),
        )
        .properties(name="typicality")
    )
    edge = at("y", false_alarm, INK, strokeDash=[2, 2])
    note = f"n = {counted(len(rows), 'session')}"
    return panels([panel(title, note, edge, points, **size)])

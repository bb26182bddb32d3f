"""Whether recordings lie where circuits were simulated."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, INK, PALE, RUNNING, STATIONARY, Look
from minicolumn.report.wording import UNIT_OF, counted, p_equals, percent
from minicolumn.statistics.names import STATISTIC_NAMES

STATES = ("stationary", "running")
STATE_LOOKS = {
    "stationary": Look(STATIONARY, "-", "o"),
    "running": Look(RUNNING, "-", "^"),
}
SIGNIFICANT = 0.05
_WIDE, _NARROW = PALE, "#a9a9a9"

Margin = Any


def content(results: Results) -> dict[str, Any]:
    """Return what is said of the cohort, and the range of every statistic."""
    cohort = results.domain_cohort
    return {
        "domain": cohort,
        "sentence": domain_sentence(cohort),
        "margins": margins(cohort),
        "share_outside": share_outside,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the distances of sessions, and the range of every statistic."""
    ranges = margins(results.domain_cohort)
    return {
        "domain_distances": Drawing(
            distance_panels(results.domain),
            "Distance of recorded epochs and sessions to the simulations, at rest and "
            "while running",
        ),
        "domain": Drawing(
            range_panels(ranges, results.recorded),
            "Range of each statistic in simulations and in recorded epochs, at rest "
            "and while running",
        ),
    }


def margins(cohort: Any) -> dict[str, dict[str, Margin]]:
    """Return the margins of ``transfer/domain.json`` by statistic and state."""
    found: dict[str, dict[str, Margin]] = {name: {} for name in STATISTIC_NAMES}
    for margin in cohort.margins:
        found[margin.statistic][margin.state] = margin
    return found


def share_outside(margin: Margin) -> float | None:
    """Return the share of defined epochs outside; None where undefined."""
    if margin.n_outside is None or not margin.n_defined:
        return None
    return margin.n_outside / margin.n_defined


def domain_sentence(cohort: Any) -> str:
    """Return whether recordings look like simulations, and no more than that."""
    sessions = cohort.coverage["sessions"]
    if cohort.p is None:
        return (
            "No recorded epoch could be compared with enough simulations, so it is not "
            "known whether the recordings lie where the surrogates have learned."
        )
    inside = (
        f"{sessions.n_inside} of {counted(sessions.n_judged, 'session')} "
        f"({percent(sessions.fraction)}) "
        f"{'lies' if sessions.n_inside == 1 else 'lie'} within the 95 % region of "
        "the simulations"
    )
    if cohort.p < SIGNIFICANT:
        return (
            "As a cohort, the recordings are distinguishable from simulations "
            f"(p {p_equals(cohort.p)} over {_tests(cohort)}), so predictions for "
            f"them are extrapolations; {inside}."
        )
    return (
        "As a cohort, the recordings are not distinguishable from simulations "
        f"(p {p_equals(cohort.p)} over {_tests(cohort)}); {inside}. That does not "
        "show that they are alike: a small cohort can hide a difference."
    )


def _tests(cohort: Any) -> str:
    tests = [test for one in cohort.states.values() for test in (one.mmd, one.c2st)]
    return counted(sum(map(bool, tests)), "test")


def range_panels(
    ranges: Mapping[str, Mapping[str, Margin]], recorded: pd.DataFrame
) -> charts.Chart:
    """Draw simulated percentiles and recorded epochs, one panel per statistic.

    Parameters
    ----------
    ranges
        From `margins`.
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`.
    """
    medians = recorded.groupby(["session_id", "state"])[list(STATISTIC_NAMES)].median()
    parts = [
        _ranges(name, by_state, medians.reset_index())
        for name, by_state in ranges.items()
    ]
    return charts.panels(parts)


def _ranges(
    statistic: str, by_state: Mapping[str, Margin], medians: pd.DataFrame
) -> charts.Part:
    if not any(one.simulated for one in by_state.values()):
        return charts.empty(statistic, "undefined in every simulation")
    rows = [row for state, one in by_state.items() for row in _rows_of(state, one)]
    y = alt.Y("row:N", title=None, sort=[row["row"] for row in rows])
    base = alt.Chart(charts.data(rows)).encode(y=y)
    x = alt.X("q_lowest:Q", title=UNIT_OF[statistic]).scale(zero=False)
    x = x.axis(tickCount=4, labelOverlap=True)
    middle, q05, q95 = alt.X("q50:Q"), alt.X("q05:Q"), alt.X2("q95")
    simulated = base.transform_filter("!datum.state")
    recorded = base.transform_filter("datum.state")
    color = charts.looks("state:N", STATE_LOOKS, STATES)["color"]
    layers = [
        simulated.mark_bar(color=_WIDE, size=12).encode(x=x, x2=alt.X2("q_highest")),
        simulated.mark_bar(color=_NARROW, size=12).encode(x=q05, x2=q95),
        simulated.mark_tick(color=INK, thickness=2, size=16).encode(x=middle),
        recorded.mark_rule(size=1.5).encode(x=q05, x2=q95, color=color),
        recorded.mark_tick(thickness=2, size=16).encode(x=middle, color=color),
        _medians(statistic, medians, {row["state"]: row["row"] for row in rows}, y),
    ]
    return charts.panel(statistic, "", *layers, width=180, height=92)


def _rows_of(state: str, one: Margin) -> list[dict[str, Any]]:
    names = ("q_lowest", "q05", "q50", "q95", "q_highest")
    simulated = dict(zip(names, one.simulated or [None] * 5, strict=True))
    recorded = dict(zip(names[1:4], one.spread or [None] * 3, strict=True))
    # The space tells the rows of two states apart that have equally many simulations.
    row = f"simulated (n = {one.n_simulated:,})" + " " * STATES.index(state)
    return [
        {"row": row, "state": "", **simulated},
        {"row": f"{state} (n = {one.n_defined:,})", "state": state, **recorded},
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
        alt.Chart(charts.data(rows), name=f"medians_{statistic}")
        .mark_point(size=30, fill="white", strokeWidth=1.1)
        .encode(
            x=alt.X("median:Q"),
            y=y,
            **charts.looks("state:N", STATE_LOOKS, STATES),
            opacity=charts.faded(),
            tooltip=charts.tips("session_id:N", "state:N", "median:Q"),
        )
    )


def distance_panels(domain: pd.DataFrame) -> charts.Chart:
    """Draw how far each session and its epochs lie from the simulations.

    ``domain`` is a table of the kind `tables.DOMAIN`.
    """
    parts = [_distances(state, where(domain, state=state)) for state in STATES]
    return charts.panels(parts, columns=2)


def _distances(state: str, domain: pd.DataFrame) -> charts.Part:
    size = {"width": 370, "height": 190}
    mine = domain.take(np.flatnonzero(np.isfinite(domain["mahalanobis"])))
    if mine.empty:
        return charts.empty(state, "no epoch could be compared", **size)
    whole = np.asarray(mine["epoch"].isna())
    sessions = mine.take(np.flatnonzero(whole)).sort_values("mahalanobis")
    place = {one: i + 1 for i, one in enumerate(sessions["session_id"])}
    columns = ["session_id", "epoch", "mahalanobis", "p"]
    rows = [
        {**one, "epoch": None if pd.isna(one["epoch"]) else int(one["epoch"]),
         "place": place[one["session_id"]], "state": state}
        for one in mine[columns].to_dict("records")
        if one["session_id"] in place
    ]  # fmt: skip
    base = alt.Chart(charts.data(rows)).encode(
        x=alt.X("place:Q", title="session, nearest first")
        .scale(domain=[0, len(place) + 1], nice=False)
        .axis(tickMinStep=1, format="d"),
        y=alt.Y("mahalanobis:Q", title="distance / edge of 95 % region").scale(
            type="log", nice=False, padding=8
        ),
    )
    epochs = base.transform_filter("datum.epoch !== null").mark_tick(
        color=GRAY, size=9, thickness=1, orient="horizontal"
    )
    medians = base.transform_filter("datum.epoch === null").mark_point(
        size=42, fill="white", strokeWidth=1.4
    )
    told = charts.tips(
        "session_id:N", alt.Tooltip("mahalanobis:Q", title="distance"), "p:Q"
    )
    layers = (
        charts.at("y", 1.0, INK, strokeDash=[2, 2]),
        epochs.encode(opacity=charts.faded(), tooltip=charts.tips("epoch:O", *told)),
        medians.properties(name=f"distances_{state}").encode(
            **charts.looks("state:N", STATE_LOOKS, STATES),
            opacity=charts.faded(),
            tooltip=told,
        ),
    )
    note = f"n = {counted(len(sessions), 'session')}, {counted(sum(~whole), 'epoch')}"
    return charts.panel(state, note, *layers, **size)

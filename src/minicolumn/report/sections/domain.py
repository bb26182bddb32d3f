"""Whether recordings lie where circuits were simulated."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.domain.measure import DomainSummary
from minicolumn.domain.ranges import Margin
from minicolumn.domain.typicality import by_class
from minicolumn.files.tables import AT_REST, TYPICALITIES
from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.style import INK, PALE, RUNNING, STATIONARY, Look
from minicolumn.report.wording import UNIT_OF, counted, label, p_equals, percent
from minicolumn.statistics.names import STATISTIC_NAMES

STATE_LOOKS = {
    "stationary": Look(STATIONARY, "-", "o"),
    "running": Look(RUNNING, "-", "^"),
}
SIGNIFICANT = 0.05
_WIDE, _NARROW = PALE, "#a9a9a9"


def content(results: Results) -> dict[str, Any]:
    """Return what is said of the cohort, and the range of every statistic."""
    cohort = results.domain_cohort
    return {
        "domain": cohort,
        "margins": margins(cohort),
        "share_outside": share_outside,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the typicality of sessions, and the range of every statistic."""
    ranges = margins(results.domain_cohort)
    return {
        "typicality": Drawing(
            typicality_panel(
                results.domain, results.config["inference"]["false_alarm"]
            ),
            "Typicality of each recorded session among simulated mice",
        ),
        "domain": Drawing(
            range_panels(ranges, results.recorded, results.states.names),
            "Range of each statistic in simulations and in recorded epochs, "
            f"{results.states.at_rest} and {results.states.while_running}",
        ),
    }


def margins(cohort: DomainSummary) -> dict[str, dict[str, Margin]]:
    """Return the margins of ``domain/domain.json`` by statistic and state."""
    found: dict[str, dict[str, Margin]] = {name: {} for name in STATISTIC_NAMES}
    for margin in cohort.margins:
        found[margin.statistic][margin.state] = margin
    return found


def share_outside(margin: Margin) -> float | None:
    """Return the share of defined epochs outside; None where undefined."""
    if margin.n_outside is None or not margin.n_defined:
        return None
    return margin.n_outside / margin.n_defined


def domain_sentence(cohort: DomainSummary) -> str:
    """Return whether recordings look like simulations, and no more than that."""
    sessions = cohort.coverage
    if cohort.p is None or not sessions.n_judged:
        return (
            "No recorded epoch could be compared with enough simulations, so it is not "
            "known whether the recordings lie where the surrogates have learned."
        )
    inside = (
        f"{sessions.n_inside} of {counted(sessions.n_judged, 'session')} "
        f"({percent(sessions.fraction)}) "
        f"{'lies' if sessions.n_inside == 1 else 'lie'} inside the simulated domain"
    )
    if cohort.p < SIGNIFICANT:
        return (
            "As a cohort, the recordings are distinguishable from simulations "
            f"(p {p_equals(cohort.p)} over {_tests(cohort)}), so predictions for "
            f"them are extrapolations; {inside}."
        )
    return (
        "As a cohort, the recordings are not distinguishable from simulations "
        f"(p {p_equals(cohort.p)} over {_tests(cohort)}); {inside}. A small "
        "cohort can hide a difference."
    )


def _tests(cohort: DomainSummary) -> str:
    tests = [test for one in cohort.states.values() for test in (one.mmd, one.c2st)]
    return counted(sum(map(bool, tests)), "test")


def range_panels(
    ranges: Mapping[str, Mapping[str, Margin]],
    recorded: pd.DataFrame,
    names: Mapping[str, str],
) -> charts.Chart:
    """Draw simulated percentiles and recorded epochs, one panel per statistic.

    Parameters
    ----------
    ranges
        From `margins`.
    recorded
        Table of the kind `tables.RECORDED_STATISTICS`.
    names
        What the states are called.
    """
    looks = {names[state]: look for state, look in STATE_LOOKS.items()}
    recorded = recorded.assign(state=recorded["state"].map(names))
    by_session = recorded.groupby(["session_id", "state"])[list(STATISTIC_NAMES)]
    epochs = by_session.agg(_middle).reset_index()
    return charts.panels(
        [
            _ranges(
                statistic,
                {names[state]: one for state, one in by_state.items()},
                epochs,
                looks,
            )
            for statistic, by_state in ranges.items()
        ]
    )


def _middle(values: pd.Series) -> float:
    """Return the middle one of defined epochs: as noisy as a simulated window."""
    defined = values.dropna().to_numpy(float)
    return defined[len(defined) // 2] if len(defined) else np.nan


def _ranges(
    statistic: str,
    by_state: Mapping[str, Margin],
    epochs: pd.DataFrame,
    looks: Mapping[str, Look],
) -> charts.Part:
    if not any(one.simulated for one in by_state.values()):
        return charts.empty(label(statistic), "undefined in every simulation")
    # Spaces tell the rows of two states apart that have equally many simulations.
    rows = [
        row
        for i, (state, one) in enumerate(by_state.items())
        for row in _rows_of(state, one, " " * i)
    ]
    y = alt.Y("row:N", title=None, sort=[row["row"] for row in rows])
    base = alt.Chart(charts.data(rows)).encode(y=y)
    x = alt.X("q_lowest:Q", title=UNIT_OF[statistic] or None).scale(zero=False)
    x = x.axis(tickCount=4, labelOverlap=True)
    middle, q05, q95 = alt.X("q50:Q"), alt.X("q05:Q"), alt.X2("q95")
    simulated = base.transform_filter("!datum.state")
    recorded = base.transform_filter("datum.state")
    color = charts.looks("state:N", looks, tuple(looks))["color"]
    layers = [
        simulated.mark_bar(color=_WIDE, size=12).encode(x=x, x2=alt.X2("q_highest")),
        simulated.mark_bar(color=_NARROW, size=12).encode(x=q05, x2=q95),
        simulated.mark_tick(color=INK, thickness=2, size=16).encode(x=middle),
        recorded.mark_rule(size=1.5).encode(x=q05, x2=q95, color=color),
        recorded.mark_tick(thickness=2, size=16).encode(x=middle, color=color),
        _epochs(
            statistic, epochs, {row["state"]: row["row"] for row in rows}, y
        ).encode(**charts.looks("state:N", looks, tuple(looks))),
    ]
    return charts.panel(label(statistic), "", *layers, width=180, height=92)


def _rows_of(state: str, one: Margin, space: str) -> list[dict[str, Any]]:
    names = ("q_lowest", "q05", "q50", "q95", "q_highest")
    simulated = dict(zip(names, one.simulated or [None] * 5, strict=True))
    recorded = dict(zip(names[1:4], one.spread or [None] * 3, strict=True))
    row = f"simulated (n = {one.n_simulated:,})" + space
    return [
        {"row": row, "state": "", **simulated},
        {"row": f"{state} (n = {one.n_defined:,})", "state": state, **recorded},
    ]


def _epochs(
    statistic: str, epochs: pd.DataFrame, row_of: Mapping[str, str], y: alt.Y
) -> alt.Chart:
    mine = epochs.dropna(subset=[statistic])
    rows = [
        {"session_id": one["session_id"], "state": one["state"],
         "epoch": one[statistic], "row": row_of[one["state"]]}
        for one in mine.to_dict("records")
    ]  # fmt: skip
    return (
        alt.Chart(charts.data(rows), name=f"epochs_{statistic}")
        .mark_point(size=30, fill="white", strokeWidth=1.1)
        .encode(
            x=alt.X("epoch:Q"),
            y=y,
            opacity=charts.faded(),
            tooltip=charts.tips("session_id", "state", "epoch"),
        )
    )


def typicality_panel(domain: pd.DataFrame, false_alarm: float) -> charts.Chart:
    """Draw the typicality of each session, and the level below which it is outside.

    ``domain`` is a table of the kind `tables.DOMAIN`.
    """
    size, title = {"width": 330, "height": 235}, "simulated mice of one class"
    judged = domain.dropna(subset=[*TYPICALITIES])
    p = by_class(judged[[*TYPICALITIES]].to_numpy(float))
    if not len(p):
        return charts.panels(
            [charts.empty(title, "no session could be compared", **size)]
        )
    rows = [
        {"session_id": one["session_id"], "typicality": most.max(),
         "rest": one[AT_REST], "closest": CLASSES[most.argmax()],
         "outside": ", ".join(map(label, one["outside"]))}
        for one, most in zip(judged.to_dict("records"), p, strict=True)
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row["typicality"], row["session_id"]))
    x = alt.X("place:Q", title="session, most typical first")
    points = (
        alt.Chart(charts.data({**row, "place": i} for i, row in enumerate(rows, 1)))
        .mark_point(size=42, fill="white", strokeWidth=1.4, color=INK)
        .encode(
            x=x.scale(domain=[0, len(rows) + 1], nice=False).axis(
                tickMinStep=1, format="d"
            ),
            y=alt.Y("typicality:Q", title="typicality (p-value)").scale(type="log"),
            opacity=charts.faded(),
            tooltip=charts.tips(
                "session_id", "typicality", "rest", "closest", "outside"
            ),
        )
        .properties(name="typicality")
    )
    edge = charts.at("y", false_alarm, INK, strokeDash=[2, 2])
    note = f"n = {counted(len(rows), 'session')}"
    return charts.panels([charts.panel(title, note, edge, points, **size)])

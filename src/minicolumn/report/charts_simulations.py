"""Charts of the simulations: what ACh does to circuits, and how simulations ended."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.outcomes import Outcome
from minicolumn.report.charts import (
    Chart,
    Part,
    at,
    change_title,
    dashes,
    data,
    empty,
    looks,
    panel,
    panels,
    tips,
)
from minicolumn.report.results import where
from minicolumn.report.wording import counted, n_range, number
from minicolumn.statistics.names import STATISTIC_NAMES

LEVEL = "ACh level (no unit)"
# Paul Tol's muted scheme, https://personal.sron.nl/~pault/: none of the mechanisms'.
OUTCOME_COLORS = {
    Outcome.OK: "#DDDDDD",
    Outcome.SILENT: "#332288",
    Outcome.RUNAWAY: "#AA4499",
    Outcome.NOT_FINITE: "#000000",
}


def dose_panels(doses: pd.DataFrame, at_lowest: Mapping[str, float]) -> Chart:
    """Draw the change of each statistic against ACh level, one panel per statistic.

    Parameters
    ----------
    doses
        From `dose.dose_response`.
    at_lowest
        From `dose.lowest_medians`.
    """
    return panels(
        [_dose_panel(name, doses, at_lowest[name]) for name in STATISTIC_NAMES]
    )


def _dose_panel(statistic: str, doses: pd.DataFrame, at_lowest: float) -> Part:
    mine = where(doses, statistic=statistic).dropna(subset=["median"])
    if mine.empty:
        return empty(statistic, "undefined in every simulation")
    rows = mine.drop(columns="statistic").to_dict("records")
    base = alt.Chart(data(rows)).encode(x=alt.X("level:Q", title=LEVEL))
    channels = looks("mechanism:N")
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title=change_title(statistic)),
        y2=alt.Y2("high"),
        color=channels["color"],
    )
    line = base.mark_line(size=1.6).encode(
        y=alt.Y("median:Q"), color=channels["color"], strokeDash=dashes("mechanism:N")
    )
    points = base.mark_point(filled=True, size=22, opacity=1).encode(
        y=alt.Y("median:Q"),
        **channels,
        tooltip=tips("mechanism:N", "level:Q", "median:Q", "low:Q", "high:Q", "n:Q"),
    )
    note = f"{number(at_lowest)} at lowest level, n = {n_range(mine['n'].to_list())}"
    return panel(statistic, note, at("y", 0.0), band, line, points)


def outcome_panels(simulated: pd.DataFrame) -> Chart:
    """Draw the share of simulations by outcome at each ACh level, by mechanism.

    ``simulated`` is a table of the kind `tables.SIMULATED_STATISTICS`.
    """
    others = sorted(set(simulated["outcome"]) - set(OUTCOME_COLORS))
    colors = {**OUTCOME_COLORS, **dict.fromkeys(others, "#882255")}
    return panels([_outcomes(name, simulated, colors) for name in MECHANISMS])


def _outcomes(
    mechanism: str, simulated: pd.DataFrame, colors: Mapping[str, str]
) -> Part:
    mine = where(simulated, mechanism=mechanism)
    if mine.empty:
        return empty(mechanism, "no simulation")
    of = mine.groupby("level").size().to_dict()
    counts = mine.groupby(["level", "outcome"]).size().rename("n").reset_index()
    rows = [
        {**one, "of": of[one["level"]], "share": one["n"] / of[one["level"]],
         "order": list(colors).index(one["outcome"])}
        for one in counts.to_dict("records")
    ]  # fmt: skip
    domain = [str(one) for one in colors]
    bars = alt.Chart(data(rows)).mark_bar().encode(
        x=alt.X("level:O", title=LEVEL, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("share:Q", title="share of simulations").scale(domain=[0, 1]),
        color=alt.Color("outcome:N").scale(domain=domain, range=list(colors.values())),
        order=alt.Order("order:Q"),
        tooltip=tips("outcome:N", "level:O", "n:Q", "of:Q"),
    )  # fmt: skip
    return panel(mechanism, f"n = {counted(len(mine), 'simulation')}", bars)

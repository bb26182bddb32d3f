"""What ACh does to each statistic in simulation, and what running did in recordings."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, INK
from minicolumn.report.wording import label, n_range, number
from minicolumn.statistics.names import STATISTIC_NAMES

_BESIDE = 1.22  # where the observed change is drawn, beyond the highest level
_COLUMNS = ("mechanism", "statistic", "level", "n", "median", "low", "high")


def content(results: Results) -> dict[str, Any]:
    """Return which statistics are shown first."""
    return {
        "first": _first(results),
        "n_statistics": len(STATISTIC_NAMES),
        "n_levels": results.simulated["level"].nunique(),
    }


def _first(results: Results) -> list[str]:
    return [one for one in STATISTIC_NAMES if one in results.scores.primary.statistics]


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the change of statistics against ACh level, the primary ones first."""
    doses, lowest = dose_response(results.simulated), lowest_medians(results.simulated)
    first, told = _first(results), "against acetylcholine level, for three mechanisms"
    return {
        "doses_primary": Drawing(
            dose_panels(doses, lowest, first, results.observed),
            f"Change of the primary statistics {told}, and the observed change",
        ),
        "doses": Drawing(
            dose_panels(doses, lowest, STATISTIC_NAMES, results.observed),
            f"Change of each of the {len(STATISTIC_NAMES)} statistics {told}, and the "
            "observed change",
        ),
    }


def dose_response(simulated: pd.DataFrame) -> pd.DataFrame:
    """Return the change of statistics from the lowest ACh level, over circuits.

    Each circuit is compared with itself at the lowest level, because circuits differ
    from each other far more than ACh changes any of them. Rows have the number of
    circuits that define the statistic at both levels, their median change, and its 95 %
    interval; NaN where undefined.

    Parameters
    ----------
    simulated
        Table of the kind `tables.SIMULATED_STATISTICS`.
    """
    rows = []
    for mechanism in MECHANISMS:
        mine = where(simulated, mechanism=mechanism)
        for statistic in STATISTIC_NAMES if len(mine) else ():
            values = mine.pivot(index="circuit_id", columns="level", values=statistic)
            for level, change in values.sub(values.iloc[:, 0], axis=0).items():
                defined = change.dropna().to_numpy()
                key = (mechanism, statistic, float(str(level)), len(defined))
                rows.append((*key, *median_interval(defined)))
    return pd.DataFrame(rows, columns=pd.Index(_COLUMNS))


def lowest_medians(simulated: pd.DataFrame) -> pd.Series:
    """Return the median of each statistic at the lowest ACh level; NaN if undefined.

    There all mechanisms are the same, so they are taken together.
    """
    lowest = where(simulated, level=simulated["level"].min())
    return lowest[list(STATISTIC_NAMES)].astype(float).median()


def median_interval(values: ArrayLike) -> tuple[float, float, float]:
    """Return the median and its 95 % interval from order statistics.

    The interval assumes nothing of the distribution: it lies between the two order
    statistics that a sign test cannot tell from the median. Below six values there is
    none, and both ends are NaN.
    """
    found = np.asarray(values, dtype=float)
    if not len(found):
        return np.nan, np.nan, np.nan
    limits = stats.quantile_test(found, p=0.5).confidence_interval(0.95)
    return float(np.median(found)), float(limits.low), float(limits.high)


def dose_panels(
    doses: pd.DataFrame,
    at_lowest: pd.Series,
    names: Sequence[str],
    observed: pd.DataFrame,
) -> charts.Chart:
    """Draw what `dose_response` and `lowest_medians` found, a panel per statistic.

    ``observed``, of the kind `tables.OBSERVED_CHANGES`, is drawn beside.
    """
    return charts.panels(
        [
            _panel(name, doses, at_lowest[name], where(observed, statistic=name))
            for name in names
        ]
    )


def _panel(
    statistic: str, doses: pd.DataFrame, at_lowest: float, observed: pd.DataFrame
) -> charts.Part:
    mine = where(doses, statistic=statistic).dropna(subset=["median"])
    if mine.empty:
        return charts.empty(label(statistic), "undefined in every simulation")
    x = alt.X("level:Q", title=charts.LEVEL).scale(domain=[0, _BESIDE + 0.12])
    x = x.axis(values=[0, 0.5, 1])
    base = alt.Chart(charts.data(mine.drop(columns="statistic"))).encode(x=x)
    channels = charts.looks("mechanism:N")
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title=charts.change_title(statistic)),
        y2=alt.Y2("high"),
        color=channels["color"],
    )
    line = base.mark_line(size=1.6).encode(
        y=alt.Y("median:Q"),
        color=channels["color"],
        strokeDash=charts.dashes("mechanism:N"),
    )
    points = base.mark_point(filled=True, size=22, opacity=1).encode(
        y=alt.Y("median:Q"),
        **channels,
        tooltip=charts.tips("mechanism", "level", "median", "low", "high", "n"),
    )
    note = f"{number(at_lowest)} at lowest level, n = {n_range(mine['n'].to_list())}"
    layers = (charts.at("y", 0.0), band, line, points, *_observed(observed))
    return charts.panel(label(statistic), note, *layers)


def _observed(observed: pd.DataFrame) -> list[alt.Chart]:
    """Return marks of the observed change beside the levels; none without any."""
    seen = observed[["session_id", "change"]].dropna()
    if seen.empty:
        return []
    median, low, high = median_interval(seen["change"].to_numpy(float))
    cohort = alt.Chart(
        charts.data([{"observed": median, "low": low, "high": high, "n": len(seen)}])
    ).encode(x=alt.datum(_BESIDE))
    told = charts.tips("observed", "low", "high", "n")
    sessions = alt.Chart(charts.data(seen)).mark_point(size=14, color=GRAY, opacity=0.6)
    return [
        sessions.encode(x=alt.datum(_BESIDE - 0.06), y=alt.Y("change:Q"),
                        tooltip=charts.tips("session_id", "change")),
        cohort.mark_rule(color=INK, size=2).encode(y=alt.Y("low:Q"), y2=alt.Y2("high")),
        cohort.mark_tick(color=INK, size=15, thickness=2.5, orient="horizontal").encode(
            y=alt.Y("observed:Q"), tooltip=told
        ),
    ]  # fmt: skip

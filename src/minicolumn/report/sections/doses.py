"""What ACh does to each statistic in simulation, circuit by circuit."""

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.wording import n_range, number
from minicolumn.statistics.names import STATISTIC_NAMES

_COLUMNS = ("mechanism", "statistic", "level", "n", "median", "low", "high")


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the change of every statistic against ACh level."""
    simulated = results.simulated
    chart = dose_panels(dose_response(simulated), lowest_medians(simulated))
    label = (
        "Change of each of the 11 statistics against acetylcholine level, for three "
        "mechanisms"
    )
    return {"doses": Drawing(chart, label)}


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


def dose_panels(doses: pd.DataFrame, at_lowest: pd.Series) -> charts.Chart:
    """Draw what `dose_response` and `lowest_medians` found, a panel per statistic."""
    return charts.panels(
        [_dose_panel(name, doses, at_lowest[name]) for name in STATISTIC_NAMES]
    )


def _dose_panel(statistic: str, doses: pd.DataFrame, at_lowest: float) -> charts.Part:
    mine = where(doses, statistic=statistic).dropna(subset=["median"])
    if mine.empty:
        return charts.empty(statistic, "undefined in every simulation")
    rows = mine.drop(columns="statistic").to_dict("records")
    base = alt.Chart(charts.data(rows)).encode(x=alt.X("level:Q", title=charts.LEVEL))
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
    return charts.panel(statistic, note, charts.at("y", 0.0), band, line, points)

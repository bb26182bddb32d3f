"""The figure: what is known of each parameter, and what each does to statistics."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.identifiability.identified import Identified
from minicolumn.report.style import heat_table, new_figure, styled
from minicolumn.statistics.names import STATISTIC_NAMES

N_DIRECTIONS = 5
"""Stiffest directions that are shown."""


@styled
def heatmap(sensitivities: pd.DataFrame, found: Identified) -> Figure:
    """Draw three heat maps with a column per parameter.

    ``sensitivities`` has the columns of `tables.SENSITIVITIES`.
    """
    known = pd.DataFrame(found.contraction).T
    tables = (
        ("Contraction: 1 - posterior / prior variance", known.clip(lower=0), 1.0),
        ("Stiffest directions: squared weight of each parameter", _stiff(found), 1.0),
        ("Median size of the derivative, in SD of one epoch per SD of the prior",
         _sizes(sensitivities, list(known.columns)), None),
    )  # fmt: skip
    rows = [len(table) + 1 for _, table, _ in tables]
    figure = new_figure(0.26 * sum(rows) + 1.6)
    panels = figure.subplots(3, 1, sharex=True, height_ratios=rows)
    for axes, (title, table, darkest) in zip(panels, tables, strict=True):
        _draw(axes, table, darkest or 1.5 * float(np.nanmax(table.to_numpy())))
        axes.set_title(title, loc="left")
    panels[-1].tick_params(axis="x", labelrotation=40)
    for label in panels[-1].get_xticklabels():
        label.set(ha="right", rotation_mode="anchor")
    return figure


def _draw(axes: Axes, table: pd.DataFrame, darkest: float) -> None:
    heat_table(axes, table, darkest, lambda one: "" if np.isnan(one) else f"{one:.2f}")


def _stiff(found: Identified) -> pd.DataFrame:
    shown = found.directions[:N_DIRECTIONS]
    names = [f"information {one.information:,.0f}" for one in shown]
    return pd.DataFrame([one.weights for one in shown], names) ** 2


def _sizes(sensitivities: pd.DataFrame, parameters: list[str]) -> pd.DataFrame:
    sizes = sensitivities.assign(size=sensitivities["surrogate"].abs())
    table = sizes.pivot_table("size", "statistic", "parameter", "median", dropna=False)
    used = [one for one in STATISTIC_NAMES if one in table.index]
    return table.loc[used, parameters].dropna(how="all")

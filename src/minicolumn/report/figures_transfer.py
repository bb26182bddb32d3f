"""Figures of the transfer: directions and changes, predicted and observed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.mechanisms import MECHANISMS
from minicolumn.report.results import where
from minicolumn.report.style import GREY, INK, LOOKS, new_figure, say_empty, styled
from minicolumn.report.wording import DASH
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogate.names import TRAINING_SETS

_OFFSET = 0.19
_AGREE = "#eef5ee"


@styled
def accuracies(
    cells: Sequence[Mapping[str, Any]], reliability: Sequence[Mapping[str, Any]]
) -> Figure:
    """Draw the accuracy of each model of one architecture on each statistic.

    Parameters
    ----------
    cells
        Scores of `transfer.scoring` as plain values, of one architecture.
    reliability
        Of `transfer.reliability`, likewise, one per statistic.
    """
    figure = new_figure(6.4)
    axes = figure.subplots()
    scored = [cell for cell in cells if cell["score"]["accuracy"] is not None]
    if not scored:
        say_empty(axes, "no session was scored")
        return figure
    axes.axvline(0.5, color=GREY, linewidth=0.8, linestyle=":", label="a coin")
    for place, name in enumerate(TRAINING_SETS):
        mine = [cell for cell in scored if cell["training_set"] == name]
        _accuracy_series(axes, mine, name, (place - 1.5) * _OFFSET)
    _constant_guesses(axes, scored)
    _ceilings(axes, reliability)
    axes.set_yticks(range(len(STATISTIC_NAMES)), _with_n(scored))
    axes.invert_yaxis()
    axes.set(
        xlim=(-0.02, 1.02), xlabel="sessions whose direction was predicted (fraction)"
    )
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside upper center", ncols=7)
    return figure


def _accuracy_series(
    axes: Axes, cells: Sequence[Mapping[str, Any]], name: str, offset: float
) -> None:
    look = LOOKS[name]
    y = [STATISTIC_NAMES.index(cell["statistic"]) + offset for cell in cells]
    x = [cell["score"]["accuracy"] for cell in cells]
    axes.plot(
        x, y, color=look.color, marker=look.marker, markersize=6, linestyle="none",
        markeredgecolor="white", markeredgewidth=0.5, zorder=3, label=name,
    )  # fmt: skip
    for cell, height in zip(cells, y, strict=True):
        if cell["score"]["evidence"] is not None:
            low, high = cell["score"]["evidence"]["clopper_pearson"]
            axes.plot([low, high], [height, height], color=look.color, linewidth=1.1)


def _constant_guesses(axes: Axes, cells: Sequence[Mapping[str, Any]]) -> None:
    label = "best constant direction"
    for row, name in enumerate(STATISTIC_NAMES):
        for guess in sorted(
            {c["score"]["best_constant"] for c in cells if c["statistic"] == name}
        ):
            axes.plot([guess, guess], [row - 0.42, row + 0.42], color=INK, linewidth=2,
                      label=label)  # fmt: skip
            label = ""
        axes.axhline(row + 0.5, color="#e6e6e6", linewidth=0.6)


def _ceilings(axes: Axes, reliability: Sequence[Mapping[str, Any]]) -> None:
    known = [one for one in reliability if one["ceiling"] is not None]
    axes.plot(
        [one["ceiling"] for one in known],
        [STATISTIC_NAMES.index(one["statistic"]) for one in known],
        color=GREY, marker="|", markersize=18, markeredgewidth=1.2, linestyle="none",
        label="ceiling", zorder=1,
    )  # fmt: skip


def _with_n(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    labels = []
    for name in STATISTIC_NAMES:
        n = sorted({c["score"]["n"] for c in cells if c["statistic"] == name})
        text = DASH.join(str(one) for one in dict.fromkeys((n[0], n[-1]))) if n else "0"
        labels.append(f"{name}  (n = {text})")
    return labels


@styled
def change_panels(
    changes: pd.DataFrame, observed: pd.DataFrame, undecided_below_se: float
) -> Figure:
    """Draw observed against predicted change of each session, one panel per statistic.

    Parameters
    ----------
    changes
        Rows of one architecture of a table of the kind `tables.TRANSFER`.
    observed
        Table of the kind `tables.OBSERVED_CHANGES`.
    undecided_below_se
        Standard errors within which a direction is undecided: an open symbol.
    """
    errors = observed[["session_id", "statistic", "se"]]
    rows = changes.merge(errors, on=["session_id", "statistic"], how="left")
    rows = rows.assign(
        x=rows["predicted"] / rows["scale"],
        y=rows["observed"] / rows["scale"],
        error=rows["se"] / rows["scale"],
        decided=rows["observed"].abs() >= undecided_below_se * rows["se"],
    ).dropna(subset=["x", "y"])
    figure = new_figure(9.6)
    panels = figure.subplots(4, 3).ravel()
    for axes, statistic in zip(panels, STATISTIC_NAMES, strict=False):
        mine = where(rows, statistic=statistic)
        axes.set_title(statistic, loc="left")
        if mine.empty:
            say_empty(axes, "no session with both changes")
            continue
        n = mine["session_id"].nunique()
        axes.set_title(f"n = {n}", loc="right", fontsize=7.5, color=GREY)
        _change_panel(axes, mine)
    for axes in panels[:-1]:
        axes.set(xlabel="predicted change (SD)", ylabel="observed change (SD)")
    _change_legend(panels[-1])
    return figure


def _change_legend(axes: Axes) -> None:
    axes.axis("off")
    for name in MECHANISMS:
        look = LOOKS[name]
        axes.plot([], [], color=look.color, marker=look.marker, markersize=4,
                  linestyle="none", label=name)  # fmt: skip
    axes.plot([], [], color=GREY, marker="o", markersize=4, linestyle="none",
              markerfacecolor="none", label="undecided")  # fmt: skip
    axes.plot([], [], color=GREY, linestyle="--", linewidth=0.8, label="equal change")
    axes.legend(loc="center", title="predicted by")


def _change_panel(axes: Axes, rows: pd.DataFrame) -> None:
    x_end, y_end = (
        1.1 * float(np.abs(rows[name].to_numpy()).max()) or 1.0 for name in ("x", "y")
    )
    for sign in (-1, 1):
        axes.fill_between([0, sign * x_end], 0, sign * y_end, color=_AGREE, linewidth=0)
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.axvline(0, color=GREY, linewidth=0.6)
    end = min(x_end, y_end)
    axes.plot([-end, end], [-end, end], color=GREY, linestyle="--", linewidth=0.8)
    for name in MECHANISMS:
        mine, look = where(rows, training_set=name), LOOKS[name]
        axes.errorbar(
            mine["x"], mine["y"], yerr=mine["error"].fillna(0.0), color=look.color,
            linestyle="none", linewidth=0.6, alpha=0.5,
        )  # fmt: skip
        for decided, face in ((True, look.color), (False, "white")):
            some = where(mine, decided=decided)
            axes.plot(
                some["x"], some["y"], color=look.color, marker=look.marker,
                markersize=3.5, markerfacecolor=face, markeredgewidth=0.8,
                linestyle="none",
            )  # fmt: skip
    axes.set(xlim=(-x_end, x_end), ylim=(-y_end, y_end))

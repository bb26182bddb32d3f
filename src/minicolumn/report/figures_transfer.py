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
def accuracies(cells: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw the accuracy of each model of one architecture on each statistic.

    Parameters
    ----------
    cells
        Scores of `transfer.scoring` as plain values, of one architecture.
    """
    figure = new_figure(6.4)
    axes = figure.subplots()
    scored = [cell for cell in cells if cell["accuracy"] is not None]
    if not scored:
        say_empty(axes, "no session was scored")
        return figure
    axes.axvline(0.5, color=GREY, linewidth=0.8, linestyle=":", label="a coin")
    for place, name in enumerate(TRAINING_SETS):
        mine = [cell for cell in scored if cell["training_set"] == name]
        _accuracy_series(axes, mine, name, (place - 1.5) * _OFFSET)
    _constant_guesses(axes, scored)
    axes.set_yticks(range(len(STATISTIC_NAMES)), _with_n(scored))
    axes.invert_yaxis()
    axes.set(
        xlim=(-0.02, 1.02), xlabel="sessions whose direction was predicted (fraction)"
    )
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside upper center", ncols=6)
    return figure


def _accuracy_series(
    axes: Axes, cells: Sequence[Mapping[str, Any]], name: str, offset: float
) -> None:
    look = LOOKS[name]
    y = [STATISTIC_NAMES.index(cell["statistic"]) + offset for cell in cells]
    x = [cell["accuracy"] for cell in cells]
    axes.plot(
        x, y, color=look.color, marker=look.marker, markersize=6, linestyle="none",
        markeredgecolor="white", markeredgewidth=0.5, zorder=3, label=name,
    )  # fmt: skip
    for cell, height in zip(cells, y, strict=True):
        if cell["decided"] is not None:
            low, high = cell["decided"]["clopper_pearson"]
            axes.plot([low, high], [height, height], color=look.color, linewidth=1.1)


def _constant_guesses(axes: Axes, cells: Sequence[Mapping[str, Any]]) -> None:
    label = "best constant guess"
    for row, name in enumerate(STATISTIC_NAMES):
        for guess in sorted(
            {c["best_constant"] for c in cells if c["statistic"] == name}
        ):
            axes.plot([guess, guess], [row - 0.42, row + 0.42], color=INK, linewidth=2,
                      label=label)  # fmt: skip
            label = ""
        axes.axhline(row + 0.5, color="#e6e6e6", linewidth=0.6)


def _with_n(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    labels = []
    for name in STATISTIC_NAMES:
        n = sorted({cell["n"] for cell in cells if cell["statistic"] == name})
        text = DASH.join(str(one) for one in dict.fromkeys((n[0], n[-1]))) if n else "0"
        labels.append(f"{name}  (n = {text})")
    return labels


@styled
def change_panels(changes: pd.DataFrame) -> Figure:
    """Draw observed against predicted change of each session, one panel per statistic.

    Parameters
    ----------
    changes
        Rows of one architecture of a table of the kind `tables.TRANSFER`.
    """
    figure = new_figure(9.6)
    panels = figure.subplots(4, 3).ravel()
    for axes, statistic in zip(panels, STATISTIC_NAMES, strict=False):
        rows = where(changes, statistic=statistic)
        rows = rows.assign(
            x=rows["predicted"] / rows["scale"], y=rows["observed"] / rows["scale"]
        ).dropna(subset=["x", "y"])
        axes.set_title(statistic, loc="left")
        if rows.empty:
            say_empty(axes, "no session with both changes")
            continue
        n = rows["session_id"].nunique()
        axes.set_title(f"n = {n}", loc="right", fontsize=7.5, color=GREY)
        _change_panel(axes, rows)
    for axes in panels[:-1]:
        axes.set(xlabel="predicted change (SD)", ylabel="observed change (SD)")
    panels[-1].axis("off")
    for name in MECHANISMS:
        look = LOOKS[name]
        panels[-1].plot([], [], color=look.color, marker=look.marker, markersize=4,
                        linestyle="none", label=name)  # fmt: skip
    panels[-1].plot(
        [], [], color=GREY, linestyle="--", linewidth=0.8, label="equal change"
    )
    panels[-1].legend(loc="center", title="predicted by")
    return figure


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
        axes.plot(
            mine["x"], mine["y"], color=look.color, marker=look.marker, markersize=3.5,
            linestyle="none", alpha=0.8,
        )  # fmt: skip
    axes.set(xlim=(-x_end, x_end), ylim=(-y_end, y_end))

"""Figures of the domain gap: recordings beside the simulations of their state."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from minicolumn.report.domain import STATES, Margin
from minicolumn.report.results import where
from minicolumn.report.style import (
    GREY,
    INK,
    PALE,
    RUNNING,
    STATIONARY,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import UNIT_OF

_SIMULATED = {"stationary": 3, "running": 1}
_RECORDED = {"stationary": 2, "running": 0}
_LOOKS = {"stationary": (STATIONARY, "o"), "running": (RUNNING, "^")}
_WIDE, _NARROW = PALE, "#a9a9a9"


@styled
def domain_panels(margins: Mapping[str, Mapping[str, Margin]]) -> Figure:
    """Draw simulated percentiles beside recorded epochs, one panel per statistic."""
    figure = new_figure(9.6)
    panels = figure.subplots(4, 3).ravel()
    for axes, (statistic, by_state) in zip(panels, margins.items(), strict=False):
        axes.set_title(statistic, loc="left")
        if not any(one["simulated"] for one in by_state.values()):
            say_empty(axes, "undefined in every simulation")
            continue
        labels = {}
        for state, one in by_state.items():
            _simulated(axes, _SIMULATED[state], one)
            _recorded(axes, state, one)
            labels[_SIMULATED[state]] = f"simulated\nn = {one['n_simulated']:,}"
            labels[_RECORDED[state]] = f"{state}\nn = {one['n_defined']:,}"
        axes.set_xlabel(UNIT_OF[statistic])
        axes.set_yticks(list(labels), list(labels.values()), fontsize=7)
        axes.set_ylim(-0.6, 3.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    _legend(panels[-1])
    return figure


@styled
def domain_distances(domain: pd.DataFrame) -> Figure:
    """Draw how far each session and its epochs lie from the simulations.

    ``domain`` is a table of the kind `tables.DOMAIN`.
    """
    figure = new_figure(2.9)
    for axes, state in zip(figure.subplots(1, 2, sharey=True), STATES, strict=True):
        mine = where(domain, state=state)
        mine = mine.take(np.flatnonzero(np.isfinite(mine["mahalanobis"])))
        axes.set_title(state, loc="left")
        if mine.empty:
            say_empty(axes, "no epoch could be compared")
            continue
        color, marker = _LOOKS[state]
        of_session = np.asarray(mine["epoch"].isna())
        sessions = mine.take(np.flatnonzero(of_session)).sort_values("mahalanobis")
        epochs = mine.take(np.flatnonzero(~of_session))
        place = dict(zip(sessions["session_id"], range(len(sessions)), strict=True))
        axes.plot(
            [place[session] for session in epochs["session_id"]],
            np.asarray(epochs["mahalanobis"]),
            linestyle="none", marker="_", markersize=6, color=GREY, label="one epoch",
        )  # fmt: skip
        axes.plot(
            np.arange(len(sessions)),
            np.asarray(sessions["mahalanobis"]),
            linestyle="none", marker=marker, markersize=5, markerfacecolor="white",
            markeredgecolor=color, label="medians of a session",
        )  # fmt: skip
        axes.axhline(1.0, color=INK, linewidth=0.8, linestyle=":")
        axes.set_yscale("log")
        axes.set_xticks([])
        axes.set_xlabel(f"sessions, nearest first (n = {len(sessions):,})")
        axes.set_ylabel("distance / edge of 95 % region")
        axes.legend(loc="upper left", fontsize=7)
    return figure


def _simulated(axes: Axes, row: int, one: Margin) -> None:
    if not one["simulated"]:
        return
    lowest, q05, q50, q95, highest = one["simulated"]
    axes.use_sticky_edges = False
    axes.barh(row, highest - lowest, left=lowest, height=0.5, color=_WIDE)
    axes.barh(row, q95 - q05, left=q05, height=0.5, color=_NARROW)
    axes.plot([q50, q50], [row - 0.33, row + 0.33], color=INK, linewidth=1.5)


def _recorded(axes: Axes, state: str, one: Margin) -> None:
    color, marker = _LOOKS[state]
    row = _RECORDED[state]
    if not one["spread"]:
        return
    low, middle, high = one["spread"]
    medians = one["session_medians"]
    axes.plot([low, high], [row, row], color=color, linewidth=1.2)
    axes.plot([middle, middle], [row - 0.33, row + 0.33], color=color, linewidth=1.5)
    axes.plot(
        medians, [row] * len(medians), linestyle="none",
        marker=marker, markersize=4, markerfacecolor="white", markeredgecolor=color,
        markeredgewidth=0.8,
    )  # fmt: skip


def _legend(axes: Axes) -> None:
    axes.axis("off")
    bars = [
        Patch(color=_WIDE, label="simulated, 0.5 to 99.5 %"),
        Patch(color=_NARROW, label="simulated, 5 to 95 %"),
    ]
    dots = [
        axes.plot(
            [], [], color=color, marker=marker, markersize=4, markerfacecolor="white",
            linewidth=1.2, label=f"{state}: session medians, 5 to 95 % of epochs",
        )[0]
        for state, (color, marker) in _LOOKS.items()
    ]  # fmt: skip
    axes.legend(handles=[*bars, *dots], loc="center", fontsize=7.5)

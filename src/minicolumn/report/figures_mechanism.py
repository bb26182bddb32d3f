"""Figures of the mechanism named for each session."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from minicolumn.mechanisms import MECHANISMS
from minicolumn.report.style import INK, LOOKS, new_figure, say_empty, styled
from minicolumn.report.wording import architecture, architecture_order


@styled
def confusions(confusion: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Figure:
    """Draw true against found mechanism, counts of mice, one panel per architecture."""
    figure = new_figure(2.9)
    panels = figure.subplots(1, max(len(confusion), 1), squeeze=False)[0]
    if not confusion:
        say_empty(panels[0], "no mouse with a known mechanism")
    for axes, name in zip(
        panels, sorted(confusion, key=architecture_order), strict=False
    ):
        table = confusion[name]
        guesses = list(table[MECHANISMS[0]])
        counts = np.array([[table[t][g] for g in guesses] for t in MECHANISMS])
        axes.pcolormesh(counts, cmap="Blues", vmin=0, vmax=1.5 * max(counts.max(), 1),
                        edgecolor="white")  # fmt: skip
        for (row, column), count in np.ndenumerate(counts):
            bold = "bold" if guesses[column] == MECHANISMS[row] else "normal"
            axes.text(column + 0.5, row + 0.5, f"{count}", ha="center", va="center",
                      fontweight=bold, fontsize=10)  # fmt: skip
        axes.set_xticks(np.arange(len(guesses)) + 0.5, guesses, rotation=25, ha="right")
        axes.set_yticks(np.arange(len(MECHANISMS)) + 0.5, MECHANISMS)
        axes.invert_yaxis()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(f"{architecture(name)} (n = {counts.sum()} mice)", loc="left")
        axes.set_xlabel("nearest mechanism")
    panels[0].set_ylabel("true mechanism")
    return figure


@styled
def distances(found: Sequence[Mapping[str, Any]], truth: Mapping[str, str]) -> Figure:
    """Draw the distance of each session to each mechanism under one architecture."""
    rows = [one for one in found if one["distance"]]
    figure = new_figure(1.2 + 0.24 * max(len(rows), 4))
    axes = figure.subplots()
    if not rows:
        say_empty(axes, "no session could be compared")
        return figure
    for name in MECHANISMS:
        look = LOOKS[name]
        axes.plot(
            [one["distance"].get(name, np.nan) for one in rows], range(len(rows)),
            color=look.color, marker=look.marker, markersize=5, linestyle="none",
            label=name,
        )  # fmt: skip
    axes.plot(
        [one["distance_no_change"] for one in rows], range(len(rows)), color=INK,
        marker="|", markersize=11, markeredgewidth=1.6, linestyle="none",
        label="no change at all",
    )  # fmt: skip
    labels = [_session_label(one, truth) for one in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.invert_yaxis()
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set(
        xlim=(0, None), xlabel="distance between observed and predicted changes (SD)"
    )
    figure.legend(
        loc="outside upper center", ncols=4, title=f"n = {len(rows)} sessions"
    )
    return figure


def _session_label(one: Mapping[str, Any], truth: Mapping[str, str]) -> str:
    session = str(one["session_id"])
    return f"{session} (truth: {truth[session]})" if session in truth else session

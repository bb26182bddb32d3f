"""Figures of the mechanism inferred for each session."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from minicolumn.inference.mechanism.calibration import Reliability
from minicolumn.report.recovery import Recovery
from minicolumn.report.style import (
    GRAY,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import counted


@styled
def confusions(found: Sequence[Recovery]) -> Figure:
    """Draw true mechanism against what was said, counts of mice, a panel per way."""
    figure = new_figure(2.9)
    panels = figure.subplots(1, max(len(found), 1), squeeze=False)[0]
    if not found:
        say_empty(panels[0], "no mouse with a known mechanism")
    for axes, one in zip(panels, found, strict=False):
        count_table(axes, one.confusion)
        axes.set_title(f"{one.way} (n = {counted(one.n, 'mouse', 'mice')})", loc="left")
        axes.set_xlabel("what was said")
    panels[0].set_ylabel("true mechanism")
    return figure


def count_table(axes: Any, table: Mapping[str, Mapping[str, float]]) -> None:
    """Draw a table of counts, true classes in rows; what nobody said is left out."""
    truths = list(table)
    said = [s for s in table[truths[0]] if any(table[t][s] for t in truths)]
    counts = np.array([[table[t][s] for s in said] for t in truths])
    axes.pcolormesh(counts, cmap="Blues", vmin=0, vmax=1.5 * max(counts.max(), 1),
                    edgecolor="white")  # fmt: skip
    for (row, column), count in np.ndenumerate(counts):
        bold = "bold" if said[column] == truths[row] else "normal"
        axes.text(column + 0.5, row + 0.5, f"{count:g}", ha="center", va="center",
                  fontweight=bold, fontsize=9)  # fmt: skip
    labels = [name.split(" ")[0] for name in said]
    axes.set_xticks(np.arange(len(said)) + 0.5, labels, rotation=25, ha="right")
    axes.set_yticks(np.arange(len(truths)) + 0.5, truths)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


@styled
def reliability_diagram(found: Mapping[str, Reliability]) -> Figure:
    """Draw how often answers of some probability are right, one line per entry."""
    figure = new_figure(3.2)
    axes = figure.subplots()
    axes.plot([0.2, 1], [0.2, 1], color=GRAY, linewidth=0.8, linestyle=":")
    for (name, one), marker in zip(found.items(), "os^Dv", strict=False):
        n = sum(one.n)
        axes.plot(one.probability, one.right, marker=marker, markersize=4,
                  linewidth=1.0, label=f"{name} ({n:,} answers)")  # fmt: skip
    axes.set(xlabel="probability of the class named", ylabel="share that is right",
             xlim=(0.2, 1.01), ylim=(0, 1.03), aspect="equal")  # fmt: skip
    axes.legend(loc="lower right")
    return figure

"""Figures of the mechanism inferred for each session."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from minicolumn.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.report.recovery import Answers, Recovery
from minicolumn.report.style import (
    GREY,
    INK,
    LOOKS,
    PALE,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import counted

COLORS = {**{name: LOOKS[name].color for name in MECHANISMS}, NONE: PALE}


@styled
def probabilities(answers: Answers) -> Figure:
    """Draw the probability of each class, one bar per session and cohort."""
    rows = [
        (_session_label(one, answers["truth"]), one)
        for one in answers["sessions"]
        if one["probability"][NONE] is not None
    ] + [(_cohort_label(one), one) for one in answers["cohorts"]]
    figure = new_figure(1.2 + 0.24 * max(len(rows), 4))
    axes = figure.subplots()
    if not rows:
        say_empty(axes, "no session was scored")
        return figure
    left = np.zeros(len(rows))
    for name in CLASSES:
        width = np.array([one["probability"][name] for _, one in rows])
        axes.barh(range(len(rows)), width, left=left, height=0.8, color=COLORS[name],
                  edgecolor="white", linewidth=0.5, label=name)  # fmt: skip
        left += width
    for row, (_, one) in enumerate(rows):
        axes.text(1.01, row, one["claim"], va="center", fontsize=8, color=INK)
    axes.set_yticks(range(len(rows)), [label for label, _ in rows])
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.3), xlabel="probability of each class; on the right, the claim")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside upper center", ncols=4
    )
    return figure


def _session_label(one: Mapping[str, Any], truth: Mapping[str, str]) -> str:
    session = str(one["session_id"])
    return f"{session} (truth: {truth[session]})" if session in truth else session


def _cohort_label(one: Mapping[str, Any]) -> str:
    truth = f", truth: {one['name']}" if one["name"] in MECHANISMS else ""
    return f"all {one['n']} together{truth}"


@styled
def confusions(found: Sequence[Recovery]) -> Figure:
    """Draw true mechanism against what was said, counts of mice, a panel per way."""
    figure = new_figure(2.9)
    panels = figure.subplots(1, max(len(found), 1), squeeze=False)[0]
    if not found:
        say_empty(panels[0], "no mouse with a known mechanism")
    for axes, one in zip(panels, found, strict=False):
        count_table(axes, one.confusion)
        axes.set_title(f"{one.way} ({counted(one.n, 'mouse', 'mice')})", loc="left")
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
def reliability_diagram(found: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw how often answers of some probability are right, one line per entry.

    ``found`` are `inference.calibration.Reliability` as plain values, by name.
    """
    figure = new_figure(3.2)
    axes = figure.subplots()
    axes.plot([0.2, 1], [0.2, 1], color=GREY, linewidth=0.8, linestyle=":")
    for (name, one), marker in zip(found.items(), "os^Dv", strict=False):
        n = sum(one["n"])
        axes.plot(one["probability"], one["right"], marker=marker, markersize=4,
                  linewidth=1.0, label=f"{name} ({n:,} answers)")  # fmt: skip
    axes.set(xlabel="probability of the class named", ylabel="share that is right",
             xlim=(0.2, 1.01), ylim=(0, 1.03), aspect="equal")  # fmt: skip
    axes.legend(loc="lower right")
    return figure

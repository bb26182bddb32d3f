"""Figures of the validation."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.inference.mechanism.answers import OF_ALL, PUBLISHED_OF_ALL
from minicolumn.report.sections.mechanism import count_table, reliability_diagram
from minicolumn.report.style import GRAY, INK, PALE, RUNNING, new_figure, styled
from minicolumn.validation.findings import Findings, Recovered
from minicolumn.validation.power import AtRise
from minicolumn.validation.recovery import CLAIMED


@styled
def recovery(found: Findings) -> Figure:
    """Draw what was said of single mice, a panel per way, of all classes."""
    ways = (OF_ALL, CLAIMED, PUBLISHED_OF_ALL)
    return _tables({way: found.alone.recovery[way] for way in ways})


@styled
def cohorts(found: Findings) -> Figure:
    """Draw what was claimed of cohorts, a panel per size."""
    claimed = {one.size: one.recovery[CLAIMED] for one in found.cohorts}
    return _tables({f"claimed, cohorts of {n}": one for n, one in claimed.items()})


def _tables(ways: Mapping[str, Recovered]) -> Figure:
    figure = new_figure(2.9)
    panels = figure.subplots(1, len(ways), squeeze=False)[0]
    for axes, (name, one) in zip(panels, ways.items(), strict=True):
        count_table(axes, one.confusion)
        axes.set_title(f"{name} (n = {one.n:,})", loc="left")
    panels[0].set_ylabel("true mechanism")
    return figure


def _mean(mine: Sequence[AtRise], rise: float, size: int, what: str) -> float:
    """Return the mean share over doses; NaN where mice are too few."""
    found = [one.of[size] for one in mine if one.rise == rise]
    known = [getattr(one, what) for one in found if one]
    return float(np.mean(known)) if known else np.nan


@styled
def power(found: Findings) -> Figure:
    """Draw claims against the rise of ACh, a panel per mechanism."""
    figure = new_figure(2.9)
    panels = figure.subplots(1, len(MECHANISMS), sharey=True, squeeze=False)[0]
    for axes, mechanism in zip(panels, MECHANISMS, strict=True):
        mine = [one for one in found.by_rise if one.mechanism == mechanism]
        rises = sorted({one.rise for one in mine})
        for size, color in zip(mine[0].of, (GRAY, INK, RUNNING), strict=False):
            if not any(one.of[size] for one in mine):
                continue  # too few mice at every rise
            for what, line in (("right", "o-"), ("wrong", "x--")):
                share = [_mean(mine, rise, size, what) for rise in rises]
                label = f"n = {size}" if what == "right" else None
                axes.plot(rises, share, line, color=color, label=label, markersize=4)
        axes.axvline(found.negligible, color=GRAY, linewidth=0.6, linestyle=":")
        axes.set(xscale="log", xlabel="ACh, running / rest", ylim=(-0.02, 1.02))
        shown = [rise for rise in rises if rise >= 1.5]  # 1.2 is too near for its label
        axes.set_xticks(shown, [f"{rise:g}" for rise in shown])
        axes.minorticks_off()
        axes.set_title(mechanism, loc="left")
    panels[0].set_ylabel("share claimed")
    panels[0].legend(loc="upper left")
    return figure


@styled
def reliability(found: Findings) -> Figure:
    """Draw how often answers of some probability are right."""
    return reliability_diagram(found.calibration)


@styled
def learning_curve(found: Findings) -> Figure:
    """Draw recovery against the number of mice learned from."""
    figure = new_figure(3.0)
    axes = figure.subplots()
    curve = found.learning_curve
    n = [one.n_per_class for one in curve]
    size = curve[0].size if curve else "several"
    axes.plot(n, [one.alone for one in curve], "o-", color=INK, label="single mice")
    axes.plot(n, [one.cohorts for one in curve], "s--", color=RUNNING,
              label=f"cohorts of {size}")  # fmt: skip
    axes.set(xscale="log", xlabel="mice of each class learned from",
             ylabel="true class most probable", ylim=(None, 1.01))  # fmt: skip
    axes.set_xticks(n, [str(count) for count in n])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    return figure


@styled
def out_of_distribution(found: Findings) -> Figure:
    """Draw what is claimed of mice without a mechanism, or out of distribution."""
    rows = [("single mice", found.alone)]
    rows += [(f"cohorts of {one.size}", one) for one in found.cohorts]
    figure = new_figure(3.2)
    panels = figure.subplots(1, len(rows), sharey=True, squeeze=False)[0]
    for axes, (name, one) in zip(panels, rows, strict=True):
        groups = one.nulls | one.out_of_distribution
        left = np.zeros(len(groups))
        for key, color, label in (
            ("wrong", RUNNING, "a mechanism that does not act"),
            ("right", INK, "the mechanism that acts"),
            ("none", PALE, "none is claimed"),
            ("outside", GRAY, "outside the domain"),
        ):
            width = np.array([getattr(group, key) for group in groups.values()])
            axes.barh(range(len(groups)), width, left=left, color=color, label=label)
            left += width
        axes.set_yticks(range(len(groups)), [g.replace("_", " ") for g in groups])
        axes.axhline(len(one.nulls) - 0.5, color=INK, linewidth=0.6)
        axes.set(xlim=(0, 1), title=name, xlabel="share")
    panels[0].invert_yaxis()
    drawn = panels[0].get_legend_handles_labels()
    figure.legend(*drawn, loc="outside upper center", ncols=4)
    return figure

"""How the surrogates learned, and how often their intervals hold the truth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.report.results import Results, SurrogateRecord
from minicolumn.report.section import Drawing
from minicolumn.report.style import (
    LOOKS,
    empty_figure,
    new_figure,
    styled,
)
from minicolumn.report.wording import (
    architecture,
    architecture_order,
    number,
    place,
)

NEAR_COVERAGE = 0.03


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the two tables."""
    mine = in_order(results.surrogates)
    return {"rows": surrogate_rows(mine), "intervals": interval_rows(mine)}


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the losses of the neural surrogates."""
    label = "Training and validation loss of the neural surrogates against epoch"
    return {"losses": Drawing(loss_curves(in_order(results.surrogates)), label)}


def in_order(surrogates: Sequence[SurrogateRecord]) -> list[SurrogateRecord]:
    """Return surrogates by architecture and training set, in a fixed order."""
    return sorted(surrogates, key=lambda one: place(one.architecture, one.training_set))


def surrogate_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return size and circuits of each surrogate, and how it learned."""
    return [
        {
            "architecture": one.architecture,
            "training_set": one.training_set,
            "n_weights": one.manifest.n_weights,
            **one.manifest.counts.circuits,
            "best_epoch": None if best is None else best + 1,  # people count from 1
            "not_learned": ", ".join(one.metrics.learning["not_learned"]),
        }
        for one in surrogates
        for best in (one.metrics.learning.get("best_epoch"),)
    ]


def interval_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return the coverage of each surrogate's intervals, over statistics and levels."""
    rows = []
    for one in surrogates:
        found = one.metrics.intervals
        statistics = [s for s in found.statistics.values() if s.share is not None]
        shares = [s.share for s in statistics if s.share is not None]
        levels = [at for s in statistics for at in s.by_level if at.n]
        asked = 1 - found.miscoverage
        rows.append(
            {
                "architecture": one.architecture,
                "training_set": one.training_set,
                "asked": asked,
                "share": found.share,
                "lowest": min(shares, default=None),
                "highest": max(shares, default=None),
                "near": sum(abs(share - asked) <= NEAR_COVERAGE for share in shares),
                "n_statistics": len(statistics),
                "allowed": sum(
                    at.allowed[0] <= at.share <= at.allowed[1] for at in levels
                ),
                "n_levels": len(levels),
                "thirds": _mean_thirds(statistics),
            }
        )
    return rows


def _mean_thirds(statistics: Sequence[Any]) -> list[float | None]:
    thirds = [s.thirds for s in statistics if None not in s.thirds]
    return list(np.mean(thirds, axis=0)) if thirds else [None] * 3


@styled
def loss_curves(surrogates: Sequence[SurrogateRecord]) -> Figure:
    """Draw losses per epoch of training, one panel per neural architecture."""
    neural = [one for one in surrogates if "validation" in one.metrics.learning]
    names = sorted({one.architecture for one in neural}, key=architecture_order)
    if not names:
        return empty_figure("no neural surrogate")
    figure = new_figure(2.6)
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        mine = [one for one in neural if one.architecture == name]
        _loss_panel(axes, mine)
        axes.set_title(f"{architecture(name)} (n = {len(mine)} surrogates)", loc="left")
    panels[0].set_ylabel("mean squared error\n(standardized, no unit)")
    handles, labels = panels[-1].get_legend_handles_labels()
    figure.legend(handles, labels, title="validation", loc="outside right upper")
    return figure


def _loss_panel(axes: Axes, surrogates: Sequence[SurrogateRecord]) -> None:
    for one in surrogates:
        look, learning = LOOKS[one.training_set], one.metrics.learning
        validation = learning["validation"]
        epochs = np.arange(1, len(validation) + 1)
        axes.plot(
            epochs, validation, color=look.color, linestyle=look.line, linewidth=1.3,
            label=one.training_set,
        )  # fmt: skip
        axes.plot(
            epochs, learning["training"], color=look.color, linewidth=0.8, alpha=0.55
        )
        best = learning["best_epoch"]  # from 0, where axes count from 1
        if 0 <= best < len(validation):
            axes.plot(
                [best + 1], [validation[best]], color=look.color, marker=look.marker,
                markersize=6, markeredgecolor="white",
            )  # fmt: skip
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.yaxis.set_minor_formatter(lambda value, _: "")
    axes.set_xlabel("epoch (passes through the training rows)")

"""How the surrogates learned."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.report.results import Results, SurrogateRecord
from minicolumn.report.section import Drawing
from minicolumn.report.style import (
    LOOKS,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import (
    architecture,
    architecture_order,
    number,
    place,
)


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the table."""
    return {"rows": surrogate_rows(in_order(results.surrogates))}


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the losses of the neural surrogates."""
    label = "Training and validation loss of the neural surrogates against epoch"
    return {"losses": Drawing(loss_curves(in_order(results.surrogates)), label)}


def in_order(surrogates: Sequence[SurrogateRecord]) -> list[SurrogateRecord]:
    """Return surrogates by architecture and training set, in a fixed order."""
    return sorted(surrogates, key=lambda one: place(one.architecture, one.training_set))


def surrogate_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return size and circuits of each surrogate, and how it learned."""
    rows = []
    for one in surrogates:
        circuits, learning = one.manifest.counts.circuits, one.metrics.learning
        rows.append(
            {
                "architecture": one.architecture,
                "training_set": one.training_set,
                "n_weights": one.manifest.n_weights,
                "train": circuits["train"],
                "validation": circuits["validation"],
                "calibration": circuits["calibration"],
                "test": circuits["test"],
                "best_epoch": _from_one(learning.get("best_epoch")),
                "not_learned": ", ".join(learning["not_learned"]),
            }
        )
    return rows


def _from_one(epoch: int | None) -> int | None:
    return None if epoch is None else epoch + 1


@styled
def loss_curves(surrogates: Sequence[SurrogateRecord]) -> Figure:
    """Draw losses per epoch of training, one panel per neural architecture."""
    neural = [one for one in surrogates if "validation" in one.metrics.learning]
    names = sorted({one.architecture for one in neural}, key=architecture_order)
    figure = new_figure(2.6)
    panels = figure.subplots(1, max(len(names), 1), squeeze=False)[0]
    if not names:
        say_empty(panels[0], "no neural surrogate")
        return figure
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

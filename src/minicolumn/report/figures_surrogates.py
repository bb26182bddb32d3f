"""How the surrogates learned."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.report.results import SurrogateRecord
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
)


@styled
def loss_curves(surrogates: Sequence[SurrogateRecord]) -> Figure:
    """Draw losses per epoch of training, one panel per neural architecture."""
    neural = [one for one in surrogates if "validation" in _learning(one)]
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
        look, learning = LOOKS[one.training_set], _learning(one)
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


def _learning(one: SurrogateRecord) -> dict:
    return dict(one.metrics.get("learning", {}))

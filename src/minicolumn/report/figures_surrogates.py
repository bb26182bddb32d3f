"""Figures of the surrogates: skill on held-out circuits, and how they learned."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.report.results import SurrogateRecord
from minicolumn.report.style import LOOKS, new_figure, say_empty, styled
from minicolumn.report.wording import MINUS, MISSING, architecture, is_missing, number
from minicolumn.statistics.names import STATISTIC_NAMES

_DARK_FROM = 0.6


@styled
def skill_map(surrogates: Sequence[SurrogateRecord], measure: str) -> Figure:
    """Draw a score of every surrogate on every statistic as colours with numbers.

    Parameters
    ----------
    surrogates
        One row each.
    measure
        ``r2`` or ``r2_within``.
    """
    figure = new_figure(0.9 + 0.26 * max(len(surrogates), 1))
    axes = figure.subplots()
    if not surrogates:
        say_empty(axes, "no surrogate")
        return figure
    scores = [
        [one.score(name, measure) for name in STATISTIC_NAMES] for one in surrogates
    ]
    values = np.array(
        [[np.nan if s is None else s for s in row] for row in scores], dtype=float
    )
    colors = axes.pcolormesh(
        np.clip(values, 0, 1), cmap="Blues", vmin=0, vmax=1.15, edgecolor="white"
    )
    colors.set_rasterized(False)
    for (row, column), value in np.ndenumerate(values):
        text = (
            MISSING
            if is_missing(value)
            else f"{round(value, 2) + 0.0:.2f}".replace("-", MINUS)
        )
        axes.text(
            column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8,
            color="white" if value > _DARK_FROM else "black",
        )  # fmt: skip
    axes.set_xticks(np.arange(len(STATISTIC_NAMES)) + 0.5, STATISTIC_NAMES, rotation=30,
                    ha="right")  # fmt: skip
    axes.set_yticks(
        np.arange(len(surrogates)) + 0.5,
        [f"{architecture(s.architecture)} · {s.training_set}" for s in surrogates],
    )
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


@styled
def loss_curves(surrogates: Sequence[SurrogateRecord]) -> Figure:
    """Draw losses per epoch of training, one panel per neural architecture."""
    neural = [one for one in surrogates if "validation" in _learning(one)]
    names = sorted({one.architecture for one in neural}, reverse=True)
    figure = new_figure(2.6)
    panels = figure.subplots(1, max(len(names), 1), squeeze=False)[0]
    if not names:
        say_empty(panels[0], "no neural surrogate")
        return figure
    for axes, name in zip(panels, names, strict=True):
        mine = [one for one in neural if one.architecture == name]
        _loss_panel(axes, mine)
        axes.set_title(f"{architecture(name)} (n = {len(mine)} surrogates)", loc="left")
    panels[0].set_ylabel("mean squared error\n(standardised, no unit)")
    panels[-1].legend(title="validation loss", loc="upper right")
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
        best = learning["best_epoch"]
        if 1 <= best <= len(validation):
            axes.plot(
                [best], [validation[best - 1]], color=look.color, marker=look.marker,
                markersize=6, markeredgecolor="white",
            )  # fmt: skip
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.yaxis.set_minor_formatter(lambda value, _: "")
    axes.set_xlabel("epoch (passes through the training rows)")


def _learning(one: SurrogateRecord) -> dict:
    return dict(one.metrics.get("learning", {}))

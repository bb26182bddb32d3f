"""Figures of the surrogates: skill on held-out circuits, and how they learned."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.report.results import SurrogateRecord
from minicolumn.report.style import (
    LOOKS,
    PALE,
    Look,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import (
    DASH,
    architecture,
    architecture_order,
    decimals,
    number,
)
from minicolumn.statistics.names import STATISTIC_NAMES

_DARK_FROM = 0.6
SHOWN = "combined"  # the training set of the figure by level
_MODEL_LOOKS = {
    "transformer": Look("#000000", "-", "o"),
    "mlp": Look("#CC79A7", "--", "s"),
    "xgboost": Look("#56B4E9", "-.", "^"),
    "ridge": Look("#6b6b6b", ":", ""),
    "nearest": Look("#6b6b6b", "--", ""),
}


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
    axes.pcolormesh(
        np.clip(values, 0, 1), cmap="Blues", vmin=0, vmax=1.15, edgecolor="white"
    )
    for (row, column), value in np.ndenumerate(values):
        axes.text(
            column + 0.5, row + 0.5, decimals(value), ha="center", va="center",
            fontsize=8, color="white" if value > _DARK_FROM else "black",
        )  # fmt: skip
    axes.set_xticks(np.arange(len(STATISTIC_NAMES)) + 0.5, STATISTIC_NAMES, rotation=30,
                    ha="right")  # fmt: skip
    axes.set_yticks(
        np.arange(len(surrogates)) + 0.5,
        [f"{architecture(s.architecture)} · {s.training_set}" for s in surrogates],
    )
    axes.set_title(_held_out(surrogates), loc="right")
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _held_out(surrogates: Sequence[SurrogateRecord]) -> str:
    counts = [one.manifest.get("counts", {}) for one in surrogates]
    n = {one.get("circuits", {}).get("test") for one in counts} - {None}
    if not n:
        return "n unknown"
    return f"n = {DASH.join(f'{one:,}' for one in sorted({min(n), max(n)}))} circuits"


@styled
def skill_by_level(scoreboards: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw R2 of every model but the mean at each level, with the noise ceiling.

    Parameters
    ----------
    scoreboards
        From ``surrogate_scores/*.json``; `SHOWN` is drawn, if it is among them.
    """
    figure = new_figure(9.2)
    shown = [one for one in scoreboards if one["training_set"] == SHOWN]
    if not shown:
        say_empty(figure.subplots(), f"no surrogate of {SHOWN}")
        return figure
    (board,) = shown
    panels = figure.subplots(4, 3, sharex=True).ravel()
    for axes, statistic in zip(panels, STATISTIC_NAMES, strict=False):
        axes.set_title(statistic, loc="left")
        _ceiling_band(axes, board["ceilings"][statistic]["by_level"])
        for name, look in _MODEL_LOOKS.items():
            points = board["models"].get(name, {}).get(statistic, {"by_level": []})
            _level_line(axes, points["by_level"], name, look)
        axes.set_ylim(-0.1, 1.05)
    for axes in panels[-4:-1]:
        axes.set_xlabel("ACh level (no unit)")
        axes.tick_params(labelbottom=True)
    for axes in panels[::3]:
        axes.set_ylabel("R²")
    panels[-1].axis("off")
    handles, labels = panels[0].get_legend_handles_labels()
    n = board["n_test_circuits"]
    panels[-1].legend(
        handles, labels, loc="center", title=f"{SHOWN}, n = {n:,} circuits"
    )
    return figure


def _ceiling_band(axes: Axes, by_level: Mapping[str, Mapping[str, Any]]) -> None:
    found = [
        (float(level), *one["interval"])
        for level, one in by_level.items()
        if one["interval"] is not None
    ]
    if found:
        level, low, high = zip(*sorted(found), strict=True)
        axes.fill_between(
            level, low, high, color=PALE, linewidth=0, label="noise ceiling (95 %)"
        )


def _level_line(
    axes: Axes, by_level: Sequence[Mapping[str, Any]], name: str, look: Look
) -> None:
    r2 = [np.nan if one["r2"] is None else one["r2"] for one in by_level]
    axes.plot(
        [one["level"] for one in by_level], r2, color=look.color, linestyle=look.line,
        marker=look.marker, markersize=3, linewidth=1.2, label=architecture(name),
    )  # fmt: skip


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
    panels[0].set_ylabel("mean squared error\n(standardised, no unit)")
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

"""Figure of the domain gap: recordings beside the range of the simulations."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from minicolumn.report.domain import Gap, StateGap
from minicolumn.report.style import (
    INK,
    PALE,
    RUNNING,
    STATIONARY,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import UNIT_OF

_ROWS = {"simulated": 2, "stationary": 1, "running": 0}
_STATE_LOOKS = {"stationary": (STATIONARY, "o"), "running": (RUNNING, "^")}
_WIDE, _NARROW = PALE, "#a9a9a9"


@styled
def domain_panels(gaps: Sequence[Gap]) -> Figure:
    """Draw simulated percentiles beside recorded epochs, one panel per statistic."""
    figure = new_figure(8.4)
    panels = figure.subplots(4, 3).ravel()
    for axes, gap in zip(panels, gaps, strict=False):
        axes.set_title(gap.statistic, loc="left")
        if gap.simulated is None:
            say_empty(axes, "undefined in every simulation")
            continue
        _simulated(axes, gap.simulated)
        for state, one in gap.states.items():
            _recorded(axes, state, one)
        axes.set_xlabel(UNIT_OF[gap.statistic])
        axes.set_yticks(
            list(_ROWS.values()),
            [
                f"simulated\nn = {gap.n_simulated:,}",
                *(
                    f"{state}\nn = {gap.states[state].n_defined:,}"
                    for state in _STATE_LOOKS
                ),
            ],
            fontsize=7,
        )
        axes.set_ylim(-0.6, 2.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    _legend(panels[-1])
    return figure


def _simulated(axes: Axes, quantiles: tuple[float, ...]) -> None:
    q01, q05, q50, q95, q99 = quantiles
    axes.use_sticky_edges = False
    axes.axvspan(q01, q99, color="#f2f2f2", linewidth=0, zorder=0)
    row = _ROWS["simulated"]
    axes.barh(row, q99 - q01, left=q01, height=0.5, color=_WIDE)
    axes.barh(row, q95 - q05, left=q05, height=0.5, color=_NARROW)
    axes.plot([q50, q50], [row - 0.33, row + 0.33], color=INK, linewidth=1.5)


def _recorded(axes: Axes, state: str, one: StateGap) -> None:
    color, marker = _STATE_LOOKS[state]
    row = _ROWS[state]
    if one.spread is None:
        return
    low, middle, high = one.spread
    axes.plot([low, high], [row, row], color=color, linewidth=1.2)
    axes.plot([middle, middle], [row - 0.33, row + 0.33], color=color, linewidth=1.5)
    axes.plot(
        one.session_medians, [row] * len(one.session_medians), linestyle="none",
        marker=marker, markersize=4, markerfacecolor="white", markeredgecolor=color,
        markeredgewidth=0.8,
    )  # fmt: skip


def _legend(axes: Axes) -> None:
    axes.axis("off")
    bars = [
        Patch(color=_WIDE, label="simulated, 1 to 99 %"),
        Patch(color=_NARROW, label="simulated, 5 to 95 %"),
    ]
    dots = [
        axes.plot(
            [], [], color=color, marker=marker, markersize=4, markerfacecolor="white",
            linewidth=1.2, label=f"{state}: session medians, 5 to 95 % of epochs",
        )[0]
        for state, (color, marker) in _STATE_LOOKS.items()
    ]  # fmt: skip
    axes.legend(handles=[*bars, *dots], loc="center", fontsize=7.5)

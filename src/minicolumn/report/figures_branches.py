"""The two branches of the run, with what went through each."""

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from minicolumn.report.results import Results
from minicolumn.report.style import GRAY, INK, RUNNING, STATIONARY, new_figure, styled
from minicolumn.report.wording import counted
from minicolumn.statistics.names import STATISTIC_NAMES

_WIDTH, _HEIGHT = 17.6, 14.0
_SIMULATED, _RECORDED, _JOINT = "#e3edf7", "#f3e6f1", "#f4f4f1"


class _Box(NamedTuple):
    """One stage: where it stands, what it is called and what went through it."""

    x: float
    y: float
    name: str
    went: str
    color: str


@styled
def branches(results: Results) -> Figure:
    """Draw how simulations and recordings meet in the same statistics."""
    figure = new_figure(3.1)
    axes = figure.subplots()
    axes.set(xlim=(0, 100), ylim=(0, 50))
    axes.axis("off")
    boxes = _boxes(results)
    for box in boxes.values():
        _draw(axes, box)
    for one, other in (
        ("circuits", "simulations"),
        ("simulations", "statistics"),
        ("sessions", "epochs"),
        ("epochs", "statistics"),
        ("statistics", "surrogates"),
        ("surrogates", "scores"),
    ):
        _arrow(axes, boxes[one], boxes[other])
    axes.text(0.5, 47.5, "simulated branch", color=STATIONARY, va="center")
    axes.text(0.5, 2.0, "recorded branch", color=RUNNING, va="center")
    return figure


def _boxes(results: Results) -> dict[str, _Box]:
    simulated, recorded = results.simulated, results.recorded
    n_circuits = simulated["circuit_id"].nunique()
    animals = "SYNTHETIC mice" if results.synthetic else "sessions"
    n_states = recorded["state"].value_counts()
    return {
        "circuits": _Box(
            0.5, 30, "circuits", f"n = {n_circuits:,}\ndrawn from a prior",
            _SIMULATED,
        ),
        "simulations": _Box(
            21, 30, "simulations",
            f"n = {len(simulated):,}\n{simulated['mechanism'].nunique()} mechanisms, "
            f"{simulated['level'].nunique()} ACh levels",
            _SIMULATED,
        ),
        "sessions": _Box(
            0.5, 6, "recordings",
            f"n = {len(results.sessions):,} {animals}\n{results.n_scored:,} scored",
            _RECORDED,
        ),
        "epochs": _Box(
            21, 6, "epochs",
            f"{n_states.get('stationary', 0):,} at rest\n"
            f"{n_states.get('running', 0):,} running",
            _RECORDED,
        ),
        "statistics": _Box(
            41.5, 18, f"the same {len(STATISTIC_NAMES)} statistics",
            f"n = {len(simulated) + len(recorded):,}\nwindows of equal length",
            _JOINT,
        ),
        "surrogates": _Box(
            62.5, 18, "surrogates, inference",
            f"n = {len(results.surrogates)} surrogates\nof {n_circuits:,} circuits",
            _JOINT,
        ),
        "scores": _Box(
            82.3, 18, "prediction, scores",
            f"n = {counted(results.n_scored, 'session')}\nsigns and sizes of change",
            _JOINT,
        ),
    }  # fmt: skip


def _draw(axes: Axes, box: _Box) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (box.x, box.y), _WIDTH, _HEIGHT, boxstyle="round,pad=0,rounding_size=1",
            facecolor=box.color, edgecolor=GRAY, linewidth=0.8,
        )
    )  # fmt: skip
    middle = box.x + _WIDTH / 2
    axes.text(middle, box.y + 10.6, box.name, ha="center", va="center",
              fontweight="bold", fontsize=8)  # fmt: skip
    axes.text(middle, box.y + 5, box.went, ha="center", va="center", fontsize=7.3)


def _arrow(axes: Axes, one: _Box, other: _Box) -> None:
    axes.annotate(
        "",
        (other.x, other.y + _HEIGHT / 2),
        (one.x + _WIDTH, one.y + _HEIGHT / 2),
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1,
                    "shrinkA": 1, "shrinkB": 1},
    )  # fmt: skip

"""What was run: its two branches, with what went through each, and its outcomes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.outcomes import SESSION_OK, Outcome
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, INK, RUNNING, STATIONARY, new_figure, styled
from minicolumn.report.wording import counted
from minicolumn.statistics.names import STATISTIC_NAMES, STATISTICS

_WIDTH, _HEIGHT = 17.6, 14.0
_SIMULATED, _RECORDED, _JOINT = "#e3edf7", "#f3e6f1", "#f4f4f1"
# Paul Tol's muted scheme, https://personal.sron.nl/~pault/: none of the mechanisms'.
OUTCOME_COLORS = {
    Outcome.OK: "#DDDDDD",
    Outcome.SILENT: "#332288",
    Outcome.RUNAWAY: "#AA4499",
    Outcome.NOT_FINITE: "#000000",
}
_OTHER_OUTCOME = "#882255"
_OUTCOMES = tuple(outcome.value for outcome in Outcome)


def content(results: Results) -> dict[str, Any]:
    """Return what was run, and how simulations and sessions ended."""
    return {
        "facts": run_facts(results),
        "simulation_outcomes": simulation_outcomes(results.simulated),
        "n_refused": 0 if results.refused is None else len(results.refused),
        "refused": refused_files(results),
        "session_outcomes": session_outcomes(results.sessions),
        "sessions": results.sessions.sort_values("session_id").to_dict("records"),
        "statistics": STATISTICS,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the two branches, and the outcomes of simulations."""
    return {
        "branches": Drawing(
            branches(results),
            "The simulated and the recorded branch of the run, which meet in the same "
            "statistics, with the number of items at each stage",
        ),
        "outcomes": Drawing(
            outcome_panels(results.simulated),
            "Share of simulations by outcome at each acetylcholine level, for three "
            "mechanisms",
        ),
    }


class _Box(NamedTuple):
    """One stage: its place, its name and what went through it."""

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


def run_facts(results: Results) -> list[tuple[str, str]]:
    """Return what was run, as pairs of a name and a value."""
    simulated, config = results.simulated, results.config
    levels = sorted(simulated["level"].unique())
    states = config["states"]
    return [
        ("Circuits", _circuits(results)),
        ("Mechanisms", ", ".join(MECHANISMS)),
        ("ACh levels", f"{len(levels)}: {', '.join(f'{level:g}' for level in levels)}"),
        ("Simulations", f"{len(simulated):,}"),
        ("Window T", f"{config['simulation']['duration_s']:g} s on both sides"),
        (
            "Matched units",
            f"{config['statistics']['n_units']} per window, mean over "
            f"{config['statistics']['n_subsets']} random subsets",
        ),
        (
            "ACh level assumed",
            f"{states['stationary']:g} at rest, {states['running']:g} while running "
            "(a choice, not an observation)",
        ),
        ("Sessions", f"{len(results.sessions):,}, {results.n_scored:,} scored"),
        ("Recorded epochs", _epochs(results.recorded)),
        ("Surrogates", f"{len(results.surrogates)}"),
    ]  # fmt: skip


def _circuits(results: Results) -> str:
    n = results.simulated["circuit_id"].nunique()
    if results.refused is None:
        return f"{n:,}"
    return f"{n:,}, imported from archives and not simulated by this run"


def refused_files(results: Results, most: int = 20) -> list[dict[Any, Any]]:
    """Return the first files of archives that did not fit, and why."""
    if results.refused is None:
        return []
    return results.refused.head(most).to_dict("records")


def _epochs(recorded: pd.DataFrame) -> str:
    counts = recorded["state"].value_counts()
    return (
        f"{counts.get('stationary', 0):,} stationary, {counts.get('running', 0):,} "
        "running"
    )


def simulation_outcomes(simulated: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the number of simulations by mechanism and outcome."""
    counts = simulated.groupby(["mechanism", "outcome"]).size().to_dict()
    others = sorted(set(simulated["outcome"]) - set(_OUTCOMES))
    return [
        {
            "mechanism": mechanism,
            "counts": {
                outcome: int(counts.get((mechanism, outcome), 0))
                for outcome in (*_OUTCOMES, *others)
            },
        }
        for mechanism in MECHANISMS
    ]


def session_outcomes(sessions: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the number of sessions by outcome, scored ones first."""
    counts = sessions["outcome"].value_counts()
    ordered = sorted(
        counts.items(), key=lambda item: (item[0] != SESSION_OK, str(item[0]))
    )
    return [{"outcome": str(name), "n": int(n)} for name, n in ordered]


def outcome_panels(simulated: pd.DataFrame) -> charts.Chart:
    """Draw the share of simulations by outcome at each ACh level, by mechanism.

    ``simulated`` is a table of the kind `tables.SIMULATED_STATISTICS`.
    """
    others = sorted(set(simulated["outcome"]) - set(OUTCOME_COLORS))
    colors = {**OUTCOME_COLORS, **dict.fromkeys(others, _OTHER_OUTCOME)}
    return charts.panels([_outcomes(name, simulated, colors) for name in MECHANISMS])


def _outcomes(
    mechanism: str, simulated: pd.DataFrame, colors: Mapping[str, str]
) -> charts.Part:
    mine = where(simulated, mechanism=mechanism)
    if mine.empty:
        return charts.empty(mechanism, "no simulation")
    of = mine.groupby("level").size().to_dict()
    counts = mine.groupby(["level", "outcome"]).size().rename("n").reset_index()
    rows = [
        {**one, "of": of[one["level"]], "share": one["n"] / of[one["level"]],
         "order": list(colors).index(one["outcome"])}
        for one in counts.to_dict("records")
    ]  # fmt: skip
    domain = [str(one) for one in colors]
    bars = alt.Chart(charts.data(rows)).mark_bar().encode(
        x=alt.X("level:O", title=charts.LEVEL).axis(labelAngle=0, labelOverlap=True),
        y=alt.Y("share:Q", title="share of simulations").scale(domain=[0, 1]),
        color=alt.Color("outcome:N").scale(domain=domain, range=list(colors.values())),
        order=alt.Order("order:Q"),
        tooltip=charts.tips("outcome:N", "level:O", "n:Q", "of:Q"),
    )  # fmt: skip
    return charts.panel(mechanism, f"n = {counted(len(mine), 'simulation')}", bars)

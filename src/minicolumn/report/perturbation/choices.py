"""Who is chosen for brief currents, and what these do in the circuit."""

from typing import Any

import altair as alt

from minicolumn.perturbation.over_circuits import OF_CHOICES, OverCircuits
from minicolumn.report import charts
from minicolumn.report.perturbation.foretold import PerturbationResults
from minicolumn.report.section import Drawing
from minicolumn.report.wording import counted


def content(results: PerturbationResults) -> dict[str, Any]:
    """Return one table for each coupling and regime."""
    settings = results.config["perturbation"]["microperturbations"]
    return {
        "current_nA": settings["current_nA"],
        "n_chosen": settings["neurons"],
        "tables": results.tables(rows),
    }


def figures(results: PerturbationResults) -> dict[str, Drawing]:
    """Draw the effect of each choice, one panel for each kind of circuit."""
    parts = [
        panel(f"{coupling}, {regime}", rows(results, coupling, regime))
        for coupling, regime in results.groups()
    ]
    label = "Effect in the circuit of the neurons that each rule chose"
    return {"choices": Drawing(charts.panels(parts, columns=1), label)}


def rows(
    results: PerturbationResults, coupling: str, regime: str
) -> list[dict[str, Any]]:
    """Return, of each student and rule, its correlations and its effect.

    Each is an `OverCircuits`, or None where a rule has none.
    """
    found: dict[tuple[str, str], dict[str, OverCircuits]] = {}
    for one in results.summary.microperturbations:
        if (one.coupling, one.regime) == (coupling, regime):
            found.setdefault((one.student, one.what), {})[one.score] = one
    return [
        {"student": student, "rule": rule, **dict.fromkeys(OF_CHOICES), **numbers}
        for (student, rule), numbers in found.items()
        if " minus " not in student
    ]


def panel(title: str, shown: list[dict[str, Any]]) -> charts.Part:
    """Draw the effect of each choice; a current changes nothing at 0."""
    shown = [row for row in shown if row["effect"] is not None]
    if not shown:
        return charts.empty(title, "nobody was chosen")
    drawn = [
        {
            "choice": f"{row['student']}: {row['rule']}",
            "effect": row["effect"].mean,
            "low": row["effect"].low,
            "high": row["effect"].high,
        }
        for row in shown
    ]
    axes = alt.Chart(charts.data(drawn)).encode(
        y=alt.Y("choice:N", title=None, sort=[row["choice"] for row in drawn]),
        tooltip=charts.tips("choice", "effect", "low", "high"),
    )
    title_of_axis = "change of spikes per neuron of the readout"
    marks = charts.means(axes, "effect", title=title_of_axis)
    n = f"n = {counted(max(row['effect'].circuits for row in shown), 'circuit')}"
    size = {"width": 420, "height": 16 * len(drawn)}
    return charts.panel(title, n, charts.at("x", 0.0), *marks, **size)

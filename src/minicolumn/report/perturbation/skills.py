"""Skill of each student and control, by kind of light and mechanism of ACh."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.perturbation.over_circuits import OverCircuits
from minicolumn.perturbation.variants import LIGHT, OPTOGENETIC, SELECTORS, STUDENTS
from minicolumn.report import charts
from minicolumn.report.perturbation.foretold import PerturbationResults, in_words
from minicolumn.report.section import Drawing
from minicolumn.report.wording import counted

LEAST = -1.0
"""Where lower skills are drawn."""
_DRAWN = (OPTOGENETIC, *MECHANISMS)


def content(results: PerturbationResults) -> dict[str, Any]:
    """Return one table for each coupling and regime."""
    return {
        "manipulations": (OPTOGENETIC, *LIGHT, *MECHANISMS),
        "least": LEAST,
        "tables": results.tables(rows),
    }


def figures(results: PerturbationResults) -> dict[str, Drawing]:
    """Draw the skills of all, one panel for each kind of circuit and manipulation."""
    parts = [
        panel(f"{coupling}, {regime}: {what}", _skills(results, coupling, regime, what))
        for coupling, regime in results.groups()
        for what in _DRAWN
    ]
    label = "Skill of every student and control, with its interval over circuits"
    return {"skills": Drawing(charts.panels(parts, columns=2), label)}


def rows(
    results: PerturbationResults, coupling: str, regime: str
) -> list[dict[str, Any]]:
    """Return, of each student and control, its skills in words by manipulation."""
    found: dict[str, dict[str, str]] = {}
    for one in results.summary.scores:
        of = one.coupling, one.regime, one.score
        if of == (coupling, regime, "skill") and " minus " not in one.student:
            found.setdefault(one.student, {})[one.what] = in_words(one)
    return [
        {"student": name, "fitted": name in (*STUDENTS, *SELECTORS), "skills": skills}
        for name, skills in found.items()
    ]


def _skills(
    results: PerturbationResults, coupling: str, regime: str, what: str
) -> list[OverCircuits]:
    wanted = coupling, regime, what, "skill"
    return [
        one
        for one in results.summary.scores
        if (one.coupling, one.regime, one.what, one.score) == wanted
        and " minus " not in one.student
    ]


def panel(title: str, shown: Sequence[OverCircuits]) -> charts.Part:
    """Draw skills with their intervals; those below `LEAST` at the edge."""
    drawn = [
        {"student": one.student, "skill": one.mean, "low": one.low, "high": one.high}
        for one in shown
    ]
    names = [one.student for one in shown]
    scale = alt.Scale(domain=[LEAST, 1], clamp=True)
    axes = alt.Chart(charts.data(drawn)).encode(
        y=alt.Y("student:N", title=None, sort=names),
        tooltip=charts.tips("student", "skill", "low", "high"),
    )
    marks = charts.means(axes, "skill", title="skill", scale=scale)
    n = f"n = {counted(max(one.circuits for one in shown), 'circuit')}"
    return charts.panel(title, n, charts.at("x", 0.0), *marks, height=190)

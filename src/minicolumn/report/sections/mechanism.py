"""The inferred mechanism of each session, and how often it is the true one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.inference.mechanism.answers import LACKING, OUTSIDE, UNDECIDED
from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.style import (
    GRAY,
    INK,
    LOOKS,
    PALE,
    new_figure,
    say_empty,
    styled,
)
from minicolumn.report.wording import counted
from minicolumn.scoring.evidence import evidence

Answers = Any  # what ``inference/mechanism.json`` holds
Answer = Any  # of one session or cohort

CLAIMED = "claimed"
MOST_PROBABLE = "most probable"
PUBLISHED = "published method"
ABSTENTIONS = (UNDECIDED, OUTSIDE, LACKING)
_COLORS = {**{name: LOOKS[name].color for name in MECHANISMS}, NONE: PALE}
_ROW = 19  # pixels of one session


def content(results: Results) -> dict[str, Any]:
    """Return the answers, and how many of them are right."""
    return {
        "answers": results.mechanism,
        "learned": results.learned,
        "recoveries": recoveries(results.mechanism),
        "classes": CLASSES,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the answers, and how far they can be trusted."""
    own = {"simulated mice not seen": results.learned.reliability}
    return {
        "probabilities": Drawing(
            probabilities(results.mechanism),
            "Probability of each mechanism and of none, by session and cohort",
        ),
        "confusion": Drawing(
            confusions(recoveries(results.mechanism)),
            "Counts of synthetic mice by true and inferred mechanism",
        ),
        "reliability": Drawing(
            reliability_diagram(own),
            "Share of right answers against their probability",
        ),
    }


def most_probable(session: Answer) -> str:
    """Return the class of a session with most probability, claimed or not."""
    if session.claim == LACKING:
        return LACKING
    return max(CLASSES, key=lambda name: session.probability[name])


METHODS: dict[str, Callable[[Answer], str]] = {
    MOST_PROBABLE: most_probable,
    CLAIMED: lambda session: session.claim,
    PUBLISHED: lambda session: session.published,
}


@dataclass(frozen=True)
class Recovery:
    """Synthetic mice by what one method inferred.

    Attributes
    ----------
    method
        One of `METHODS`.
    right, wrong, n
        Mice assigned their true mechanism, mice assigned another class, and all mice;
        the rest are abstentions.
    interval
        Exact 95 % interval (Clopper-Pearson) of ``right / n``.
    confusion
        Mice by true and by inferred mechanism.
    """

    method: str
    right: int
    wrong: int
    n: int
    interval: tuple[float, float]
    confusion: dict[str, dict[str, int]]


def recoveries(answers: Answers) -> list[Recovery]:
    """Return the recovery by each method; none without a mouse whose truth is known."""
    known = [
        (answers.truth[session.session_id], session)
        for session in answers.sessions
        if session.session_id in answers.truth
    ]
    return [_recovery(method, known) for method in METHODS] if known else []


def _recovery(method: str, known: list[tuple[str, Answer]]) -> Recovery:
    pairs = Counter((truth, METHODS[method](session)) for truth, session in known)
    right = sum(n for (truth, said), n in pairs.items() if truth == said)
    abstained = sum(n for (_, said), n in pairs.items() if said in ABSTENTIONS)
    found = evidence(right, len(known))
    assert found is not None  # there is at least one mouse
    return Recovery(
        method,
        right,
        len(known) - right - abstained,
        len(known),
        found.clopper_pearson,
        {
            truth: {said: pairs[truth, said] for said in (*CLASSES, *ABSTENTIONS)}
            for truth in MECHANISMS
        },
    )


def probabilities(answers: Answers) -> charts.Chart:
    """Draw the probability of each class, one bar per session and cohort."""
    bars = [
        (_session_label(one, answers.truth), one)
        for one in answers.sessions
        if one.probability[NONE] is not None
    ]
    for one in answers.cohorts:
        every = one.with_all or one
        if one.left_out:
            bars.append((_cohort_label(one, f"{one.n} together, others outside"), one))
        bars.append((_cohort_label(one, f"all {every.n} together"), every))
    if not bars:
        return charts.panels([charts.empty("", "no session was scored")])
    labels = [label for label, _ in bars]
    y = alt.Y("session:N", title=None, sort=labels).axis(domain=False, ticks=False)
    rows = [
        {"session": label, "class": name, "probability": one.probability[name],
         "order": place, "claim": one.claim}
        for label, one in bars
        for place, name in enumerate(CLASSES)
    ]  # fmt: skip
    x = alt.X("probability:Q", title="probability of each class (no unit)")
    color = alt.Color("class:N").scale(
        domain=list(CLASSES), range=[_COLORS[name] for name in CLASSES]
    )
    stacks = alt.Chart(charts.data(rows)).mark_bar(stroke="white", strokeWidth=0.5)
    claims = alt.Chart(charts.data(row for row in rows if row["order"] == 0))
    layers = (
        stacks.encode(
            x=x.scale(domain=[0, 1]), y=y, color=color, order=alt.Order("order:Q"),
            tooltip=charts.tips("session:N", "class:N", "probability:Q", "claim:N"),
        ),
        claims.mark_text(align="left", dx=6, color=INK, fontSize=10.5).encode(
            x=alt.datum(1), y=y, text=alt.Text("claim:N")
        ),
    )  # fmt: skip
    height = _ROW * len(bars)
    return charts.panels([charts.panel("", "", *layers, width=480, height=height)])


def _session_label(one: Any, truth: Mapping[int, str]) -> str:
    session = one.session_id
    return f"{session} (truth: {truth[session]})" if session in truth else str(session)


def _cohort_label(one: Any, sessions: str) -> str:
    return f"{sessions}, truth: {one.name}" if one.name in MECHANISMS else sessions


@styled
def confusions(found: Sequence[Recovery]) -> Figure:
    """Draw true mechanism against what was said, counts of mice, a panel per method."""
    figure = new_figure(2.9)
    panels = figure.subplots(1, max(len(found), 1), squeeze=False)[0]
    if not found:
        say_empty(panels[0], "no mouse with a known mechanism")
    for axes, one in zip(panels, found, strict=False):
        count_table(axes, one.confusion)
        axes.set_title(
            f"{one.method} (n = {counted(one.n, 'mouse', 'mice')})", loc="left"
        )
        axes.set_xlabel("what was said")
    panels[0].set_ylabel("true mechanism")
    return figure


def count_table(axes: Axes, table: Mapping[str, Mapping[str, float]]) -> None:
    """Draw counts by true class (rows) and answer, without answers that never occur."""
    truths = list(table)
    said = [s for s in table[truths[0]] if any(table[t][s] for t in truths)]
    counts = np.array([[table[t][s] for s in said] for t in truths])
    axes.pcolormesh(counts, cmap="Blues", vmin=0, vmax=1.5 * max(counts.max(), 1),
                    edgecolor="white")  # fmt: skip
    for (row, column), count in np.ndenumerate(counts):
        bold = "bold" if said[column] == truths[row] else "normal"
        axes.text(column + 0.5, row + 0.5, f"{count:g}", ha="center", va="center",
                  fontweight=bold, fontsize=9)  # fmt: skip
    labels = [name.split(" ")[0] for name in said]
    axes.set_xticks(np.arange(len(said)) + 0.5, labels, rotation=25, ha="right")
    axes.set_yticks(np.arange(len(truths)) + 0.5, truths)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


@styled
def reliability_diagram(found: Mapping[str, Any]) -> Figure:
    """Draw how often answers of some probability are right, one line per entry.

    ``found`` holds, by name, `Reliability` of inference.calibration.
    """
    figure = new_figure(3.2)
    axes = figure.subplots()
    axes.plot([0.2, 1], [0.2, 1], color=GRAY, linewidth=0.8, linestyle=":")
    for (name, one), marker in zip(found.items(), "os^Dv", strict=False):
        n = sum(one.n)
        axes.plot(one.probability, one.right, marker=marker, markersize=4,
                  linewidth=1.0, label=f"{name} ({n:,} answers)")  # fmt: skip
    axes.set(xlabel="probability of the class named", ylabel="share that is right",
             xlim=(0.2, 1.01), ylim=(0, 1.03), aspect="equal")  # fmt: skip
    axes.legend(loc="lower right")
    return figure

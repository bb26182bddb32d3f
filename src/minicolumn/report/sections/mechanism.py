"""The inferred mechanism of each session, and how often it is the true one."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.circuits.mechanisms import ACTING, CLASSES, MECHANISMS, NONE
from minicolumn.inference.mechanism.answers import LACKING, OF_ALL, PUBLISHED_OF_ALL
from minicolumn.report import charts
from minicolumn.report.recoveries import (
    ABSTENTIONS,
    CLAIMED,
    Recovery,
    recoveries,
)
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.sections.claims import caution, claims, most_likely
from minicolumn.report.style import (
    GRAY,
    INK,
    LOOKS,
    PALE,
    heat_table,
    new_figure,
    styled,
)
from minicolumn.report.wording import counted
from minicolumn.scoring.evidence import evidence

Answers = Any  # what ``inference/mechanism.json`` holds
Answer = Any  # of one session or cohort

_COLORS = {**{name: LOOKS[name].color for name in ACTING}, NONE: PALE}
_ON_COLOR = "#111111"  # text on a color is dark in any scheme
_ROW = 19  # pixels of one session
_DRAWN = (OF_ALL, PUBLISHED_OF_ALL, CLAIMED)


def content(results: Results) -> dict[str, Any]:
    """Return the answers, and what is claimed."""
    return {
        "answers": results.mechanism,
        "learned": results.learned,
        "classes": CLASSES,
        "claims": claims(results.mechanism),
        "caution": caution(results.mechanism, results.config["states"]["more_ach"]),
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the answers, and how far they can be trusted."""
    answers, learned = results.mechanism, results.learned.reliability
    own = {"simulated mice not seen": learned}
    return {
        "cohorts": Drawing(
            probabilities(
                {
                    _cohort_label(one.name, each): each
                    for one in answers.cohorts
                    for each in (one, one.with_all)
                    if each is not None
                }
            ),
            "Probability of each mechanism and of none, by cohort",
        ),
        "sessions": Drawing(
            probabilities(
                {_session_label(one, answers.truth): one for one in answers.sessions}
            ),
            "Probability of each mechanism and of none, by session",
        ),
        "confusion": Drawing(
            confusions(recoveries(answers)),
            "Counts of synthetic mice by true and inferred mechanism",
        ),
        "reliability": Drawing(
            reliability_diagram(own),
            "Share of right answers against their probability, with intervals",
            pd.DataFrame(
                {"probability": learned.probability, "right": learned.right,
                 "n": learned.n}
            ),
        ),
    }  # fmt: skip


def most_probable(session: Answer) -> str:
    """Return the class of a session with most probability, claimed or not."""
    if session.claim == LACKING:
        return LACKING
    return most_likely(session)


def probabilities(answers: Mapping[str, Answer]) -> charts.Chart:
    """Draw the probability of each class, one bar per session or cohort."""
    bars = {
        label: one
        for label, one in answers.items()
        if one.probability[NONE] is not None
    }
    if not bars:
        return charts.panels([charts.empty("", "no session was scored")])
    labels = list(bars)
    y = alt.Y("session:N", title=None, sort=labels).axis(domain=False, ticks=False)
    rows = [
        {"session": label, "class": name, "probability": one.probability[name],
         "order": place, "claim": one.claim}
        for label, one in bars.items()
        for place, name in enumerate(CLASSES)
    ]  # fmt: skip
    x = alt.X("probability:Q", title="probability of each class")
    color = alt.Color("class:N").scale(
        domain=list(CLASSES), range=[_COLORS[name] for name in CLASSES]
    )
    stacks = alt.Chart(charts.data(rows)).mark_bar(stroke="white", strokeWidth=0.5)
    claims = alt.Chart(charts.data(row for row in rows if row["order"] == 0))
    layers = (
        stacks.encode(
            x=x.scale(domain=[0, 1]), y=y, color=color, order=alt.Order("order:Q"),
            tooltip=charts.tips("session", "class", "probability", "claim"),
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


def _cohort_label(name: str, one: Any) -> str:
    of = f"true: {name}" if name in MECHANISMS else "all together"
    return f"{of} (n = {one.n})"


def confusions(found: Sequence[Recovery]) -> charts.Chart:
    """Draw true mechanism against what was said, counts of mice, a panel per method."""
    if not found:
        return charts.panels([charts.empty("", "no mouse with a known mechanism")])
    return charts.panels([_confusion(one) for one in found if one.method in _DRAWN])


def _confusion(one: Recovery) -> charts.Part:
    said = [
        s for s in (*CLASSES, *ABSTENTIONS) if any(c[s] for c in one.confusion.values())
    ]
    rows = [
        {"truth": truth, "said": name.split(" ")[0], "n": one.confusion[truth][name],
         "right": truth == name}
        for truth in MECHANISMS
        for name in said
    ]  # fmt: skip
    base = alt.Chart(charts.data(rows)).encode(
        x=alt.X("said:N", title="inferred", sort=None).axis(labelAngle=-25),
        y=alt.Y("truth:N", title="true mechanism", sort=None),
    )
    shade = alt.Color("n:Q").scale(scheme="blues").legend(None)
    text = base.mark_text(fontSize=12, color=_ON_COLOR).encode(text=alt.Text("n:Q"))
    layers = (
        base.mark_rect(stroke="white").encode(
            color=shade, tooltip=charts.tips("truth", "said", "n")
        ),
        text.transform_filter("!datum.right"),
        text.transform_filter("datum.right").mark_text(
            fontSize=13, color=_ON_COLOR, fontWeight="bold"
        ),
    )
    note = f"n = {counted(one.n, 'mouse', 'mice')}"
    return charts.panel(one.method, note, *layers, width=200, height=100)


def count_table(axes: Axes, table: Mapping[str, Mapping[str, float]]) -> None:
    """Draw counts by true class (rows) and answer, without answers that never occur."""
    counts = pd.DataFrame(table).T
    counts = counts.loc[:, counts.any()]
    heat_table(axes, counts, 1.5 * max(counts.to_numpy().max(), 1), "{:g}".format)
    axes.set_xticks(axes.get_xticks(), [str(said).split(" ")[0] for said in counts],
                    rotation=25, ha="right")  # fmt: skip


@styled
def reliability_diagram(found: Mapping[str, Any]) -> Figure:
    """Draw how often answers of some probability are right, one line per entry.

    ``found`` holds, by name, `Reliability` of inference.calibration. Bars are exact
    95 % intervals (Clopper-Pearson) of each bin.
    """
    figure = new_figure(3.6, width_in=4.2)
    axes = figure.subplots()
    axes.plot([0.2, 1], [0.2, 1], color=GRAY, linewidth=0.8, linestyle=":")
    for (name, one), marker in zip(found.items(), "os^Dv", strict=False):
        axes.errorbar(
            one.probability, one.right, _errors(one), marker=marker, markersize=4,
            linewidth=1.0, elinewidth=0.8, label=f"{name} ({sum(one.n):,} answers)",
        )  # fmt: skip
    axes.set(xlabel="probability of the class named", ylabel="share that is right",
             xlim=(0.2, 1.01), ylim=(0, 1.03), aspect="equal")  # fmt: skip
    axes.legend(loc="lower right")
    return figure


def _errors(one: Any) -> np.ndarray:
    """Return how far the intervals of shares reach below and above them."""
    right = np.asarray(one.right)
    found = [evidence(round(k), n) for k, n in zip(right * one.n, one.n, strict=True)]
    ends = np.array([bin_.clopper_pearson if bin_ else (0, 1) for bin_ in found]).T
    return np.clip([right - ends[0], ends[1] - right], 0, 1)

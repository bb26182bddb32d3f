"""The inferred mechanism: what was claimed, and how often it is right."""

from collections import defaultdict
from types import SimpleNamespace

import pytest
from report_answers import answers, session
from report_charts import layers, rows

from minicolumn.inference.mechanism.answers import OUTSIDE, UNDECIDED
from minicolumn.report.sections.mechanism import (
    confusions,
    probabilities,
    recoveries,
    reliability_diagram,
)


def test_methods_count_right_wrong_and_abstaining_mice():
    sessions = [
        session(1, "synaptic", 0.99, "synaptic", "combined"),
        session(2, "synaptic", 0.99, OUTSIDE, UNDECIDED),
        session(3, "combined", 0.99, "combined", "depolarizing"),
    ]
    truth = {1: "synaptic", 2: "synaptic", 3: "depolarizing"}
    found = {one.method: one for one in recoveries(answers(sessions, [], truth))}
    counts = {name: (one.right, one.wrong, one.n) for name, one in found.items()}
    assert counts == {
        "most probable": (2, 1, 3), "claimed": (1, 1, 3), "published method": (1, 1, 3),
    }  # fmt: skip
    assert found["claimed"].confusion["synaptic"][OUTSIDE] == 1


def test_confusions_print_every_count(make_results):
    results = make_results()

    figure = confusions(recoveries(results.mechanism))

    for axes in figure.axes:
        assert sum(int(text.get_text()) for text in axes.texts) == 6


def test_reliability_is_drawn_as_it_is():
    toy = SimpleNamespace(probability=[0.4, 0.8], right=[0.5, 0.7], n=[3, 4])
    figure = reliability_diagram({"toy": toy})
    line = figure.axes[0].lines[1]
    assert list(line.get_ydata()) == [0.5, 0.7]
    (label,) = figure.axes[0].get_legend().get_texts()
    assert label.get_text() == "toy (7 answers)"


def test_probabilities_are_drawn_whole_with_their_claims(make_results):
    chart = probabilities(make_results(n_sessions=2).mechanism)

    total = defaultdict(float)
    for row in rows(layers(chart), "probability"):
        total[row["session"]] += row["probability"]
    assert list(total.values()) == pytest.approx([1.0] * 4, abs=1e-3)
    assert "900 (truth: synaptic)" in total
    assert "all 2 together, truth: synaptic" in total
    claims = {row["session"]: row["claim"] for row in rows(layers(chart), "claim")}
    assert list(claims.values())[:2] == ["synaptic", "undecided"]


def test_no_known_mechanism_is_said():
    (said,) = confusions([]).axes[0].texts
    assert said.get_text() == "no mouse with a known mechanism"

"""The inferred mechanism: what was claimed, and how often it is right."""

import dataclasses
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest
from report_answers import answers, cohort, session
from report_charts import layers, layers_of, panels, rows

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.inference.mechanism.answers import OUTSIDE, UNDECIDED
from minicolumn.inference.mechanism.sessions import ALL
from minicolumn.report.recoveries import recoveries
from minicolumn.report.sections.claims import caution, claims
from minicolumn.report.sections.mechanism import (
    confusions,
    figures,
    reliability_diagram,
)
from minicolumn.scoring.evidence import evidence


def test_methods_count_right_wrong_and_abstaining_mice():
    sessions = [
        session(1, "synaptic", 0.99, "synaptic", ("combined",)),
        session(2, "synaptic", 0.99, OUTSIDE, ("synaptic", "none")),
        session(3, "combined", 0.99, "combined", ("depolarizing",)),
    ]
    truth = {1: "synaptic", 2: "synaptic", 3: "depolarizing"}
    found = {one.method: one for one in recoveries(answers(sessions, [], truth))}
    counts = {name: (one.right, one.wrong, one.n) for name, one in found.items()}
    assert counts == {
        "published method, of four": (1.5, 1.5, 3), "most probable of four": (2, 1, 3),
        "published method, of three": (2, 1, 3), "most probable of three": (2, 1, 3),
        "claimed": (1, 1, 3),
    }  # fmt: skip
    between = found["published method, of four"].interval
    assert between[0] == evidence(1, 3).clopper_pearson[0]
    assert between[1] == evidence(2, 3).clopper_pearson[1]
    assert found["claimed"].confusion["synaptic"][OUTSIDE] == 1


@pytest.mark.parametrize("n_tied", [2, 3, 4])
def test_a_tie_counts_the_same_whoever_has_it(n_tied):
    """Ties of the published method once counted as failures, and ours had none."""
    tied = CLASSES[:n_tied]
    one = session(1, "synaptic", 0.25, UNDECIDED, tied)
    alike = dict.fromkeys(CLASSES, 0.0) | dict.fromkeys(tied, 1 / n_tied)
    one = dataclasses.replace(one, probability=alike)
    found = {r.method: r.right for r in recoveries(answers([one], [], {1: CLASSES[0]}))}
    for of, n in (("four", n_tied), ("three", min(n_tied, 3))):
        ours, theirs = (
            found[f"{m} {of}"] for m in ("most probable of", "published method, of")
        )
        assert ours == theirs == pytest.approx(1 / n)


def test_confusions_print_every_count(make_results):
    results = make_results()

    for panel in panels(confusions(recoveries(results.mechanism))).values():
        counts = rows(layers_of(panel), "truth")
        assert sum(row["n"] for row in counts) == 6
        assert all(row["right"] == (row["truth"] == row["said"]) for row in counts)


def test_reliability_is_drawn_as_it_is():
    toy = SimpleNamespace(probability=[0.4, 0.8], right=[2 / 3, 3 / 4], n=[3, 4])
    figure = reliability_diagram({"toy": toy})
    line = figure.axes[0].lines[1]
    assert list(line.get_ydata()) == [2 / 3, 3 / 4]
    bars = figure.axes[0].collections[0].get_segments()
    ends = [evidence(2, 3).clopper_pearson, evidence(3, 4).clopper_pearson]
    np.testing.assert_allclose([bar[:, 1] for bar in bars], ends)
    (label,) = figure.axes[0].get_legend().get_texts()
    assert label.get_text() == "toy (7 answers)"


def test_probabilities_are_drawn_whole_with_their_claims(make_results):
    results = make_results(n_sessions=2)
    drawn = {name: figures(results)[name].figure for name in ("sessions", "cohorts")}

    total = defaultdict(float)
    marks = layers(drawn["sessions"]) + layers(drawn["cohorts"])
    for row in rows(marks, "probability"):
        total[row["session"]] += row["probability"]
    assert list(total.values()) == pytest.approx([1.0] * 4, abs=1e-3)
    assert "900 (truth: synaptic)" in total
    assert "true: synaptic (n = 2)" in total
    found = {row["session"]: row["claim"] for row in rows(marks, "claim")}
    assert list(found.values())[:2] == ["synaptic", "undecided"]


def test_no_known_mechanism_is_said():
    assert "no mouse with a known mechanism" in str(confusions([]))


def test_the_found_mechanism_of_synthetic_mice_is_said_with_its_probability():
    sessions = [
        session(1, "synaptic", 0.99, "synaptic"),
        session(2, "combined", 0.6, UNDECIDED),
        session(3, "none", 0.98, "none"),
        session(4, "synaptic", 0.97, OUTSIDE),
    ]
    found = answers(
        sessions,
        [
            cohort("synaptic", "synaptic", 0.97, "synaptic", 2),
            cohort("combined", "none", 0.5, UNDECIDED, 1),
            cohort("depolarizing", "none", 0.999, "none", 1),
        ],
        {1: "synaptic", 2: "combined", 3: "depolarizing", 4: "synaptic"},
    )
    sentence = claims(found)
    assert "synaptic (2): synaptic with probability 0.97" in sentence
    assert (
        "combined (1): undecided (the class “none of the three” (no rise of "
        "acetylcholine above 1.4-fold) is the most probable, 0.50)" in sentence
    )
    assert "(no rise of acetylcholine above 1.4-fold) with probability" in sentence
    found = {one.method: (one.right, one.wrong) for one in recoveries(found)}
    assert found["most probable of four"] == (3, 1)
    assert found["published method, of four"] == (2, 2)
    assert found["claimed"] == (1, 1)


def test_without_truth_nothing_is_recovered():
    assert recoveries(answers([session(1, "none", 0.9, UNDECIDED)], [], {})) == []
    assert "No session could be compared" in claims(answers([], [], {}))


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("combined", "together: combined with probability above 0.99; alone"),
        (UNDECIDED, "together: undecided (combined is the most probable"),
        (OUTSIDE, "together: outside the simulated domain, so none is named"),
    ],
)
def test_recorded_sessions_are_answered_together(claim, said):
    sessions = [session(1, "none", 0.5, OUTSIDE), session(2, "none", 0.5, UNDECIDED)]
    cohorts = [cohort("all sessions", "combined", 0.999, claim, 2)]
    sentence = claims(answers(sessions, cohorts, {}))
    assert said in sentence
    assert "1 of 2 lie outside" in sentence
    assert "cannot show that acetylcholine is the cause" in sentence


def test_a_session_left_out_of_a_cohort_is_said_and_both_answers_are_shown():
    one = cohort(ALL, "combined", 0.97, "combined", 15)
    whole = cohort(ALL, "combined", 0.97, OUTSIDE, 16)
    one = dataclasses.replace(one, left_out=(7,), with_all=whole)
    said = claims(answers([session(7, "none", 0.9, OUTSIDE)], [one], {}))
    assert "15 sessions together: combined with probability 0.97" in said
    assert "1 outside the simulated domain left out; all 16: outside the" in said


def test_beside_depolarization_of_running_mice_is_said_that_it_needs_noradrenaline():
    """Not of synthetic mice, other states, or where nothing of the kind is claimed."""

    def said(claim, truth, more_ach):
        sessions = [session(1, "depolarizing", 0.99, claim)]
        cohorts = [cohort(ALL, "depolarizing", 0.99, UNDECIDED, 1)]
        return caution(answers(sessions, cohorts, truth), more_ach)

    for claim in ("depolarizing", "combined"):
        assert "Polack et al. 2013" in said(claim, {}, "running")
    assert said("synaptic", {}, "running") is None
    assert said("depolarizing", {}, "awake") is None
    assert said("depolarizing", {1: "depolarizing"}, "running") is None

"""The page about fitted networks, and what other pages say of it."""

import re

import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.documents import write_document
from minicolumn.perturbation.over_circuits import summarize
from minicolumn.perturbation.variants import LOSSES, SCORES
from minicolumn.report.page import draw, write_page
from minicolumn.report.perturbation import PERTURBATION
from minicolumn.report.perturbation.foretold import (
    SUMMARY,
    PerturbationResults,
    class_of_circuits,
    foretold,
    made_by,
)
from minicolumn.report.perturbation.skills import rows
from minicolumn.report.start import Start

SKILLS = {"synaptic": (0.5, 0.6, 0.7), "depolarizing": (-0.4, 0.5, 0.0)}
SKILLS |= {"combined": (-0.9, -0.8, -0.7), "optogenetic": (0.1, 0.2, 0.3)}


def scored(student, skills, regime="evoked"):
    """Rows of scores: one circuit for each skill."""
    return [
        dict.fromkeys((*SCORES, *LOSSES))
        | {"reference": f"feedforward-{k}", "student": student, "start": 0}
        | {"manipulation": what, "skill": value, "regime": regime}
        for what, values in skills.items()
        for k, value in enumerate(values)
    ]


def chosen(circuit, effect, correlation):
    return {"regime": "evoked", "student": "bio", "start": 0} | {
        "reference": f"feedforward-{circuit}", "choice": "gradient", "direction": "up",
        "effect": effect, "correlation": correlation, "within_correlation": None,
    }  # fmt: skip


@pytest.fixture(scope="module")
def summary():
    return summarize(
        scored("bio", SKILLS) + scored("floor", SKILLS) + scored("no_dale", SKILLS),
        [chosen(0, 0.1, 0.4), chosen(1, 0.16, 0.6)],
    )


@pytest.fixture(scope="module")
def results(summary, tmp_path_factory):
    path = tmp_path_factory.mktemp("perturbation") / "summary.json"
    write_document(path, summary)
    config = {"run": "test", "seed": 7, "recordings": {}}
    config["perturbation"] = {"microperturbations": {"current_nA": 0.2, "neurons": 4}}
    return PerturbationResults.read({"summary": path}, config, config, Start())


def test_an_interval_that_covers_0_is_no_better_than_no_change(summary):
    words = {one: foretold(summary, one)[0].words for one in MECHANISMS}
    assert words["synaptic"].startswith("0.60 (")
    assert words["synaptic"].endswith(", better than no change")
    assert words["depolarizing"].endswith(", no better than no change")
    assert words["combined"].endswith(", worse than no change")


def test_one_circuit_is_said_to_have_no_interval():
    alone = summarize(scored("bio", {"synaptic": (0.5,)}), ())
    (found,) = foretold(alone, "synaptic")
    assert found == ("feedforward", "evoked", "0.50, one circuit: no interval")


def test_circuits_are_most_like_the_student_whose_synapses_depress(summary):
    assert class_of_circuits(summary) == "bio"
    both = summarize(scored("bio", SKILLS) + scored("bio_depression", SKILLS), ())
    assert class_of_circuits(both) == "bio_depression"
    assert class_of_circuits(summarize(scored("no_dale", SKILLS), ())) is None
    assert class_of_circuits(None) is None
    assert foretold(None, "synaptic") == []


def test_each_regime_is_said(summary):
    both = summarize(scored("bio", SKILLS) + scored("bio", SKILLS, "spontaneous"), ())
    assert [one.regime for one in foretold(both, "synaptic")] == [
        "evoked",
        "spontaneous",
    ]


def test_a_run_without_it_says_nothing(summary, tmp_path):
    assert made_by(tmp_path) is None
    (tmp_path / SUMMARY.parent).mkdir()
    write_document(tmp_path / SUMMARY, summary)
    assert made_by(tmp_path) == summary


def test_the_page_is_whole(results, tmp_path):
    figures = draw(PERTURBATION, results)
    write_page(tmp_path / "page.html", PERTURBATION, results, figures)
    text = (tmp_path / "page.html").read_text()
    names = re.findall(r'<section id="(\w+)">', text)
    assert names == ["answer", *(one.name for one in PERTURBATION.sections)]
    assert "SYNTHETIC circuits, not animals" in text
    # Of two circuits: t-intervals with one degree of freedom.
    row = re.search(r"<td>gradient up</td>(.*?)</tr>", text, re.DOTALL)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1])
    minus, dash = "\N{MINUS SIGN}", "\N{EN DASH}"
    assert cells == [
        f"0.50 ({minus}0.77 to 1.77)", dash, f"0.13 ({minus}0.25 to 0.51)",
    ]  # fmt: skip
    assert set(figures) == {"skills", "choices"}


def test_tables_have_students_and_controls_and_no_differences(results):
    found = {row["student"]: row for row in rows(results, "feedforward", "evoked")}
    assert set(found) == {"bio", "floor", "no_dale"}
    assert not found["floor"]["fitted"]
    assert set(found["bio"]["skills"]) == set(SKILLS)

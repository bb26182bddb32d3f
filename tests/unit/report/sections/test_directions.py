"""Scores of direction: drawn where they are, and every one counted."""

from collections import Counter
from types import SimpleNamespace

import pytest
from report_charts import layers, rows

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.sections.directions import accuracies, findings, power_rows
from minicolumn.report.wording import label
from minicolumn.scoring.verdict import Verdict
from minicolumn.statistics.names import STATISTIC_NAMES


def test_accuracies_are_drawn_where_the_scores_are(results):
    mine = [one for one in results.scores.scores if one.architecture == "mlp"]
    chart = accuracies(mine, results.scores.reliability)

    drawn = {
        (row["statistic"], row["model"]): row for row in rows(layers(chart), "model")
    }
    for one in mine:
        row, score = drawn[one.statistic, one.training_set], one.directions
        assert row["accuracy"] == pytest.approx(score.accuracy, abs=1e-4)
        assert row["best_constant"] == pytest.approx(score.best_constant, abs=1e-4)
        assert row["row"] == f"{label(one.statistic)} (n = {score.n})"
    ceilings = [row["ceiling"] for row in rows(layers(chart), "ceiling")]
    assert ceilings == pytest.approx([0.9] * len(STATISTIC_NAMES))


def test_verdicts_add_up_to_all_scores():
    scores = [
        SimpleNamespace(training_set=name, primary=name == "synaptic", verdict=str(one))
        for one in Verdict
        for name in (*MECHANISMS, "ach_shuffled")
    ]

    found = findings(scores)

    total = sum(found.values(), Counter())
    assert total == Counter(primary=8, other=16, control=8)
    assert list(found) == [one.label for one in Verdict]


def test_power_is_told_for_one_the_primary_and_all_tests(make_results):
    rows = power_rows(make_results(n_sessions=16).scores)

    assert [row["n_tests"] for row in rows] == [1, 9, 88]
    assert [row["critical"] for row in rows] == [13, 14, 15]
    assert rows[0]["power"] == pytest.approx([0.405, 0.790, 0.932], abs=5e-4)

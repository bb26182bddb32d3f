import copy
import json

import pytest

from minicolumn.report.figures_surrogates import loss_curves
from minicolumn.report.skill import (
    interval_rows,
    skill_rows,
    standing,
    weights_sentence,
)
from minicolumn.statistics.names import STATISTIC_NAMES


@pytest.fixture
def board(make_results):
    return copy.deepcopy(make_results().scoreboards[0])


def say(board, statistic, rival, verdict):
    for one in board["comparisons"]:
        if (one["statistic"], one["rival"]) == (statistic, rival):
            one["verdict"] = verdict


def test_the_largest_model_stands_by_its_worst_comparison(board):
    say(board, "fano", "mlp", "no difference shown")
    say(board, "lv", "ridge", "no difference shown")
    say(board, "lv", "mlp", "no difference shown")
    say(board, "rate_cv", "mlp", "worse")
    say(board, "rate_cv", "mean", "no difference shown")
    for rival in ("mlp", "mean", "ridge"):
        say(board, "peak_freq", rival, "undefined")
    found = {name: standing(board, name, "r2") for name in STATISTIC_NAMES}
    assert found["mean_rate"] == "earned"
    assert found["fano"] == "matched"
    assert found["lv"] == "dull"
    assert found["rate_cv"] == "worse"
    assert found["peak_freq"] == "undefined"


def test_the_sentence_names_every_statistic_once(board):
    say(board, "fano", "mlp", "no difference shown")
    say(board, "lv", "mlp", "worse")
    text = weights_sentence(board, "r2")
    assert text.startswith("R², 12 test circuits: on 9 the Transformer is better")
    assert "does not earn its weights there (fano)" in text
    assert "another model is better than the Transformer (lv)" in text
    for name in STATISTIC_NAMES:
        assert text.count(name) == 1


def test_rows_hold_ceiling_scores_and_gains_in_order_of_models(board):
    rows = skill_rows(board, "r2")
    assert [row["statistic"] for row in rows] == list(STATISTIC_NAMES)
    scores = [one["fano"]["r2"] for one in board["models"].values()]
    (fano,) = [row for row in rows if row["statistic"] == "fano"]
    assert fano["scores"] == scores
    assert [one["rival"] for one in fano["gains"]] == list(board["models"])[1:]
    assert fano["of_ceiling"] == pytest.approx(scores[0] / 0.9)


def test_coverage_is_counted_over_statistics_and_levels(make_results):
    record = make_results().surrogates[0]
    statistics = record.metrics["intervals"]["statistics"]
    statistics["fano"]["share"] = 0.8
    statistics["fano"]["by_level"][0]["share"] = 0.5
    statistics["lv"] = {**statistics["lv"], "n": 0, "share": None}
    (row,) = interval_rows([record])
    n = len(STATISTIC_NAMES) - 1
    assert (row["lowest"], row["highest"]) == (0.8, 0.9)
    assert (row["near"], row["n_statistics"]) == (n - 1, n)
    assert (row["allowed"], row["n_levels"]) == (3 * n - 1, 3 * n)
    assert row["thirds"] == pytest.approx([0.95, 0.9, 0.85])


def test_the_kept_epoch_is_marked_where_its_loss_is(make_results):
    figure = loss_curves(make_results().surrogates)
    marks = [line for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert marks
    for mark in marks:
        assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (2, 0.6)


def test_scoreboards_survive_json(board):
    assert skill_rows(json.loads(json.dumps(board)), "r2") == skill_rows(board, "r2")

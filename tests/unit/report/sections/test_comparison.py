"""The largest model against smaller ones and baselines."""

from dataclasses import replace

import pytest

from minicolumn.report.sections.comparison import (
    skill_rows,
    standing,
    weights_sentence,
)
from minicolumn.statistics.names import STATISTIC_NAMES


@pytest.fixture
def board(make_results):
    return make_results().scoreboards[0]


def say(board, *said):
    """Return the board with other verdicts: (statistic, rival, verdict) each."""
    verdicts = {(statistic, rival): verdict for statistic, rival, verdict in said}
    comparisons = (
        replace(one, verdict=verdicts.get((one.statistic, one.rival), one.verdict))
        for one in board.comparisons
    )
    return replace(board, comparisons=tuple(comparisons))


def test_the_largest_model_is_judged_by_its_worst_comparison(board):
    board = say(
        board,
        ("fano", "mlp", "no difference shown"),
        ("lv", "ridge", "no difference shown"),
        ("lv", "mlp", "no difference shown"),
        ("rate_cv", "mlp", "worse"),
        ("rate_cv", "mean", "no difference shown"),
        *(("peak_freq", rival, "undefined") for rival in ("mlp", "mean", "ridge")),
    )
    found = {name: standing(board, name, "r2") for name in STATISTIC_NAMES}
    assert found["mean_rate"] == "earned"
    assert found["fano"] == "matched"
    assert found["lv"] == "baseline"
    assert found["rate_cv"] == "worse"
    assert found["peak_freq"] == "undefined"


def test_the_sentence_names_every_statistic_once(board):
    board = say(board, ("fano", "mlp", "no difference shown"), ("lv", "mlp", "worse"))
    text = weights_sentence(board, "r2")
    assert text.startswith("R², 12 test circuits: on 9 the Transformer is better")
    assert "its size is not justified there (fano)" in text
    assert "another model is better than the Transformer (lv)" in text
    for name in STATISTIC_NAMES:
        assert text.count(name) == 1


def test_rows_hold_ceiling_scores_and_gains_in_order_of_models(board):
    rows = skill_rows(board, "r2")
    assert [row["statistic"] for row in rows] == list(STATISTIC_NAMES)
    scores = [one["fano"].r2 for one in board.models.values()]
    (fano,) = [row for row in rows if row["statistic"] == "fano"]
    assert fano["scores"] == scores
    assert [one.rival for one in fano["gains"]] == list(board.models)[1:]
    assert fano["of_ceiling"] == pytest.approx(scores[0] / 0.9)

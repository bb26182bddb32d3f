"""How the surrogates learned, and their coverage, counted over levels."""

from dataclasses import replace

import pytest
from report_charts import layers_of, panels, rows

from minicolumn.report.sections.learned import interval_rows, loss_curves
from minicolumn.report.style import LOOKS
from minicolumn.statistics.names import STATISTIC_NAMES


def test_the_kept_epoch_is_marked_where_its_loss_is(make_results):
    found = panels(loss_curves(make_results().surrogates))
    assert list(found) == ["Transformer", "MLP"]
    drawn = [row for row in rows(layers_of(found["MLP"]), "loss") if row["kept"]]
    kept = [row for row in drawn if row["split"] == "validation"]
    assert {row["training_set"] for row in kept} == set(LOOKS)
    assert {(row["epoch"], row["loss"]) for row in kept} == {(2, 0.6)}


def test_nothing_to_show_is_said():
    assert "no neural surrogate" in str(loss_curves([]))


def test_coverage_is_counted_over_statistics_and_levels(make_results):
    record = make_results().surrogates[0]
    intervals = record.metrics.intervals
    fano, lv = (intervals.statistics[name] for name in ("fano", "lv"))
    first, *others = fano.by_level
    fano = replace(fano, share=0.8, by_level=(replace(first, share=0.5), *others))
    lv = replace(lv, n=0, share=None)
    statistics = intervals.statistics | {"fano": fano, "lv": lv}
    intervals = replace(intervals, statistics=statistics)
    metrics = replace(record.metrics, intervals=intervals)
    (row,) = interval_rows([replace(record, metrics=metrics)])
    n = len(STATISTIC_NAMES) - 1
    assert (row["lowest"], row["highest"]) == (0.8, 0.9)
    assert (row["near"], row["n_statistics"]) == (n - 1, n)
    assert (row["allowed"], row["n_levels"]) == (3 * n - 1, 3 * n)
    assert row["thirds"] == pytest.approx([0.95, 0.9, 0.85])

"""Sizes of change: undecided sessions look undecided."""

from collections import Counter

import pytest
from report_charts import layers_of, panels, rows

from minicolumn.prediction.combinations import POSTERIOR
from minicolumn.report.results import where
from minicolumn.report.sections.sizes import change_panels, predictive_rows


def test_sessions_within_two_standard_errors_of_zero_are_open_symbols(results):
    mine = results.predicted(POSTERIOR)
    panel = panels(change_panels(mine, results.observed, 2.0))["Mean rate"]
    observed = where(mine, statistic="mean_rate", training_set="synaptic")["observed"]

    drawn = [
        row for row in rows(layers_of(panel), "session_id")
        if row["training_set"] == "synaptic"
    ]  # fmt: skip

    counts = Counter(row["decided"] for row in drawn)
    assert counts[True] == (observed.abs() >= 0.6).sum()
    assert counts[False] == (observed.abs() < 0.6).sum()
    assert counts[True] * counts[False] > 0


def test_the_predicted_range_is_drawn_with_the_error_of_what_was_observed(results):
    mine = results.predicted(POSTERIOR)
    panel = panels(change_panels(mine, results.observed, 2.0))["Fano factor"]
    (row, *_) = rows(layers_of(panel), "session_id")

    assert (row["low"], row["high"]) == (-1.0, 2.0)
    assert row["top"] - row["bottom"] == pytest.approx(2 * 0.3, abs=1e-4)


def test_rejected_sessions_are_counted_per_mechanism(results):
    rows = predictive_rows(results.predictive, "mlp")
    assert [row["n_rejected"] for row in rows] == [3, 3, 3, 3]
    assert {row["n"] for row in rows} == {6}

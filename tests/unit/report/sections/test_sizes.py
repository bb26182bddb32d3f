"""Sizes of change: undecided sessions look undecided."""

from collections import Counter

from report_charts import layers_of, panels, rows

from minicolumn.prediction.combinations import POSTERIOR
from minicolumn.report.results import where
from minicolumn.report.sections.sizes import change_panels


def test_sessions_within_two_standard_errors_of_zero_are_open_symbols(results):
    mine = results.predicted(POSTERIOR)
    panel = panels(change_panels(mine, results.observed, 2.0))["mean_rate"]
    observed = where(mine, statistic="mean_rate", training_set="synaptic")["observed"]

    drawn = [
        row for row in rows(layers_of(panel), "session_id")
        if row["training_set"] == "synaptic"
    ]  # fmt: skip

    counts = Counter(row["decided"] for row in drawn)
    assert counts[True] == (observed.abs() >= 0.6).sum()
    assert counts[False] == (observed.abs() < 0.6).sum()
    assert counts[True] * counts[False] > 0

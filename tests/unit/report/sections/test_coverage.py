"""Coverage of predictive intervals, counted over statistics and levels."""

import pytest

from minicolumn.report.sections.coverage import interval_rows
from minicolumn.statistics.names import STATISTIC_NAMES


def test_coverage_is_counted_over_statistics_and_levels(make_results):
    record = make_results().surrogates[0]
    statistics = record.metrics["intervals"]["statistics"]
    statistics["fano"]["share"] = 0.8
    statistics["fano"]["by_level"][0]["share"] = 0.5
    statistics["lv"].update(n=0, share=None)
    (row,) = interval_rows([record])
    n = len(STATISTIC_NAMES) - 1
    assert (row["lowest"], row["highest"]) == (0.8, 0.9)
    assert (row["near"], row["n_statistics"]) == (n - 1, n)
    assert (row["allowed"], row["n_levels"]) == (3 * n - 1, 3 * n)
    assert row["thirds"] == pytest.approx([0.95, 0.9, 0.85])

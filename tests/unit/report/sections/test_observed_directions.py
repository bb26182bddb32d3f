"""What so many sessions can show."""

import pytest

from minicolumn.report.sections.observed_directions import power_rows


def test_power_is_told_for_one_the_primary_and_all_tests(make_results):
    rows = power_rows(make_results(n_sessions=16).scores)

    assert [row["n_tests"] for row in rows] == [1, 9, 88]
    assert [row["critical"] for row in rows] == [13, 14, 15]
    assert rows[0]["power"] == pytest.approx([0.405, 0.790, 0.932], abs=5e-4)

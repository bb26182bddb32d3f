"""What posterior samples predict, and how often that is rejected."""

from minicolumn.report.sections.predicted import predictive_rows


def test_rejected_sessions_are_counted_per_mechanism(results):
    rows = predictive_rows(results.predictive, "mlp")
    assert [row["n_rejected"] for row in rows] == [3, 3, 3, 3]
    assert {row["n"] for row in rows} == {6}

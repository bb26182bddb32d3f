"""Changes at matched rates: of the cohort, of mechanisms, of sessions."""

from minicolumn.report.sections.rates import rate_rows
from minicolumn.statistics.names import DESCRIBED_NAMES


def test_rate_matching_shows_cohort_sessions_and_mechanisms(make_results):
    results = make_results(n_sessions=4)
    rows = rate_rows(results.rate_matching)
    assert [row["statistic"] for row in rows] == [
        name for name in DESCRIBED_NAMES if name not in ("mean_rate", "rate_cv")
    ]
    for row in rows:
        assert row["cohort"]["matched_n"] == 4
        assert set(row["simulated"]) == {"synaptic", "depolarizing", "combined"}
        assert row["sessions"].startswith(("4 ", "3 ", "2 "))
    assert rate_rows(results.rate_matching.iloc[:0])[0]["cohort"] is None

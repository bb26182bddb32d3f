"""The numbers behind the figures, and how they are written."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from minicolumn.report import listings, wording
from minicolumn.report.domain import domain_sentence, rate_rows, share_outside
from minicolumn.report.dose import dose_response, median_interval
from minicolumn.report.figures_circuits import choose_example
from minicolumn.report.wording import MISSING
from minicolumn.statistics.names import DESCRIBED_NAMES, STATISTIC_NAMES


@given(st.integers(1, 400))
def test_interval_of_the_median_covers_it_at_least_95_percent(n):
    _, low, high = median_interval(np.arange(n))

    if np.isnan(low):
        assert n < 6
        return
    # P(low rank <= number of values below the median < high rank), exactly.
    covered = stats.binom.cdf(high, n, 0.5) - stats.binom.cdf(low, n, 0.5)
    assert covered >= 0.95
    narrower = stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low + 1, n, 0.5)
    assert narrower < 0.95


def test_interval_of_the_median_ignores_the_order_of_values():
    values = np.random.default_rng(1).normal(size=30)

    assert median_interval(values) == median_interval(np.sort(values)[::-1])


def test_nothing_has_no_median():
    assert np.isnan(median_interval([])).all()


def one_mechanism(values):
    """Return simulations: circuits x levels of mean_rate, all else undefined."""
    values = np.asarray(values, dtype=float)
    return pd.DataFrame(
        [
            {"circuit_id": c, "mechanism": "synaptic", "level": float(a)}
            | dict.fromkeys(STATISTIC_NAMES, np.nan)
            | {"mean_rate": values[c, a]}
            for c in range(values.shape[0])
            for a in range(values.shape[1])
        ]
    )


def test_dose_response_compares_each_circuit_with_itself():
    # Circuits differ by 100, ACh adds 1 per level to each.
    values = 100.0 * np.arange(8)[:, None] + np.arange(3)

    doses = dose_response(one_mechanism(values)).query("statistic == 'mean_rate'")

    assert doses["median"].tolist() == [0.0, 1.0, 2.0]
    assert doses["low"].tolist() == doses["high"].tolist() == [0.0, 1.0, 2.0]
    assert doses["n"].tolist() == [8, 8, 8]


def test_circuit_undefined_at_the_lowest_level_is_left_out_and_counted():
    values = np.ones((8, 2))
    values[0, 0] = np.nan

    doses = dose_response(one_mechanism(values)).query("statistic == 'mean_rate'")

    assert doses["n"].tolist() == [7, 7]


def test_statistic_never_defined_has_no_median():
    doses = dose_response(one_mechanism(np.ones((8, 2)))).query("statistic == 'fano'")

    assert doses["n"].tolist() == [0, 0]
    assert doses["median"].isna().all()


def test_a_share_of_no_epochs_is_undefined():
    assert share_outside({"n_outside": 1, "n_defined": 4}) == 0.25
    assert share_outside({"n_outside": 0, "n_defined": 0}) is None
    assert share_outside({"n_outside": None, "n_defined": 4}) is None


def cohort_of(p, n_inside=3, fraction=0.75):
    test = {"value": 0.5, "p": p}
    return {
        "p": p,
        "states": {"running": {"mmd": test, "c2st": None}},
        "coverage": {"n_judged": 4, "n_inside": n_inside, "fraction": fraction},
    }


def test_what_is_said_of_the_domain_follows_from_its_numbers():
    assert "extrapolations; 3 of 4 sessions (75.0 %) lie" in domain_sentence(
        cohort_of(0.01)
    )
    alike = domain_sentence(cohort_of(0.4, n_inside=1, fraction=0.25))
    assert "not told from simulations (p = 0.4 over 1 test); 1 of 4" in alike
    assert "a small cohort can hide a difference" in alike
    assert "not known" in domain_sentence(cohort_of(None))


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


def test_example_circuit_is_the_median_one_that_ran_well_at_every_level():
    def row(circuit, level, n_spikes, outcome="ok"):
        return {
            "circuit_id": circuit, "level": level, "outcome": outcome, "n_units": 2,
            "spike_unit": np.zeros(n_spikes),
        }  # fmt: skip

    table = pd.DataFrame(
        [row(c, a, n) for c, n in ((1, 5), (2, 50), (3, 20)) for a in (0.0, 0.5, 1.0)]
        + [row(4, 0.0, 20), row(4, 0.5, 20), row(4, 1.0, 0, "silent")]
    )

    chosen = choose_example(table)

    assert [row["circuit_id"] for row in chosen] == [3, 3, 3]
    assert [row["level"] for row in chosen] == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("value", [None, float("nan")])
def test_undefined_is_a_dash_everywhere(value):
    writers = (
        wording.number, wording.percent, wording.points, wording.p_value,
        wording.decimals,
    )  # fmt: skip
    assert {write(value) for write in writers} == {MISSING}
    assert wording.interval(None) == MISSING
    assert wording.limits(None) == wording.points_limits(None) == MISSING
    assert wording.p_equals(value) == f"= {MISSING}"


def test_numbers_are_written_for_people():
    assert wording.number(1234) == "1,234"
    assert wording.number(0.0) == wording.number(-0.0) == "0"
    assert wording.number(-0.123456) == "\N{MINUS SIGN}0.123"
    assert wording.decimals(-0.001) == "0.00"
    assert wording.percent(0.5) == "50.0 %"
    assert wording.points(-0.25) == "\N{MINUS SIGN}25.0"
    assert wording.limits((-0.5, 1.0)) == "\N{MINUS SIGN}0.50 to 1.00"
    assert wording.points_limits((-0.25, 0.1)) == "\N{MINUS SIGN}25.0 to +10.0"
    assert wording.p_value(1e-9) == "< 0.0001"
    assert wording.p_equals(1e-9) == "< 0.0001"
    assert wording.p_equals(0.25) == "= 0.25"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.counted(1, "mouse", "mice") == "1 mouse"
    assert wording.counted(2, "mouse", "mice") == "2 mice"


def test_architecture_shown_first_is_the_declared_one_whatever_its_scores(make_results):
    scores = make_results().scores
    declared = {**scores, "primary": {"architecture": "mlp", "statistics": []}}

    assert listings.main_architecture(scores) == "transformer"
    assert listings.main_architecture(declared) == "mlp"
    assert listings.main_architecture({**scores, "scores": []}) is None


def test_power_is_told_for_one_the_primary_and_all_tests(make_results):
    rows = listings.power_rows(make_results(n_sessions=16).scores)

    assert [row["n_tests"] for row in rows] == [1, 9, 88]
    assert [row["critical"] for row in rows] == [13, 14, 15]
    assert rows[0]["power"] == pytest.approx([0.405, 0.790, 0.932], abs=5e-4)


def test_simulations_of_every_outcome_are_counted():
    table = pd.DataFrame(
        {
            "mechanism": ["synaptic"] * 3 + ["combined"],
            "outcome": ["ok", "ok", "silent", "runaway"],
        }
    )

    rows = {r["mechanism"]: r["counts"] for r in listings.simulation_outcomes(table)}

    assert rows["synaptic"] == {"ok": 2, "silent": 1, "runaway": 0, "not_finite": 0}
    assert rows["combined"]["runaway"] == 1
    assert sum(sum(counts.values()) for counts in rows.values()) == len(table)


def test_published_table_stands_beside_ours(make_results):
    rows = listings.published_rows(make_results().scores["scores"], "transformer")

    assert len(rows) == 9
    for row in rows:
        assert row["ours"]["statistic"] == row["published"].statistic
        assert row["ours"]["training_set"] == row["published"].training_set
        assert row["ours"]["architecture"] == "transformer"

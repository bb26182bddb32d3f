"""What ACh does to circuits: medians over circuits, each compared with itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from report_charts import layers_of, panels, rows
from scipy import stats

from minicolumn.report.results import where
from minicolumn.report.sections.doses import (
    dose_panels,
    dose_response,
    figures,
    lowest_medians,
    median_interval,
)
from minicolumn.statistics.names import STATISTIC_NAMES


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


def drawn_doses(simulated, observed, names=STATISTIC_NAMES):
    doses, lowest = dose_response(simulated), lowest_medians(simulated)
    return panels(dose_panels(doses, lowest, names, observed))


def test_doses_are_drawn_as_they_are(results):
    found = dose_response(results.simulated)
    panel = drawn_doses(results.simulated, results.observed)["Fano factor"]

    drawn = pd.DataFrame(rows(layers_of(panel), "median"))
    expected = where(found, statistic="fano").dropna(subset=["median"])
    np.testing.assert_allclose(
        drawn.sort_values(["mechanism", "level"])["median"],
        expected.sort_values(["mechanism", "level"])["median"],
        rtol=1e-4,
    )
    y = [layer["encoding"]["y"].get("title") for layer in panel["layer"]]
    assert "change" in y


def test_a_statistic_that_is_never_defined_is_said_to_be_missing(results):
    nowhere = results.simulated.assign(peak_freq=np.nan)
    found = drawn_doses(nowhere, results.observed)["Peak frequency"]
    assert "undefined in every simulation" in str(found)


def test_the_observed_change_is_drawn_beside_as_it_is(results):
    drawn = drawn_doses(results.simulated, results.observed, ["fano"])
    seen = where(results.observed, statistic="fano")["change"]

    (cohort,) = rows(layers_of(drawn["Fano factor"]), "observed")
    median, low, high = median_interval(seen)
    assert (cohort["observed"], cohort["n"]) == (pytest.approx(median, rel=1e-4), 6)
    assert [cohort["low"], cohort["high"]] == pytest.approx([low, high], rel=1e-4)
    single = [row["change"] for row in rows(layers_of(drawn["Fano factor"]), "change")]
    assert sorted(single) == pytest.approx(sorted(seen), rel=1e-4)


def test_primary_statistics_come_first(results):
    assert list(panels(figures(results)["doses_primary"].figure)) == [
        "Mean rate", "Pairwise correlation", "Spectral power",
    ]  # fmt: skip

"""The published table is arithmetic on 16 sessions; ours must give the same numbers."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from minicolumn.scoring.directions import score_directions
from minicolumn.scoring.evidence import (
    critical_matches,
    evidence,
    power,
)
from minicolumn.scoring.nulls import swap_null
from minicolumn.scoring.published import (
    N_SESSIONS,
    PUBLISHED,
    interaction_p,
    paired,
)
from minicolumn.scoring.resampling import Resampling

# k of 16: Wilson and Clopper-Pearson 95 % intervals, two-sided binomial p. From
# Wilson's formula and from beta quantiles, to three decimals.
TABLE = {
    2: ((0.035, 0.360), (0.016, 0.383), 0.004),
    4: ((0.102, 0.495), (0.073, 0.524), 0.077),
    11: ((0.444, 0.858), (0.413, 0.890), 0.210),
    12: ((0.505, 0.898), (0.476, 0.927), 0.077),
    13: ((0.570, 0.934), (0.544, 0.960), 0.021),
    14: ((0.640, 0.965), (0.617, 0.984), 0.004),
    15: ((0.717, 0.989), (0.698, 0.998), 0.001),
}


@pytest.mark.parametrize("k", TABLE)
def test_intervals_and_p_to_three_decimals(k):
    found = evidence(k, 16)
    assert found is not None
    wilson, exact, p = TABLE[k]
    np.testing.assert_array_equal(np.round(found.wilson, 3), wilson)
    np.testing.assert_array_equal(np.round(found.clopper_pearson, 3), exact)
    assert round(found.p, 3) == p


@pytest.mark.parametrize("n", [1, 5, 16, 44])
def test_intervals_are_the_closed_forms(n):
    z = stats.norm.ppf(0.975)
    for k in range(n + 1):
        found = evidence(k, n)
        assert found is not None
        low = stats.beta.ppf(0.025, k, n - k + 1) if k else 0.0
        high = stats.beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
        np.testing.assert_allclose(found.clopper_pearson, (low, high), atol=1e-9)
        center = (k + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
        np.testing.assert_allclose(
            found.wilson, (center - half, center + half), atol=1e-9
        )


@pytest.mark.parametrize(
    "cell", PUBLISHED, ids=lambda c: f"{c.statistic}-{c.training_set}"
)
def test_each_percentage_is_a_count_of_sixteen(cell):
    # The card prints one decimal: 68.75 appears as 68.8.
    assert cell.percent == pytest.approx(100 * cell.matches / N_SESSIONS, abs=0.0501)


def test_published_percentages_as_counts():
    counts = {12.5: 2, 25.0: 4, 68.8: 11, 75.0: 12, 87.5: 14}
    assert {cell.percent: cell.matches for cell in PUBLISHED} == counts


def test_three_constant_guesses_reproduce_the_table():
    """Within a statistic all models score k or 16 - k, as opposite constants do."""
    for statistic in {cell.statistic for cell in PUBLISHED}:
        cells = [cell for cell in PUBLISHED if cell.statistic == statistic]
        assert len(cells) == 3
        assert len({cell.constant_guess for cell in cells}) == 1
        for cell in cells:
            best = round(cell.constant_guess * N_SESSIONS)
            assert cell.matches in (best, N_SESSIONS - best)


@pytest.mark.parametrize(
    "cell", PUBLISHED, ids=lambda c: f"{c.statistic}-{c.training_set}"
)
def test_a_constant_guess_over_sixteen_sessions_has_the_published_score(cell):
    """Accuracy, intervals and p, and no skill: what the table shows and what it is."""
    observed = np.where(np.arange(N_SESSIONS) < cell.matches, 1.0, -1.0)
    score = score_directions(np.ones(N_SESSIONS), observed, Resampling(0, 2000))
    assert 100 * score.accuracy == pytest.approx(cell.percent, abs=0.0501)
    assert score.evidence == cell.evidence
    for method, found in (
        ("wilson", score.evidence.wilson),
        ("beta", score.evidence.clopper_pearson),
    ):
        expected = proportion_confint(cell.matches, N_SESSIONS, method=method)
        np.testing.assert_allclose(found, expected, atol=1e-9)
    assert score.skill <= 0
    assert score.skill_interval[1] <= 0
    assert (score.n_signs, score.mcc) == (1, None)
    swapped = swap_null(observed[None], Resampling(0))
    assert swapped.exact
    assert swapped.p[0] == pytest.approx(cell.evidence.p)


def test_paired_comparison_of_the_two_mechanisms():
    found = {one.statistic: one for one in paired()}
    assert set(found) == {"mean_rate", "pairwise_corr"}
    for statistic, counts, p in (
        ("mean_rate", (2, 14), 0.0042),
        ("pairwise_corr", (12, 4), 0.077),
    ):
        one = found[statistic]
        assert (one.first_only, one.second_only) == counts
        assert one.p == pytest.approx(p, abs=5e-4)
        table = [[0, counts[0]], [counts[1], 0]]
        assert one.p == pytest.approx(mcnemar(table, exact=True).pvalue)


def test_the_interaction_lies_between_two_binomial_tests():
    """All of 10 sessions, or 12 of 14, differ in the direction of the claim."""
    low, high = interaction_p()
    assert low == pytest.approx(stats.binomtest(10, 10).pvalue)
    assert high == pytest.approx(stats.binomtest(12, 14).pvalue)


def test_what_sixteen_sessions_can_show():
    assert [critical_matches(16, n) for n in (1, 9, 33)] == [13, 14, 15]
    accuracies = (0.75, 0.85, 0.9)
    one, many = ([power(16, a, n) for a in accuracies] for n in (1, 33))
    np.testing.assert_allclose(one, (0.41, 0.79, 0.93), atol=0.006)
    np.testing.assert_allclose(many, (0.06, 0.28, 0.52), atol=0.006)
    # The best of eleven coins is right in 12 of 16 sessions in a third of cohorts.
    assert 1 - stats.binom.cdf(11, 16, 0.5) ** 11 == pytest.approx(0.35, abs=0.005)
    # A constant that is right in three of four sessions needs no skill to get there.
    assert stats.binom.sf(11, 16, 0.75) == pytest.approx(0.63, abs=0.005)

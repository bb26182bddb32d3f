"""The published table is arithmetic on 16 sessions; ours must give the same numbers."""

import numpy as np
import pytest
from scipy import stats

from minicolumn.transfer.evidence import evidence
from minicolumn.transfer.published import N_SESSIONS, PUBLISHED

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
        centre = (k + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
        np.testing.assert_allclose(
            found.wilson, (centre - half, centre + half), atol=1e-9
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

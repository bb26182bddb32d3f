import numpy as np
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import binom_test, proportion_confint

from minicolumn.scoring.evidence import (
    critical_matches,
    evidence,
    power,
    smallest_p,
)

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_failures_are_the_mirror_image_of_matches(count):
    k, n = count
    one, other = evidence(k, n), evidence(n - k, n)
    assert one is not None
    assert other is not None
    assert one.p == pytest.approx(other.p)
    for interval in ("clopper_pearson", "wilson"):
        low, high = getattr(one, interval)
        assert low <= k / n + 1e-12
        assert high >= k / n - 1e-12
        np.testing.assert_allclose(
            (low, high), 1 - np.array(getattr(other, interval))[::-1], atol=1e-9
        )


def test_no_session_is_no_evidence():
    assert evidence(0, 0) is None


def test_more_matches_than_sessions_are_refused():
    with pytest.raises(ValueError, match=r"k=17 matches of n=16"):
        evidence(17, 16)


@given(counts)
def test_intervals_and_p_are_those_of_statsmodels(count):
    k, n = count
    found = evidence(k, n)
    assert found is not None
    np.testing.assert_allclose(
        found.clopper_pearson, proportion_confint(k, n, method="beta"), atol=1e-9
    )
    np.testing.assert_allclose(
        found.wilson, proportion_confint(k, n, method="wilson"), atol=1e-9
    )
    assert found.p == pytest.approx(binom_test(k, n), abs=1e-12)


def test_five_of_five_cannot_be_told_from_chance():
    assert [smallest_p(n) for n in (0, 1, 2, 5, 6)] == [1.0, 1.0, 0.5, 0.0625, 0.03125]
    assert critical_matches(5) is None
    assert critical_matches(6) == 6
    assert power(5, 1.0) == 0.0


@pytest.mark.parametrize("n", [6, 16, 44])
@pytest.mark.parametrize("n_tests", [1, 9, 33])
def test_critical_count_is_the_first_that_is_significant(n, n_tests):
    least = critical_matches(n, n_tests)
    for k in range(n // 2 + 1, n + 1):
        significant = evidence(k, n).p < 0.05 / n_tests
        assert significant == (least is not None and k >= least)


def test_power_is_the_share_of_cohorts_that_get_there():
    rng = np.random.default_rng(0)
    matches = rng.binomial(16, 0.85, 20_000)
    share = np.mean(matches >= critical_matches(16))
    assert power(16, 0.85) == pytest.approx(share, abs=0.01)

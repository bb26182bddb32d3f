import numpy as np
import pytest
from scipy import stats

from minicolumn.scoring.nulls import permutation_p, swap_null
from minicolumn.scoring.resampling import Resampling

REDRAW = Resampling(seed=1, n_resamples=1000, n_permutations=4000)


def agreements(k, n):
    return np.where(np.arange(n) < k, 1.0, -1.0)


@pytest.mark.parametrize("n", [1, 2, 7, 16])
def test_swapping_every_session_both_ways_is_the_binomial_test(n):
    for k in range(n + 1):
        found = swap_null(agreements(k, n)[None], REDRAW)
        expected = stats.binomtest(k, n).pvalue
        assert found.exact
        assert found.p[0] == pytest.approx(expected, abs=1e-12)
        assert found.p_max[0] == pytest.approx(expected, abs=1e-12)


def test_exact_swaps_of_weights_are_those_of_scipy():
    rng = np.random.default_rng(0)
    values = rng.normal(0.4, 1.0, 9)
    reference = stats.permutation_test(
        (values,), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    assert swap_null(values[None], REDRAW).p[0] == pytest.approx(reference.pvalue)


def test_drawn_swaps_come_near_the_binomial_test():
    found = swap_null(agreements(29, 44)[None], REDRAW)
    assert not found.exact
    assert found.p[0] == pytest.approx(stats.binomtest(29, 44).pvalue, abs=0.02)


def test_a_drawn_p_value_is_never_zero():
    found = swap_null(agreements(44, 44)[None], REDRAW)
    assert found.p[0] == 1 / (1 + REDRAW.n_permutations)


def test_scores_that_repeat_each_other_cost_nothing():
    row = agreements(13, 16)
    found = swap_null(np.array([row, row, -row]), REDRAW)
    np.testing.assert_allclose(found.p_max, found.p)


def test_the_largest_of_all_is_compared_with_the_largest():
    """p_max of a score is P(any score is as extreme), by enumeration."""
    rng = np.random.default_rng(3)
    scores = np.sign(rng.normal(size=(4, 8)))
    scores[2, :3] = np.nan  # a score with fewer sessions
    scores[3] = np.nan  # and one without any
    found = swap_null(scores, REDRAW)
    size = np.sqrt((~np.isnan(scores[:3])).sum(axis=1))
    flips = np.array(np.meshgrid(*[[-1, 1]] * 8)).reshape(8, -1)
    largest = np.abs(np.nan_to_num(scores[:3]) @ flips / size[:, None]).max(axis=0)
    observed = np.abs(np.nansum(scores[:3], axis=1)) / size
    expected = (largest >= observed[:, None] - 1e-9).mean(axis=1)
    np.testing.assert_allclose(found.p_max[:3], expected)
    assert np.isnan([found.p[3], found.p_max[3]]).all()


def test_max_t_is_no_milder_than_one_test_and_no_stricter_than_bonferroni():
    scores = np.sign(np.random.default_rng(0).normal(0.6, 1.0, size=(12, 16)))
    found = swap_null(scores, REDRAW)
    assert (found.p_max >= found.p).all()
    assert (found.p_max <= np.minimum(12 * found.p, 1) + 1e-12).all()


def test_p_of_swapped_states_is_uniform_when_nothing_is_there():
    rng = np.random.default_rng(0)
    found = swap_null(rng.normal(size=(800, 12)), REDRAW)
    assert stats.kstest(found.p, "uniform").pvalue > 0.01


def test_p_of_permuted_sessions_is_uniform_when_nothing_is_there():
    rng = np.random.default_rng(0)
    few = Resampling(seed=2, n_permutations=500)
    p = [permutation_p(*rng.normal(size=(2, 12)), few) for _ in range(500)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_any_false_claim_among_dependent_scores_is_rare():
    rng = np.random.default_rng(0)
    false = 0
    for _ in range(400):
        shared = rng.normal(size=10)
        scores = np.sign(shared + rng.normal(size=(6, 10)))
        false += swap_null(scores, REDRAW).p_max.min() < 0.05
    assert false / 400 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def test_permuted_matches_are_fishers_exact_test():
    predicted = np.array([1, 1, 1, 1, 1, -1, -1, -1, -1, -1.0])
    observed = np.array([1, 1, 1, 1, -1, -1, -1, -1, -1, 1.0])
    table = [
        [np.sum((predicted == a) & (observed == b)) for b in (1, -1)] for a in (1, -1)
    ]
    expected = stats.fisher_exact(table).pvalue
    assert permutation_p(predicted, observed, REDRAW) == pytest.approx(
        expected, abs=0.02
    )


def test_permuted_ranks_are_scipys_permutation_test():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(2, 7))
    reference = stats.permutation_test(
        (x,),
        lambda values: stats.spearmanr(values, y).statistic,
        permutation_type="pairings",
        n_resamples=np.inf,
    )
    ranks = stats.rankdata(x), stats.rankdata(y)
    assert permutation_p(*ranks, REDRAW) == pytest.approx(reference.pvalue, abs=0.03)


def test_a_constant_guess_gains_nothing_from_its_sessions():
    observed = agreements(12, 16)
    assert permutation_p(np.ones(16), observed, REDRAW) == 1.0


@pytest.mark.parametrize("n", [0, 1])
def test_a_cohort_of_one_cannot_be_permuted(n):
    assert permutation_p(np.ones(n), np.ones(n), REDRAW) is None


def test_without_any_session_there_is_no_p_value():
    found = swap_null(np.full((2, 3), np.nan), REDRAW)
    assert np.isnan(found.p).all()
    assert swap_null(np.empty((0, 5)), REDRAW).p.shape == (0,)

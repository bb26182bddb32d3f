import dataclasses

import numpy as np
import pytest
import torch
from scipy import stats

from minicolumn.inference.circuits import checks as posterior_checks
from minicolumn.inference.circuits.checks import LEVELS, check, coverage, sbc_ranks


class TooNarrow(torch.nn.Module):
    """A flow whose draws lie too near to where they should be centered."""

    def __init__(self, flow):
        super().__init__()
        self.flow = flow
        self.input_shape, self.condition_shape = flow.input_shape, flow.condition_shape

    def sample(self, sample_shape, condition):
        drawn = self.flow.sample(sample_shape, condition)
        center = drawn.mean(dim=0, keepdim=True)
        return center + 0.5 * (drawn - center)

    def log_prob(self, z, condition):
        return self.flow.log_prob(z, condition)


@pytest.fixture(scope="module")
def truths(linear):
    """600 mice, what is known of each, and their true coordinates."""
    mice = linear.mice(600, 77)
    rng = np.random.default_rng(0)
    return linear.prior.to_normal(mice.inputs, rng), mice.watched(rng)


@pytest.mark.slow
def test_ranks_of_a_learned_posterior_are_uniform(learned, truths):
    z, known = truths
    ranks = sbc_ranks(learned, z, learned.conditions(known), 200, 1).numpy()
    p = [stats.kstest(column / 200, "uniform").pvalue for column in ranks.T]
    assert min(p) > 0.01 / len(p)


@pytest.mark.slow
def test_an_over_narrow_posterior_is_found_out(learned, truths):
    z, known = truths
    narrow = dataclasses.replace(learned, flow=TooNarrow(learned.flow))
    ranks = sbc_ranks(narrow, z, narrow.conditions(known), 200, 1).numpy()
    p = [stats.kstest(column / 200, "uniform").pvalue for column in ranks.T]
    assert max(p[:-1]) < 1e-4
    covered = coverage(ranks[:, -1] / 200)
    assert covered[LEVELS.index(0.5)] < 0.35


@pytest.mark.slow
def test_the_checks_say_what_is_known_and_what_is_not(learned, linear):
    found = check(learned, linear.mice(400, 77), 200, 1)
    assert found.n_mice == 400
    names = learned.prior.names
    for k, by_parameter in found.contraction.items():
        precision = np.eye(len(names)) + k * linear.weights @ linear.weights.T
        expected = 1 - np.diag(np.linalg.inv(precision))
        reached = [by_parameter[name] for name in names]
        np.testing.assert_allclose(reached, expected, atol=0.1)
    assert set(found.contraction) == {1, 2, 4}
    assert found.correlation[names[0]] > 0.8
    assert abs(found.correlation[names[-1]]) < 0.25
    np.testing.assert_allclose(found.coverage, found.levels, atol=0.1)
    assert min(found.ks_p.values()) > 0.01 / len(names)
    assert all(sum(counts) == 400 for counts in found.rank_counts.values())


def test_few_mice_are_checked_without_a_word(quick, linear):
    found = check(quick, linear.mice(4, 77), 100, 1)
    assert found.n_mice == 4
    assert found == check(quick, linear.mice(4, 77), 100, 1)


def test_coverage_of_uniform_ranks_is_the_level():
    shares = (np.arange(1000) + 0.5) / 1000
    np.testing.assert_allclose(coverage(shares), LEVELS, atol=1e-3)


def test_coverage_of_a_posterior_that_never_holds_the_truth_is_zero():
    np.testing.assert_array_equal(coverage(np.zeros(50)), 0.0)


def test_a_constant_guess_has_no_correlation():
    assert posterior_checks._correlation(np.ones(9), np.arange(9.0)) is None

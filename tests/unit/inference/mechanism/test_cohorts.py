import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax

from minicolumn.inference.mechanism.cohorts import (
    draw_cohorts,
    fit_contamination,
    together,
)


def test_sessions_multiply_as_bayes_says():
    """Two Gaussian hypotheses: the posterior of all data is known in closed form."""
    rng = np.random.default_rng(0)
    data = rng.normal(0.5, 1.0, size=6)
    means = np.array([-0.5, 0.5, 1.5])
    each = log_softmax(stats.norm.logpdf(data[:, None], means), axis=1)
    expected = log_softmax(stats.norm.logpdf(data[:, None], means).sum(axis=0))
    np.testing.assert_allclose(together(each, 1e-12), expected, atol=1e-6)


def test_no_session_says_nothing():
    np.testing.assert_allclose(np.exp(together(np.zeros((0, 4)), 0.1)), 0.25)


def test_one_certain_session_cannot_carry_a_cohort():
    certain = np.log([[1.0 - 3e-9, 1e-9, 1e-9, 1e-9]])
    others = np.log(np.tile([0.1, 0.7, 0.1, 0.1], (8, 1)))
    posterior = np.exp(together(np.concatenate([certain, others]), 0.01))
    assert posterior.argmax() == 1
    assert np.exp(together(certain, 0.01))[0] == pytest.approx(0.9925, abs=1e-4)


def test_overstated_sessions_are_believed_less():
    rng = np.random.default_rng(1)
    classes = np.repeat([0, 1], 300)
    # Right nine times of ten, and certain at all times.
    right = rng.random(600) < 0.9
    said = np.where(right, classes, 1 - classes)
    boastful = np.where(np.eye(2)[said] == 1, np.log(0.99999), np.log(0.00001))
    honest = np.where(np.eye(2)[said] == 1, np.log(0.9), np.log(0.1))
    assert fit_contamination(boastful, classes, 1) > fit_contamination(
        honest, classes, 1
    )


def test_cohorts_hold_distinct_mice_of_one_group():
    groups = [np.arange(10), np.arange(10, 16)]
    drawn = draw_cohorts(groups, 6, 50, np.random.default_rng(0))
    assert drawn.shape == (2, 50, 6)
    assert (drawn[0] < 10).all()
    assert (drawn[1] >= 10).all()
    assert all(len({*cohort}) == 6 for cohort in drawn.reshape(-1, 6))
    with pytest.raises(ValueError, match="6 mice, and cohorts of 7"):
        draw_cohorts(groups, 7, 1, np.random.default_rng(0))

"""What sessions say together: laws of probability, and how much one may weigh."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax
from toy_mice import known_of, strata_like

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.inference.mechanism.cohorts import draw_cohorts, fit_pooling
from minicolumn.inference.mechanism.strata import (
    N_CAUSES,
    N_DOSES,
    N_RISES,
    N_STRATA,
    evidence,
    of_classes,
    strata_of,
    tempered,
    together,
)

PRIOR = np.exp(strata_like(np.log(np.full(4, 0.25))))


def posterior(strata, contamination=1e-12, correlation=0.0):
    return together(evidence(strata, contamination), correlation)


def test_sessions_multiply_as_bayes_says():
    """Four Gaussian hypotheses: the posterior of all data is known in closed form."""
    rng = np.random.default_rng(0)
    data = rng.normal(0.5, 1.0, size=6)
    means = np.array([-0.5, 0.5, 1.5, 0.2])
    each = log_softmax(stats.norm.logpdf(data[:, None], means), axis=1)
    expected = log_softmax(stats.norm.logpdf(data[:, None], means).sum(axis=0))
    np.testing.assert_allclose(posterior(strata_like(each)), expected, atol=1e-6)


def test_no_session_says_nothing():
    np.testing.assert_allclose(np.exp(posterior(np.zeros((0, N_STRATA)))), 0.25)


def test_one_session_says_what_its_strata_say():
    each = log_softmax(np.random.default_rng(2).normal(size=(5, 1, N_STRATA)), axis=-1)
    expected = of_classes(each)[:, 0]
    np.testing.assert_allclose(posterior(each), expected, atol=1e-6)


def gaussian_sessions(data, means):
    """Return the log posterior of strata of each session, (sessions, strata)."""
    likelihood = stats.norm.logpdf(data[:, None], means) + np.log(PRIOR)
    return log_softmax(likelihood, axis=1)


def test_what_mice_share_is_integrated_over_as_a_whole():
    """Each rise has a mean of its own: the posterior, summed over who shares what."""
    rng = np.random.default_rng(3)
    means = rng.normal(size=N_STRATA)
    data = rng.normal(size=5)
    density = stats.norm.pdf(data[:, None], means)
    acting, none = np.split(density, [-N_CAUSES], axis=1)
    grid = acting.reshape(5, len(MECHANISMS), N_RISES, N_DOSES)
    of_mechanisms = (
        grid.prod(axis=0).mean(axis=(1, 2))
        + grid.mean(axis=2).prod(axis=0).mean(axis=1)
        + grid.mean(axis=3).prod(axis=0).mean(axis=1)
        + grid.mean(axis=(2, 3)).prod(axis=0)
    ) / 4
    of_none = (none.prod(axis=0).mean() + none.mean(axis=1).prod()) / 2
    expected = np.append(of_mechanisms, of_none)
    found = np.exp(posterior(gaussian_sessions(data, means)))
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-5)


def test_mice_that_are_alike_are_not_taken_for_another_mechanism():
    """All rise little: each alone looks more like the mechanism that never does more.

    The product over mice, each with rise and dose of its own, is certain and wrong.
    """
    strong = np.arange(N_RISES * N_DOSES) >= N_DOSES  # all but the lowest rise
    weak_or_strong, always_weak = np.where(strong, 4.0, 0.0), np.full(strong.size, 0.3)
    far = np.full(strong.size, 9.0)
    means = np.concatenate([weak_or_strong, always_weak, far, [9.0] * N_CAUSES])
    sessions = gaussian_sessions(np.random.default_rng(4).normal(0, 1, 16), means)
    naive = np.exp(log_softmax(of_classes(sessions).sum(axis=0)))
    assert naive[1] > 0.99
    assert np.exp(posterior(sessions, 1e-3))[1] < 0.9


def test_mice_in_which_nothing_changes_are_not_taken_for_a_weak_mechanism():
    """Causes that none of them has are most of what mice without a mechanism do.

    Each alone is one of few such mice, and one of many with a weak mechanism.
    """
    weak = np.where(np.arange(N_RISES * N_DOSES) < N_DOSES, 0.1, 4.0)
    strong = np.full(weak.size, 9.0)
    causes = np.where(np.arange(N_CAUSES) == 0, 0.0, 4.0)
    means = np.concatenate([weak, strong, strong, causes])
    sessions = gaussian_sessions(np.random.default_rng(9).normal(0, 1, 16), means)
    naive = np.exp(log_softmax(of_classes(sessions).sum(axis=0)))
    assert naive[0] > 0.95  # which would be claimed
    assert np.exp(posterior(sessions, 1e-3))[0] < 0.8


def test_who_knows_nothing_says_what_is_known_before():
    """Strata are not alike: a temperature that made them so would deny "none"."""
    logits = 5 * np.random.default_rng(6).normal(size=(3, N_STRATA))
    np.testing.assert_allclose(np.exp(tempered(logits, 1e9)), [PRIOR] * 3, rtol=1e-6)
    np.testing.assert_allclose(tempered(logits, 1.0), log_softmax(logits, axis=1))


def test_strata_of_a_mechanism_hold_equally_many_mice():
    known = known_of(np.repeat(CLASSES, 400))
    strata = strata_of(known)
    n = np.bincount(strata, minlength=N_STRATA)
    assert n[-N_CAUSES:].sum() == 400
    assert (np.abs(n - 50) < 25).all()
    mechanism = np.minimum(strata // (N_RISES * N_DOSES), len(MECHANISMS))
    np.testing.assert_array_equal(mechanism, known.classes)
    alike = [{*np.array(known.causes)[strata == k]} for k in range(24, N_STRATA)]
    assert [len(causes) for causes in alike] == [1] * N_CAUSES
    rise, dose = np.divmod(strata[:1200] % (N_RISES * N_DOSES), N_DOSES)
    for stratum, values in ((rise, known.rise), (dose, known.max_mV)):
        acting = values[:1200]
        for k in range(stratum.max()):
            assert acting[stratum == k].max() < acting[stratum == k + 1].min()


def test_one_certain_session_cannot_carry_a_cohort():
    certain = np.log([[1.0 - 3e-9, 1e-9, 1e-9, 1e-9]])
    others = np.log(np.tile([0.1, 0.7, 0.1, 0.1], (8, 1)))
    sessions = strata_like(np.concatenate([certain, others]))
    assert posterior(sessions, 0.01).argmax() == 1
    alone = np.exp(posterior(strata_like(certain), 0.01))
    assert alone[0] == pytest.approx(0.9925, abs=1e-4)


def test_sessions_left_out_do_not_count():
    each = log_softmax(np.random.default_rng(5).normal(size=(6, N_STRATA)), axis=1)
    kept = np.arange(6)[:, None] % 3 > 0
    said = evidence(each, 0.01)
    np.testing.assert_allclose(
        together(said, 0.1, kept), together(said[kept[:, 0]], 0.1)
    )


def test_overstated_sessions_are_believed_less():
    rng = np.random.default_rng(1)
    known = known_of(np.repeat(CLASSES, 150))
    # Right nine times of ten, and certain at all times.
    right = rng.random(600) < 0.9
    said = np.where(right, known.classes, (known.classes + 1) % 4)
    boastful, honest = (
        strata_like(np.log(np.where(np.eye(4)[said] == 1, p, (1 - p) / 3)))
        for p in (0.99999, 0.9)
    )
    found, modest = (fit_pooling(one, known, 1) for one in (boastful, honest))
    assert found.contamination > modest.contamination


def test_errors_that_mice_share_are_discounted():
    """Sessions are right on average, but err together in half of the strata."""
    rng = np.random.default_rng(7)
    known = known_of(np.repeat(CLASSES, 200))
    wrong = (known.rise > np.median(known.rise)) & (known.classes < 3)
    towards = np.where(wrong, (known.classes + 1) % 3, known.classes)
    means = {"shared": np.eye(4)[towards], "own": np.eye(4)[known.classes]}
    found = {
        name: fit_pooling(strata_like(log_softmax(mean + noise, axis=1)), known, 1)
        for noise in [rng.normal(size=(800, 4))]
        for name, mean in means.items()
    }
    assert found["shared"].correlation > found["own"].correlation


def test_sessions_whose_errors_are_shared_say_no_more_than_a_few():
    sessions = strata_like(np.log(np.tile([0.4, 0.2, 0.2, 0.2], (10_000, 1))))
    alone, many = (
        posterior(some, correlation=0.1) for some in (sessions[:1], sessions)
    )
    expected = log_softmax(10 * alone)
    np.testing.assert_allclose(many, expected, atol=0.02)
    np.testing.assert_allclose(alone, posterior(sessions[:1]), atol=1e-9)


def test_cohorts_hold_distinct_mice_of_one_group():
    groups = [np.arange(10), np.arange(10, 16)]
    drawn = draw_cohorts(groups, 6, 50, np.random.default_rng(0))
    assert drawn.shape == (2, 50, 6)
    assert (drawn[0] < 10).all()
    assert (drawn[1] >= 10).all()
    assert all(len({*cohort}) == 6 for cohort in drawn.reshape(-1, 6))
    with pytest.raises(ValueError, match="6 mice, and cohorts of 7"):
        draw_cohorts(groups, 7, 1, np.random.default_rng(0))

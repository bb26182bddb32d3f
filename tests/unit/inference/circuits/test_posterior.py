import dataclasses

import numpy as np
import pytest
from bare import INPUT_NAMES

from minicolumn.inference.circuits.posterior import CircuitPosterior


@pytest.mark.slow
@pytest.mark.parametrize("n_epochs", [1, 4])
def test_it_is_the_posterior_known_in_closed_form(linear, learned, n_epochs):
    """Means, SDs and correlations of a linear model with Gaussian noise."""
    mice = linear.mice(60, 99)
    known = mice.watched(np.random.default_rng(0), at_most=n_epochs)
    means, sd = linear.closed_form(known)
    drawn = learned.coordinates(known, 2000, seed=1)
    assert np.sqrt(np.mean((drawn.mean(axis=1) - means) ** 2)) < 0.12
    np.testing.assert_allclose(drawn.std(axis=1).mean(axis=0), sd, rtol=0.1)


@pytest.mark.slow
def test_what_the_statistics_do_not_depend_on_stays_as_the_prior_has_it(
    linear, learned
):
    known = linear.mice(60, 99).watched(np.random.default_rng(0))
    drawn = learned.coordinates(known, 500, seed=1)[..., 2:]
    assert np.abs(drawn.mean(axis=1)).mean() < 0.1
    np.testing.assert_allclose(drawn.std(axis=1).mean(axis=0), 1.0, atol=0.1)


@pytest.mark.slow
def test_learning_beats_the_prior_and_nearly_reaches_what_can_be_known(learned, linear):
    """Nothing beats the entropy of the closed form, on average over mice."""
    by_k = []
    for k in range(1, learned.features.most_epochs + 1):
        precision = np.eye(len(linear.weights)) + k * linear.weights @ linear.weights.T
        by_k.append(-0.5 * np.linalg.slogdet(precision)[1])
    best = 0.5 * len(precision) * np.log(2 * np.pi * np.e) + np.mean(by_k)
    reached = min(learned.learning["validation"])
    assert reached < learned.learning["prior"] - 0.5
    assert best - 0.1 < reached < best + 0.2


def test_the_same_input_gives_the_same_posterior(linear, flow_settings, rule):
    settings = flow_settings.model_copy(update={"max_epochs": 1})
    known = linear.mice(5, 9).watched(np.random.default_rng(0))
    first, again, other = (
        CircuitPosterior.fit(linear.mice(60, 1), linear.prior, settings, rule, seed)
        for seed in (5, 5, 6)
    )
    drawn = [p.sample(known, 20, seed=1) for p in (first, again, other)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()


def test_draws_are_circuits_of_the_prior(quick, linear):
    known = linear.mice(3, 9).watched(np.random.default_rng(0))
    drawn = quick.sample(known, 50, seed=1)
    assert drawn.shape == (3, 50, len(INPUT_NAMES))
    for place, name in enumerate(INPUT_NAMES):
        allowed = linear.prior.ranges[name]
        assert drawn[..., place].min() >= allowed.low
        assert drawn[..., place].max() <= allowed.high


def test_draws_follow_from_seed_and_key(quick, linear):
    known = linear.mice(3, 9).watched(np.random.default_rng(0))
    drawn = [quick.sample(known, 9, *key) for key in ((1, 7), (1, 7), (1, 8), (2, 7))]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()
    assert (drawn[0] != drawn[3]).any()


def test_held_out_mice_leave_no_trace(linear, quick, flow_settings, rule):
    """Whatever the test mice are, the posterior is the same."""
    mice = linear.mice(200, 1)
    held_out = rule.members(mice.circuit_id, "test")
    assert held_out.any()
    epochs = np.where(held_out[:, None, None], 1e6, mice.epochs)
    settings = flow_settings.model_copy(update={"max_epochs": 2})
    other = CircuitPosterior.fit(
        dataclasses.replace(mice, epochs=epochs), linear.prior, settings, rule, 5
    )
    known = linear.mice(3, 9).watched(np.random.default_rng(0))
    np.testing.assert_array_equal(
        quick.sample(known, 20, 1), other.sample(known, 20, 1)
    )


def test_missing_statistics_are_no_obstacle(quick, linear):
    mice = linear.mice(3, 9)
    mice.epochs[0] = np.nan
    mice.epochs[1, :, 4] = np.nan
    known = mice.watched(np.random.default_rng(0))
    assert np.isfinite(quick.sample(known, 20, 1)).all()


def test_without_mice_to_stop_at_it_says_so(linear, flow_settings, rule):
    mice = linear.mice(200, 1)
    training = mice.take(rule.members(mice.circuit_id, "train"))
    with pytest.raises(ValueError, match="no mouse is left for the validation split"):
        CircuitPosterior.fit(training, linear.prior, flow_settings, rule, 5)

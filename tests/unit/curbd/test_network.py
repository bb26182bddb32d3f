import numpy as np

from minicolumn.curbd import network
from minicolumn.curbd.network import advanced, fit, initial_weights


def test_a_step_of_learning_is_ridge_regression():
    """Against the closed form, with the prior that the method begins with."""
    rng = np.random.default_rng(1)
    rates, targets = rng.normal(size=(200, 6)), rng.normal(size=(200, 6))
    weights, inverse = np.zeros((1, 6, 6)), np.eye(6)[None].copy()
    for rate, target in zip(rates, targets, strict=True):
        network._learn(weights, inverse, rate[None], (weights @ rate)[...] - target)
    ridge = np.linalg.solve(np.eye(6) + rates.T @ rates, rates.T @ targets).T
    np.testing.assert_allclose(weights[0], ridge, atol=1e-10)
    np.testing.assert_allclose(
        inverse[0], np.linalg.inv(np.eye(6) + rates.T @ rates), atol=1e-10
    )


def test_without_weights_the_state_decays_with_its_time_constant():
    h = advanced(np.ones((1, 3)), np.zeros((1, 3, 3)), 0.1, 10.0)
    np.testing.assert_allclose(h, np.exp(-0.01), rtol=1e-4)


def test_known_currents_are_found_again(known, settings):
    rng = np.random.default_rng(2)
    initial = np.stack([initial_weights(10, 1.5, rng) for _ in range(2)])
    found = fit(known.activity.epochs, initial, settings.bin_s, settings.network)
    assert (found.explained > 0.9).all()
    before = fit(
        known.activity.epochs, initial, settings.bin_s,
        settings.network.model_copy(update={"passes": 0}),
    )  # fmt: skip
    for pair, correlations in known.recovery(found).items():
        assert min(correlations) > 0.9, pair
    assert np.mean(list(known.recovery(before).values())) < 0.5
    assert known.dimension > 5

import numpy as np
import pytest

from minicolumn.identifiability.information import (
    angle_deg,
    chance_deg,
    contraction,
    information,
    n_identifiable,
    reachable,
    separation,
    spectrum,
)


@pytest.fixture
def jacobians():
    return np.random.default_rng(1).normal(size=(2, 4, 7))


def test_no_more_directions_than_statistics_and_more_states_never_tell_less(jacobians):
    rest, both = information(jacobians[0]), information(*jacobians)
    assert n_identifiable(rest, 10**9) == 4
    assert n_identifiable(both, 10**9) == 7
    assert (spectrum(both)[0] >= spectrum(rest)[0] - 1e-12).all()
    assert (contraction(both, 3) >= contraction(rest, 3)).all()


def test_contraction_is_that_of_a_posterior_drawn_from_the_linear_model(jacobians):
    """Against regression of parameters on epochs: no formula is shared."""
    rng, n_epochs = np.random.default_rng(2), 3
    theta = rng.normal(size=(40_000, 7))
    noise = rng.normal(size=(40_000, 4)) / np.sqrt(n_epochs)
    seen = theta @ jacobians[0].T + noise
    weights, *_ = np.linalg.lstsq(seen, theta, rcond=None)
    left = (theta - seen @ weights).var(axis=0)
    found = contraction(information(jacobians[0]), n_epochs)
    np.testing.assert_allclose(found, 1 - left, atol=0.02)


def test_a_direction_counts_from_where_its_variance_is_halved():
    jacobian = np.diag([1.0, 0.4, 0.0])
    fisher = information(jacobian)
    assert [n_identifiable(fisher, n) for n in (1, 2, 6, 7)] == [0, 1, 1, 2]
    assert contraction(fisher, 1).tolist() == pytest.approx([0.5, 0.16 / 1.16, 0])
    assert reachable(jacobian, 2).shape == (3, 1)


def test_angles_from_what_parameters_do(jacobians):
    basis = reachable(jacobians[0][:, :2], 10**9)
    within = jacobians[0][:, :2] @ [0.3, -2.0]
    assert angle_deg(within, basis) == pytest.approx(0, abs=1e-5)
    across = np.linalg.svd(jacobians[0][:, :2])[0][:, -1]
    assert angle_deg(across, basis) == pytest.approx(90)
    assert angle_deg(within, basis[:, :0]) == pytest.approx(90)
    assert np.isnan(angle_deg(0 * within, basis))


@pytest.mark.parametrize(("d", "k"), [(11, 1), (11, 5), (11, 10), (4, 2)])
def test_chance_is_the_median_angle_of_random_directions(d, k):
    draws = np.random.default_rng(3).normal(size=(4000, d))
    angles = [angle_deg(one, np.eye(d)[:, :k]) for one in draws]
    assert chance_deg(d, k) == pytest.approx(np.median(angles), abs=2)


def test_what_a_circuit_could_do_does_not_tell_hypotheses_apart(jacobians):
    alike = jacobians[0] @ [1, 0, 0, 0, 0, 0, 0.5]
    known, unknown = separation(alike, 1e3 * jacobians[0], 4)
    assert known == pytest.approx(2 * np.linalg.norm(alike))
    assert unknown < 0.01
    assert separation(alike, 0 * jacobians[0], 4) == pytest.approx((known, known))

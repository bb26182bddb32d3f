"""Fits of parameters move on the prior, and find what is nearest."""

import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.family import DOSE
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning import parametric
from minicolumn.tuning.fit import losses
from minicolumn.tuning.parametric import Distance, tune_parameters
from minicolumn.tuning.targets import Targets, even

N = len(SMOOTH_NAMES)


@pytest.fixture(scope="module")
def physics(cfg):
    return Physics(**cfg.physics())


@pytest.fixture
def targets():
    rng = np.random.default_rng(5)
    used = np.arange(N) != 3
    return Targets(rng.normal(0, 1, N), rng.uniform(0.5, 2, N), np.full(N, 4), used)


@pytest.fixture
def given(targets, fitting, cfg, physics):
    return targets, fitting, cfg.statistics, physics


def row_of(physics, circuit_id=2):
    return parameter_rows(physics.prior, physics.seed, [circuit_id])[0]


def test_a_fit_starts_at_the_circuit_itself(given, physics):
    row = row_of(physics)
    distance = Distance.of(row, *given)
    (same,) = distance.circuits(distance.start[None])
    (built,) = build_circuits([row], physics)
    np.testing.assert_allclose(same.weights_uS, built.weights_uS, rtol=1e-6)
    np.testing.assert_allclose(same.drive_nA, built.drive_nA, rtol=1e-6)
    assert same.max_mV == pytest.approx(built.max_mV)


def test_numbers_of_neurons_and_the_dose_are_held(given, physics):
    row = row_of(physics)
    distance = Distance.of(row, *given)
    assert set(distance.prior.names) == set(physics.prior) - {"n_neurons", DOSE}
    far = np.full((1, distance.start.size), 9.0)
    (circuit,) = distance.circuits(far)
    assert circuit.n == row["n_neurons"]
    assert circuit.max_mV == pytest.approx(row[DOSE])


def test_the_loss_is_that_of_fits_by_gradients(given, monkeypatch, physics, fitting):
    """Squares of residuals sum to it, near the targets and far beyond."""
    targets, distance = given[0], Distance.of(row_of(physics), *given)
    values = np.random.default_rng(1).uniform(0, 20, (4, N))
    reached = even(values, fitting)
    monkeypatch.setattr(Distance, "_reached", lambda self, x: reached)
    found = distance.residuals(np.zeros((4, distance.start.size)))

    class Found:
        defined = np.ones((4, N), bool)

    Found.values = values
    expected = losses(Found, targets.center, targets.sd, targets.used, fitting)
    np.testing.assert_allclose((found**2).sum(axis=1), expected, rtol=1e-4)


def test_an_undefined_statistic_is_far_from_its_target(given, monkeypatch, physics):
    distance = Distance.of(row_of(physics), *given)
    nothing = np.full((1, N), np.nan)
    monkeypatch.setattr(Distance, "_reached", lambda self, x: nothing)
    found = distance.residuals(np.zeros((1, distance.start.size)))
    assert (found**2).sum() == pytest.approx(6 * parametric.UNDEFINED_Z - 9)


def test_the_minimum_of_a_linear_problem_is_found(given, monkeypatch, physics):
    """Where statistics are linear in parameters, ridge regression knows it."""
    targets = given[0]
    row = row_of(physics)
    distance = Distance.of(row, *given)
    n = distance.start.size
    slope = np.random.default_rng(3).normal(0, 0.05, (N, n))
    offset = targets.center + 0.2 - slope @ distance.start
    monkeypatch.setattr(Distance, "_reached", lambda self, x: x @ slope.T + offset)
    fits = tune_parameters([row], *given)
    used, weight = targets.used, np.sqrt(parametric.PRIOR_WEIGHT / n)
    scale = targets.sd[used] * np.sqrt(used.sum())
    matrix = np.concatenate([slope[used] / scale[:, None], weight * np.eye(n)])
    aim = np.concatenate([(targets.center - offset)[used] / scale, np.zeros(n)])
    best = np.linalg.lstsq(matrix, aim)[0]
    (expected,) = distance.circuits(best[None])
    (fitted,) = fits.fitted
    for name in ("drive_nA", "weights_uS"):
        np.testing.assert_allclose(
            getattr(fitted, name), getattr(expected, name), rtol=2e-2, atol=1e-4
        )
    assert fits.loss[0, 1] < fits.loss[0, 0]
    assert fits.loss.shape == (1, given[1].steps)


@pytest.mark.slow
def test_derivatives_are_those_under_common_noise(given, physics):
    """The same coordinates give the same distances, to the last bit."""
    short = physics.simulation.model_copy(update={"duration_s": 1.0, "warmup_s": 0.1})
    fast = physics.model_copy(update={"simulation": short})
    distance = Distance.of(row_of(fast), *given[:-1], fast)
    twice = distance.residuals(np.stack([distance.start] * 2))
    np.testing.assert_array_equal(twice[0], twice[1])
    slopes = distance.slopes(distance.start)
    n = distance.start.size
    assert slopes.shape == (twice.shape[1], n)
    expected = np.sqrt(parametric.PRIOR_WEIGHT / n) * np.eye(n)
    np.testing.assert_allclose(slopes[-n:], expected, atol=1e-9)

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from scipy import stats

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.conformal import Calibration, Spread, conformal_quantile
from minicolumn.surrogates.coverage import allowed_range, measure_coverage
from minicolumn.surrogates.dataset import CalibrationRows, TestRows, ValidationRows
from minicolumn.surrogates.rows import LEVEL

N = len(STATISTIC_NAMES)
LEVELS = np.array([0.0, 0.5, 1.0])


class Zero:
    """Predicts 0 for busy and quiet circuits alike, in units of the first input."""

    def predict(self, inputs):
        return np.repeat(inputs[:, :1], N, axis=1)


def rows(kind, n_circuits, rng, sd=1.0, busy_sd=0.0):
    """Circuits whose errors are alike at all levels, larger for busy circuits."""
    ids = np.repeat(np.arange(n_circuits), len(LEVELS))
    inputs = np.zeros((len(ids), 2))
    inputs[:, 0] = rng.uniform(0, 10, n_circuits)[ids]
    inputs[:, LEVEL] = np.tile(LEVELS, n_circuits)
    error = rng.normal(size=(n_circuits, N))[ids]
    targets = inputs[:, :1] + (sd + busy_sd * inputs[:, :1]) * error
    return kind(inputs, targets, ids, {}, ("busy", "level"))


@given(
    n=st.integers(1, 60),
    miscoverage=st.floats(0.02, 0.5),
    missing=st.integers(0, 5),
)
@example(n=9, miscoverage=0.1, missing=0)
@example(n=8, miscoverage=0.1, missing=3)
def test_the_quantile_is_the_score_of_the_conformal_rank(n, miscoverage, missing):
    scores = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    with_missing = np.concatenate([np.full(missing, np.nan), scores])
    rank = math.ceil(round((n + 1) * (1 - miscoverage), 9))
    expected = float(rank) if rank <= n else np.nan
    np.testing.assert_equal(conformal_quantile(with_missing, miscoverage), expected)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(9, 40),
    heavy=st.booleans(),
)
def test_exchangeable_scores_are_covered_as_often_as_promised(seed, n, heavy):
    """Of 4000 worlds, at least 90 % minus what a binomial law allows once in 1e6."""
    rng = np.random.default_rng(seed)
    draw = rng.standard_cauchy if heavy else rng.standard_exponential
    scores = draw((n + 1, 4000))
    covered = int((scores[-1] <= conformal_quantile(scores[:-1], 0.1)).sum())
    assert covered >= stats.binom.ppf(1e-6, 4000, 0.9)


def test_coverage_is_what_honesty_asks():
    """Intervals at 90 % hold 0.90 +- 0.03 of new circuits, at each level."""
    rng = np.random.default_rng(2)
    calibration = Calibration.fit(
        Zero(), rows(ValidationRows, 400, rng), rows(CalibrationRows, 1000, rng)
    )
    found = measure_coverage(Zero(), calibration, rows(TestRows, 1500, rng), 0.1)
    shares = [at.share for one in found.statistics.values() for at in one.by_level]
    assert found.share == pytest.approx(0.9, abs=0.01)
    np.testing.assert_allclose(shares, 0.9, atol=0.03)


def test_one_circuit_counts_once_however_many_levels_it_has():
    """Nine circuits of three levels are nine scores, not 27: the largest of them."""
    rng = np.random.default_rng(3)
    calibration = Calibration.fit(
        Zero(), rows(ValidationRows, 40, rng), rows(CalibrationRows, 9, rng)
    )
    largest = np.abs(calibration.errors).max(axis=0)
    predicted = np.full((3, N), 5.0)
    half = calibration.half_width(predicted, LEVELS, 0.1)
    np.testing.assert_allclose(half, largest * calibration.spread.at(predicted))
    eight = replace(calibration, errors=calibration.errors[:8])
    assert np.isnan(eight.half_width(predicted, LEVELS, 0.1)).all()


def test_intervals_are_wide_where_errors_are_large():
    rng = np.random.default_rng(4)
    uneven = {"sd": 0.1, "busy_sd": 0.3}
    calibration = Calibration.fit(
        Zero(),
        rows(ValidationRows, 800, rng, **uneven),
        rows(CalibrationRows, 800, rng, **uneven),
    )
    half = calibration.half_width(np.array([[1.0] * N, [9.0] * N]), LEVELS[:2], 0.1)
    assert (half[1] > 3 * half[0]).all()
    test = rows(TestRows, 1500, rng, **uneven)
    found = measure_coverage(Zero(), calibration, test, 0.1).statistics
    thirds = [one.thirds for one in found.values()]
    np.testing.assert_allclose(np.mean(thirds, axis=0), 0.9, atol=0.02)


def test_missing_targets_take_no_part():
    rng = np.random.default_rng(5)
    validation, calibration = (
        rows(kind, 60, rng) for kind in (ValidationRows, CalibrationRows)
    )
    targets = calibration.targets.copy()
    targets[::2, 0] = np.nan
    targets[:, 1] = np.nan
    fitted = Calibration.fit(Zero(), validation, replace(calibration, targets=targets))
    whole = Calibration.fit(Zero(), validation, calibration)
    half, all_of = (
        c.half_width(np.zeros((3, N)), LEVELS, 0.1) for c in (fitted, whole)
    )
    assert np.isfinite(half[:, 0]).all()
    assert np.isnan(half[:, 1]).all()
    np.testing.assert_array_equal(half[:, 2:], all_of[:, 2:])


def test_what_was_not_learned_has_no_interval():
    class Nothing:
        def predict(self, inputs):
            return np.full((len(inputs), N), np.nan)

    rng = np.random.default_rng(6)
    calibration = Calibration.fit(
        Nothing(), rows(ValidationRows, 60, rng), rows(CalibrationRows, 60, rng)
    )
    test = rows(TestRows, 20, rng)
    found = measure_coverage(Nothing(), calibration, test, 0.1)
    assert found.share is None
    one = found.statistics[STATISTIC_NAMES[0]]
    assert (one.n, one.share, one.mean_width) == (0, None, None)
    assert one.by_level[0].allowed is None


def test_between_levels_errors_are_those_of_the_same_circuit():
    errors = np.array([[[0.0], [1.0], [np.nan]], [[2.0], [4.0], [6.0]]])
    calibration = Calibration(Spread(np.zeros((1, 1)), np.ones((1, 1))), LEVELS, errors)
    np.testing.assert_allclose(calibration.errors_at(0.25), [[0.5], [3.0]])
    np.testing.assert_array_equal(calibration.errors_at(0.5), [[1.0], [4.0]])
    np.testing.assert_array_equal(calibration.errors_at(1.0), [[np.nan], [6.0]])
    np.testing.assert_array_equal(calibration.errors_at(0.0), [[0.0], [2.0]])


def test_training_rows_cannot_calibrate(toy):
    with pytest.raises(TypeError, match="TrainingRows"):
        Calibration.fit(Zero(), toy.validation, toy.train)  # pyright: ignore


def test_the_allowed_range_is_that_of_simulated_worlds():
    rng = np.random.default_rng(7)
    n, n_test = 30, 50
    scores = rng.normal(size=(n + n_test, 20_000))
    inside = (scores[n:] <= conformal_quantile(scores[:n], 0.1)).mean(axis=0)
    low, high = allowed_range(n, n_test, 0.1)
    assert 0.94 < np.mean((low <= inside) & (inside <= high)) < 0.99

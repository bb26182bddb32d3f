import numpy as np
from bare import INPUT_NAMES

from minicolumn.config.base import Between
from minicolumn.config.mice import Level
from minicolumn.prediction.residuals import change_residuals
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.rows import LEVEL, Rows

N = len(STATISTIC_NAMES)
RANGES = Level(low=0.0, high=0.3), Between(low=0.5, high=1.0)


class Linear:
    """Every statistic is the first parameter times the level, and more."""

    def predict(self, inputs):
        first, level = inputs[:, 0], inputs[:, LEVEL]
        return np.repeat((7.0 + first + first * level)[:, None], N, axis=1)


def held_out(levels, targets):
    n = len(levels)
    inputs = np.zeros((n, len(INPUT_NAMES)))
    inputs[:, 0], inputs[:, LEVEL] = np.arange(n) // 3, levels
    circuit, targets = np.arange(n) // 3, np.asarray(targets, dtype=float)
    return Rows(inputs, targets, circuit, {}, INPUT_NAMES)


def residuals_of(rows):
    return change_residuals(Linear(), rows, *RANGES, np.random.default_rng(0))


def test_residuals_are_simulated_minus_emulated_changes_without_their_median():
    rows = held_out([0.0, 0.2, 0.8] * 2, np.zeros((6, N)))
    offset = np.array([0.0, 0.0, 3.0, 0.0, 0.0, -5.0])
    rows.targets[:] = Linear().predict(rows.inputs) + offset[:, None]
    residuals = residuals_of(rows)
    assert residuals is not None
    np.testing.assert_allclose(np.sort(residuals[:, 0]), [-4.0, -4.0, 4.0, 4.0])


def test_a_missing_residual_is_drawn_from_the_others_of_its_statistic():
    targets = np.zeros((6, N))
    targets[5, 0] = np.nan
    targets[:, 1] = np.nan
    residuals = residuals_of(held_out([0.0, 0.2, 0.8] * 2, targets))
    assert residuals is not None
    assert np.isfinite(residuals).all()
    assert set(residuals[2:, 0]) <= set(residuals[:2, 0])
    np.testing.assert_array_equal(residuals[:, 1], 0.0)


def test_without_a_pair_of_levels_there_is_no_residual():
    assert residuals_of(held_out([0.0, 0.1, 0.2], np.zeros((3, N)))) is None

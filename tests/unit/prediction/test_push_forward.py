from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy import stats

from minicolumn.config.mice import Level
from minicolumn.prediction.push_forward import (
    ChangeDistribution,
    change_errors,
    push_forward,
)
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.rows import INPUT_NAMES, LEVEL, Rows

N = len(STATISTIC_NAMES)


@dataclass
class Linear:
    """Every statistic is the first parameter times the level, and more."""

    n_weights: int = 0
    learning: dict[str, Any] = field(default_factory=dict)

    def predict(self, inputs):
        first, level = inputs[:, 0], inputs[:, LEVEL]
        return np.repeat((7.0 + first + first * level)[:, None], N, axis=1)


def circuits(first, level=0.2):
    inputs = np.zeros((len(first), len(INPUT_NAMES)))
    inputs[:, 0], inputs[:, LEVEL] = first, level
    return inputs


def test_a_linear_emulator_of_normal_circuits_gives_a_normal_change():
    """first ~ N(1, 2), levels 0.2 and 0.7: the change is N(0.5, 1)."""
    first = np.random.default_rng(0).normal(1.0, 2.0, 40_000)
    change = push_forward(Linear(), circuits(first), np.full(len(first), 0.7))
    expected = stats.norm(0.5, 1.0)
    np.testing.assert_allclose(change.p_up, expected.sf(0.0), atol=0.01)
    np.testing.assert_allclose(change.median, 0.5, atol=0.02)
    np.testing.assert_allclose(change.low, expected.ppf(0.05), atol=0.03)
    np.testing.assert_allclose(change.high, expected.ppf(0.95), atol=0.03)


def test_every_circuit_has_its_own_levels():
    inputs = circuits(np.array([1.0, 1.0, 1.0]), level=np.array([0.0, 0.1, 0.2]))
    change = push_forward(Linear(), inputs, np.array([0.5, 0.7, 1.0]))
    np.testing.assert_allclose(change.draws[:, 0], [0.5, 0.6, 0.8])
    np.testing.assert_array_equal(inputs[:, LEVEL], [0.0, 0.1, 0.2])


def test_errors_of_the_emulator_widen_the_change():
    """Two independent normals add their variances."""
    rng = np.random.default_rng(0)
    first = rng.normal(1.0, 2.0, 40_000)
    errors = rng.normal(0.0, 1.0, (40_000, N))
    change = push_forward(
        Linear(), circuits(first), np.full(len(first), 0.7), errors, rng
    )
    expected = stats.norm(0.5, np.sqrt(2.0))
    np.testing.assert_allclose(change.p_up, expected.sf(0.0), atol=0.01)
    np.testing.assert_allclose(change.high, expected.ppf(0.95), atol=0.05)


def test_no_change_is_no_direction():
    change = push_forward(Linear(), circuits(np.zeros(100)), np.full(100, 0.7))
    np.testing.assert_array_equal(change.p_up, 0.5)
    np.testing.assert_array_equal(change.median, 0.0)


def test_what_the_emulator_has_not_learned_has_no_distribution():
    draws = np.ones((10, N))
    draws[:, 3] = np.nan
    change = ChangeDistribution.of(draws)
    for values in (change.p_up, change.median, change.low, change.high):
        assert np.isnan(values[3])
        np.testing.assert_array_equal(np.delete(values, 3), 1.0)


def held_out(levels, targets):
    n = len(levels)
    return Rows(
        inputs=circuits(np.arange(n) // 3, np.asarray(levels)),
        targets=np.asarray(targets, dtype=float),
        circuit_id=np.arange(n) // 3,
        log_inputs=(),
        input_names=INPUT_NAMES,
    )


def test_errors_are_simulated_minus_emulated_changes_of_the_same_circuit():
    levels = [0.0, 0.2, 0.8] * 2
    rows = held_out(levels, np.zeros((6, N)))
    offset = np.array([0.0, 0.0, 3.0, 0.0, 0.0, -5.0])
    rows.targets[:] = Linear().predict(rows.inputs) + offset[:, None]
    errors = change_errors(
        Linear(), rows, Level(low=0.0, high=0.3), Level(low=0.5, high=1.0),
        np.random.default_rng(0),
    )  # fmt: skip
    assert errors is not None
    np.testing.assert_allclose(np.sort(errors[:, 0]), [-5.0, -5.0, 3.0, 3.0])


def test_a_missing_error_is_drawn_from_the_others_of_its_statistic():
    levels = [0.0, 0.2, 0.8] * 2
    targets = np.zeros((6, N))
    targets[5, 0] = np.nan
    targets[:, 1] = np.nan
    rows = held_out(levels, targets)
    errors = change_errors(
        Linear(), rows, Level(low=0.0, high=0.3), Level(low=0.5, high=1.0),
        np.random.default_rng(0),
    )  # fmt: skip
    assert errors is not None
    assert np.isfinite(errors).all()
    assert set(errors[2:, 0]) <= set(errors[:2, 0])
    np.testing.assert_array_equal(errors[:, 1], 0.0)


def test_without_a_pair_of_levels_there_is_no_error():
    rows = held_out([0.0, 0.1, 0.2], np.zeros((3, N)))
    ranges = Level(low=0.0, high=0.3), Level(low=0.5, high=1.0)
    assert change_errors(Linear(), rows, *ranges, np.random.default_rng(0)) is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_p_up_is_a_probability_of_direction(share):
    draws = np.where(np.arange(1000) < 1000 * share, 1.0, -1.0)
    change = ChangeDistribution.of(np.repeat(draws[:, None], N, axis=1))
    np.testing.assert_allclose(change.p_up, share)

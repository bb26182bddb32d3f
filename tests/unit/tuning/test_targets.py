"""Targets come from conditioning epochs alone, and say where they are missing."""

import numpy as np
import pytest

from minicolumn.config import Fitting
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.targets import Targets, even

N = len(STATISTIC_NAMES)
SD = np.full(len(SMOOTH_NAMES), 0.1)


@pytest.fixture(scope="module")
def fitting(cfg):
    return Fitting(**cfg.tuned.fitting())


def epochs(n, seed=1):
    return np.random.default_rng(seed).uniform(0.1, 2.0, (n, N))


def test_a_target_is_the_mean_on_the_even_scale(fitting):
    values = epochs(5)
    targets = Targets.of(values, SD, fitting)
    place = SMOOTH_NAMES.index("fano")
    column = values[:, STATISTIC_NAMES.index("fano")]
    expected = np.log(column + fitting.loss_log_offset).mean()
    assert targets.center[place] == pytest.approx(expected)
    assert targets.used.all()
    assert targets.obstacle(5, fitting) == ""


def test_an_undefined_statistic_is_left_out_and_named(fitting):
    values = epochs(4)
    values[1:, STATISTIC_NAMES.index("lv")] = np.nan
    targets = Targets.of(values, SD, fitting)
    assert [
        n for n, used in zip(SMOOTH_NAMES, targets.used, strict=True) if not used
    ] == ["lv"]
    assert targets.obstacle(4, fitting) == ""
    values[:, 1:] = np.nan
    why = Targets.of(values, SD, fitting).obstacle(4, fitting)
    assert why.startswith(
        "only 1 statistics have a target: undefined at rest are rate_cv"
    )


def test_too_few_epochs_are_said(fitting):
    why = Targets.of(epochs(1), SD, fitting).obstacle(1, fitting)
    assert why.startswith("1 conditioning epochs at rest are too few")


def test_what_is_not_trained_has_no_weight(fitting):
    settings = fitting.model_copy(update={"untrained": ("lv", "fano")})
    used = Targets.of(epochs(5), SD, settings).used
    assert not used[[SMOOTH_NAMES.index(n) for n in ("lv", "fano")]].any()
    assert used.sum() == len(SMOOTH_NAMES) - 2


def test_scales_are_finite_at_zero_and_keep_signs(fitting):
    zero = even(np.zeros(len(SMOOTH_NAMES)), fitting)
    assert np.isfinite(zero).all()
    place = SMOOTH_NAMES.index("pairwise_corr")
    values = np.full(len(SMOOTH_NAMES), 0.5)
    values[place] = -0.02
    assert even(values, fitting)[place] == -0.02

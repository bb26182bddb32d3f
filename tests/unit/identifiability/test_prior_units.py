import numpy as np
import pytest

from minicolumn.circuits.distributions import at_quantile
from minicolumn.config import Range
from minicolumn.identifiability.prior_units import inferred, movable, moved, sd_of


def test_a_step_is_one_sd_of_the_prior_whatever_its_scale(cfg):
    quantiles = np.random.default_rng(1).random(100_000)
    for name, allowed in cfg.prior.items():
        draws = at_quantile(allowed, quantiles)
        draws = np.log(draws) if allowed.scale == "log" else draws
        assert sd_of(allowed) == pytest.approx(np.std(draws), rel=0.02), name


def test_a_parameter_moves_as_far_as_its_range_allows():
    allowed = Range(low=1, high=np.e, scale="log", source="an example")
    value, steps = moved(allowed, np.e**0.5, 1.0)
    assert np.log(value) - 0.5 == pytest.approx(steps * sd_of(allowed))
    assert steps == pytest.approx(1.0)
    edge, steps = moved(allowed, np.e**0.9, 1.0)
    assert edge == pytest.approx(np.e)
    assert steps == pytest.approx(0.1 / sd_of(allowed))
    assert moved(allowed, 1.0, -0.5) == (1.0, 0.0)


def test_numbers_of_neurons_do_not_move_and_points_are_no_parameters(cfg):
    point = {"p_exc": cfg.prior["p_exc"].model_copy(update={"high": 0.1})}
    names = inferred(cfg.prior | point)
    assert {*cfg.prior} - {*names} == {"p_exc"}
    assert {*names} - {*movable(cfg.prior | point)} == {"n_neurons"}

import numpy as np
import pytest
from scipy import stats

from minicolumn.circuits.prior import parameter_rows
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.mice import Level


@pytest.fixture
def prior(cfg):
    return StandardPrior.of(cfg.prior, Level(low=0.0, high=0.3))


@pytest.fixture
def drawn(cfg):
    """Circuits of the prior itself, with levels at rest."""
    rows = parameter_rows(cfg.prior, seed=3, circuit_ids=range(2000))
    levels = np.random.default_rng(0).uniform(0.0, 0.3, len(rows))
    return np.column_stack([[[r[n] for n in cfg.prior] for r in rows], levels])


def test_circuits_of_the_prior_are_standard_normal(prior, drawn, cfg):
    z = prior.to_normal(drawn, np.random.default_rng(1))
    assert z.shape == (2000, len(cfg.prior) + 1)
    p = [stats.kstest(column, "norm").pvalue for column in z.T]
    assert min(p) > 0.01 / len(p)
    correlation = np.corrcoef(z.T) - np.eye(len(p))
    assert np.abs(correlation).max() < 5 / np.sqrt(2000)


def test_standard_normals_are_circuits_of_the_prior(prior, drawn):
    z = np.random.default_rng(2).standard_normal((4000, len(prior.ranges)))
    made = prior.from_normal(z)
    for place in range(len(prior.ranges)):
        assert stats.ks_2samp(made[:, place], drawn[:, place]).pvalue > 1e-4


def test_there_and_back(prior, drawn):
    z = prior.to_normal(drawn, np.random.default_rng(1))
    np.testing.assert_allclose(prior.from_normal(z), drawn, rtol=1e-9, atol=1e-12)


def test_whole_numbers_stay_whole_and_within_the_range(prior, cfg):
    z = np.zeros((3, len(prior.ranges)))
    z[:, 0] = [-9.0, 0.0, 9.0]
    allowed = cfg.prior["n_neurons"]
    made = prior.from_normal(z)[:, list(prior.ranges).index("n_neurons")]
    assert made[0] == allowed.low
    assert made[2] == allowed.high
    assert made[1] == int(made[1])


def test_the_edge_of_a_range_stays_finite(prior, drawn, cfg):
    drawn[0, list(prior.ranges).index("g_ee_nS")] = cfg.prior["g_ee_nS"].high
    drawn[1, -1] = 0.0
    assert np.isfinite(prior.to_normal(drawn, np.random.default_rng(0))).all()


def test_a_range_of_one_point_is_not_inferred_but_returned(cfg):
    point = cfg.prior["tau_slow_ms"].model_copy(update={"high": 50.0})
    prior = StandardPrior.of({**cfg.prior, "tau_slow_ms": point}, Level(low=0, high=1))
    assert "tau_slow_ms" not in prior.names
    made = prior.from_normal(np.zeros((5, len(prior.names))))
    assert (made[:, list(prior.ranges).index("tau_slow_ms")] == 50.0).all()


def test_circuits_of_another_prior_are_refused_by_name_and_value(prior, drawn):
    drawn[7, list(prior.ranges).index("tau_fast_ms")] = 123.0
    with pytest.raises(ValueError, match=r"tau_fast_ms=123 .* 2 to 10.*another prior"):
        prior.to_normal(drawn, np.random.default_rng(0))


def test_inputs_are_the_parameters_of_the_prior_and_the_level(prior, cfg):
    assert list(prior.ranges) == [*cfg.prior, "level"]


def test_plain_values_give_the_same_prior(prior):
    assert StandardPrior.from_json(prior.as_json()) == prior

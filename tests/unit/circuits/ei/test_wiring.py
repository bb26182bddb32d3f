import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.circuits.ei.wiring import REFERENCE_SIZE, build_circuit
from minicolumn.circuits.prior import sample_parameters


def build(cfg, circuit_id=0, **changes):
    parameters = sample_parameters(cfg.prior, cfg.seed, circuit_id) | changes
    return build_circuit(circuit_id, parameters, cfg)


@given(circuit=st.integers(0, 10_000))
def test_a_circuit_is_eighty_per_cent_excitatory_without_autapses(cfg, circuit):
    built = build(cfg, circuit)
    assert built.n_exc == round(0.8 * built.n)
    assert built.weights_uS.shape == (built.n, built.n)
    assert (np.diag(built.weights_uS) == 0).all()
    assert (built.weights_uS >= 0).all()


def test_connection_probability_and_mean_conductance_are_as_asked(cfg):
    built = build(cfg, n_neurons=400, p_exc=0.2, p_inh=0.4, g_ee_nS=2.0, g_ie_nS=8.0)
    scale = 1e-3 * np.sqrt(REFERENCE_SIZE / 400)
    for pre, probability, mean_nS in (
        (slice(0, 320), 0.2, 2.0),
        (slice(320, 400), 0.4, 8.0),
    ):
        block = built.weights_uS[pre, :320]
        assert (block > 0).mean() == pytest.approx(probability, abs=0.01)
        assert block[block > 0].mean() == pytest.approx(mean_nS * scale, rel=0.03)


def test_weights_are_log_normal_with_the_stated_sigma(cfg):
    built = build(cfg, n_neurons=400)
    weights = built.weights_uS[:320, :320]
    assert np.log(weights[weights > 0]).std() == pytest.approx(
        cfg.wiring.weight_sigma, rel=0.03
    )


def test_background_is_weaker_on_smaller_inhibitory_cells(cfg):
    built = build(cfg, noise_fast_nA=0.4)
    assert set(built.noise_fast_nA[: built.n_exc]) == {0.4}
    assert set(built.noise_fast_nA[built.n_exc :]) == {0.2}


def test_decay_times_are_spread_around_their_mean(cfg):
    factor = build(cfg, n_neurons=4000).decay_factor
    assert factor.mean() == pytest.approx(1, abs=0.01)
    assert np.log(factor).std() == pytest.approx(cfg.wiring.decay_sigma, rel=0.05)


def test_a_circuit_is_its_identity(cfg):
    first, again, other = build(cfg, 3), build(cfg, 3), build(cfg, 4, n_neurons=50)
    np.testing.assert_array_equal(first.weights_uS, again.weights_uS)
    np.testing.assert_array_equal(first.drive_nA, again.drive_nA)
    assert not np.array_equal(build(cfg, 3, n_neurons=50).weights_uS, other.weights_uS)

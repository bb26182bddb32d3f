"""Laws of the column and of the correction by which it is scaled down."""

from dataclasses import replace

import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.family import family
from minicolumn.circuits.pd14 import constants, full_column, scaled
from minicolumn.circuits.pd14.populations import FULL_SIZES, KINDS, sizes_of
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate

PUBLISHED = {
    "circuit_id": 0,
    "n_neurons": 1543,
    "n_recorded": 1543,
    "in_degree": 0.1,
    "p_scale": 1.0,
    "psp_mV": 0.15,
    "g": 4.0,
    "background_exc_hz": 8.0,
    "background_inh_hz": 8.0,
    "max_mV": 5.0,
}
EACH = np.arange(len(KINDS))


def column(cfg, **changed):
    (circuit,) = build_circuits([PUBLISHED | changed], cfg)
    return circuit


def received_nA(circuit, cfg, power):
    """Summed powers of the peak currents into a neuron, (pre, post) populations."""
    kind = np.repeat(EACH, circuit.sizes)
    per_uS = scaled.driving_mV(cfg) / scaled.charge_factor(cfg)
    current_nA = circuit.weights_uS * per_uS[kind][:, None]
    by_pre = np.array([(current_nA[kind == k] ** power).sum(axis=0) for k in EACH])
    return np.array([by_pre[:, kind == k].mean(axis=1) for k in EACH]).T


def test_the_whole_column_has_a_third_of_a_billion_synapses():
    """About 0.3 billion, Potjans & Diesmann 2014."""
    assert full_column.synapses(full_column.PROBABILITY).sum() == pytest.approx(
        3e8, rel=0.02
    )


@pytest.mark.parametrize("n", [80, 400, 1543, 77_169])
def test_populations_have_their_share_of_the_neurons(n):
    sizes = np.array(sizes_of(n, 0.8))
    assert sizes.sum() == n
    assert (sizes > 0).all()
    whole = np.array(list(FULL_SIZES.values()))
    np.testing.assert_allclose(sizes, whole * n / whole.sum(), atol=1)


def test_the_mean_input_at_published_rates_does_not_depend_on_the_in_degree(of_column):
    """What van Albada, Helias & Diesmann (2015) ask of a correction."""
    means = []
    for k in (0.05, 0.1, 0.3):
        circuit = column(of_column, in_degree=k)
        per_ms = 1e-3 * full_column.RATE_HZ[:, None] * constants.TAU_SYN_MS
        recurrent_nA = (per_ms * received_nA(circuit, of_column, 1)).sum(axis=0)
        starts = np.cumsum([0, *circuit.sizes[:-1]])
        means.append(recurrent_nA + circuit.drive_nA[starts])
    np.testing.assert_allclose(means[0], means[1], atol=0.01)
    np.testing.assert_allclose(means[1], means[2], atol=0.01)


def test_the_variance_of_the_input_does_not_depend_on_the_in_degree(of_column):
    # Where two neurons share synapses, squares of sums are more than sums of squares.
    large = {"n_neurons": 3000, "n_recorded": 100}
    few, more = (
        received_nA(column(of_column, in_degree=k, **large), of_column, 2)
        for k in (0.01, 0.02)
    )
    assert few[:2, :2] == pytest.approx(more[:2, :2], rel=0.1)


def test_inhibitory_synapses_inhibit_and_from_l4_to_l23_they_are_twice_as_strong():
    current_nA = scaled.currents_nA(PUBLISHED)
    kinds = list(KINDS)
    assert (np.sign(current_nA[:, 0]) == [1] * 4 + [-1] * 4).all()
    double = current_nA[kinds.index("l4e"), kinds.index("l23e")]
    assert double == pytest.approx(2 * current_nA[0, 0])
    assert current_nA[4, 0] == pytest.approx(-4 * current_nA[0, 0])


def test_the_held_background_has_the_power_of_the_poisson_inputs():
    """Summed covariances of a filtered Poisson process: rate times charge squared."""
    current_nA = scaled.currents_nA(PUBLISHED)
    mean_nA, sd_nA = scaled.background_nA(PUBLISHED, current_nA)
    per_ms = 8e-3 * full_column.EXTERNAL_INPUTS
    charge = current_nA[0, 0] * constants.TAU_SYN_MS
    lags = np.arange(-200, 201)
    covariance = sd_nA[:, None] ** 2 * np.exp(-np.abs(lags) * 0.5 / 0.5)
    np.testing.assert_allclose(0.5 * covariance.sum(axis=1), per_ms * charge**2)
    np.testing.assert_allclose(mean_nA, per_ms * charge)


def test_a_probe_records_a_sample_of_the_neurons(of_column):
    circuit = column(of_column, n_recorded=100)
    assert len(circuit.recorded) == circuit.n_recorded == 100
    assert circuit.n_exc == sum(circuit.sizes[:4])
    kind = np.repeat(EACH, circuit.sizes)[list(circuit.recorded)]
    np.testing.assert_array_equal(
        np.bincount(kind, minlength=8), circuit.recorded_sizes
    )
    assert circuit.n_exc_recorded == (kind < 4).sum()


def test_what_is_recorded_are_the_spikes_of_these_neurons(of_column):
    small = {"n_neurons": 300, "in_degree": 0.02}
    every = column(of_column, **small, n_recorded=300)
    some = column(of_column, **small, n_recorded=50)
    one = replace(every, recorded=some.recorded)
    all_spikes, recorded = simulate([Run(every), Run(one)], of_column, duration_s=0.5)
    expected = np.isin(all_spikes.unit, some.recorded)
    neuron = np.array(some.recorded)[recorded.unit]
    np.testing.assert_array_equal(neuron, all_spikes.unit[expected])
    np.testing.assert_array_equal(recorded.time_ms, all_spikes.time_ms[expected])


@pytest.mark.slow
def test_rates_at_n_002_and_k_01_are_the_published_ones(of_column):
    """Within 35 % in L2/3E and 20 % elsewhere, over 12 columns."""
    rows = [PUBLISHED | {"circuit_id": one} for one in range(12)]
    built = build_circuits(rows, of_column)
    kind = np.repeat(EACH, built[0].sizes)
    rates_hz = [
        np.bincount(kind[one.unit], minlength=8) / built[0].sizes / 5.0
        for one in simulate([Run(one) for one in built], of_column, duration_s=5.0)
    ]
    off = np.mean(rates_hz, axis=0) / full_column.RATE_HZ - 1
    assert (np.abs(off) < np.where(np.array(list(KINDS)) == "l23e", 0.35, 0.2)).all()


def test_the_dynamics_have_all_sites_of_the_family():
    one = family("pd14")
    assert set(one.dynamics.sites) == set(one.sites)

import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import sample_parameters
from minicolumn.circuits.v1_types.cell_types import KINDS, sizes_of
from minicolumn.circuits.v1_types.measured import PEAK_PROBABILITY, relative_strength

EXC, VIP, SST, PV = range(4)


@pytest.fixture(scope="module")
def many(of_types):
    """Large circuits of one set of parameters, and the type of each neuron."""
    return circuits(of_types, radius_um=1e-3, p_scale=1.0)


def circuits(of_types, n=12, **changed):
    given = {"n_neurons": 300, "drive_spread_nA": 0.0, **changed}
    rows = [
        {"circuit_id": i, **sample_parameters(of_types.prior, 1, 7), **given}
        for i in range(n)
    ]
    built = build_circuits(rows, of_types)
    return built, np.repeat(np.arange(4), built[0].sizes), rows[0]


def shares(built, kind):
    connected = np.mean([one.weights_uS > 0 for one in built], axis=0)
    return np.array(
        [
            [
                connected[np.ix_(kind == pre, kind == post)].sum()
                / ((kind == pre).sum() * ((kind == post).sum() - (pre == post)))
                for post in range(4)
            ]
            for pre in range(4)
        ]
    )


@pytest.mark.parametrize("n", [40, 57, 100])
def test_all_neurons_have_a_type_and_all_types_neurons(n):
    sizes = sizes_of(n, 0.8)
    assert sum(sizes) == n
    assert min(sizes) > 1
    assert sizes[EXC] == round(0.8 * n)


def test_neurons_in_one_place_connect_as_measured(many):
    built, kind, _ = many
    assert shares(built, kind) == pytest.approx(PEAK_PROBABILITY, abs=0.03)


def test_connections_are_fewer_the_farther_neurons_lie(many, of_types):
    near, kind, _ = many
    far, _, _ = circuits(of_types, radius_um=150.0, p_scale=1.0)
    assert (shares(far, kind) < shares(near, kind)).all()
    none, _, _ = circuits(of_types, n=1, radius_um=1e5, p_scale=1.0)
    assert (none[0].weights_uS > 0).mean() < 1e-3


def test_probabilities_stay_probabilities(of_types):
    built, kind, _ = circuits(of_types, radius_um=1e-3, p_scale=3.0)
    found = shares(built, kind)
    assert found[PV, EXC] == 1.0
    assert found[EXC, EXC] == pytest.approx(3 * PEAK_PROBABILITY[EXC, EXC], abs=0.02)


def test_strengths_of_a_class_have_the_mean_that_was_sampled(many):
    built, kind, row = many
    strength = relative_strength()
    for classes, name in (((EXC, PV), "g_ei_nS"), ((SST, EXC), "g_ie_nS")):
        pre, post = classes
        block = np.ix_(kind == pre, kind == post)
        weights = np.concatenate([one.weights_uS[block].ravel() for one in built])
        mean_nS = 1e3 * weights[weights > 0].mean() * np.sqrt(300 / 50)
        assert mean_nS == pytest.approx(row[name] * strength[pre, post], rel=0.1)
    for block in (np.ix_([0], [1, 2, 3]), np.ix_([1, 2, 3], [1, 2, 3])):
        assert strength[block].mean() == pytest.approx(1)
    assert np.isfinite(strength).all()


def test_each_type_has_its_own_drive(many):
    (built, *_), kind, row = many
    for place, name in enumerate(KINDS):
        assert set(built.drive_nA[kind == place]) == {row[f"drive_{name}_nA"]}


def test_fast_spiking_units_are_pv_neurons_the_last_ones():
    one = family("v1_types")
    assert one.n_fast_spiking(sizes_of(100, 0.8)) == 8
    assert family("ei").n_fast_spiking((80, 20)) == 20
    assert tuple(one.kinds)[-len(one.fast_spiking) :] == one.fast_spiking

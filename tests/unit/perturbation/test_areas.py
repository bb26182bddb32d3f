"""Reference circuits: areas of the family, joined as their coupling says."""

import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.perturbation.areas import reference_circuit
from minicolumn.perturbation.variants import reference_names


@pytest.mark.parametrize(
    ("name", "forward", "backward"),
    [("feedforward-0", True, False), ("feedback-0", True, True)],
)
def test_only_excitatory_neurons_project_between_areas(
    name, forward, backward, references, cfg
):
    circuit, neurons = reference_circuit(name, references, cfg)
    for source, target, joined in ((0, 1, forward), (1, 0, backward)):
        pre, post = neurons.area == source, neurons.area == target
        between = circuit.weights_uS[np.ix_(pre, post)] > 0
        assert between[neurons.excitatory[pre]].any() == joined
        assert not between[~neurons.excitatory[pre]].any()
        if joined:
            settings = references.forward if target else references.backward
            found = between[neurons.excitatory[pre]].mean()
            assert found == pytest.approx(settings.probability, abs=0.04)


def test_an_area_is_a_circuit_of_the_family(references, cfg):
    circuit, neurons = reference_circuit("feedback-3", references, cfg)
    parameters = {"circuit_id": circuit.circuit_id, **references.area}
    (alone,) = build_circuits([parameters], cfg)
    first = neurons.area == 0
    assert (circuit.weights_uS[np.ix_(first, first)] == alone.weights_uS).all()
    assert (circuit.drive_nA[first] == alone.drive_nA).all()
    assert circuit.tau_fast_ms == alone.tau_fast_ms


def test_one_area_has_no_other(references, cfg):
    circuit, neurons = reference_circuit("one_area-0", references, cfg)
    assert circuit.n == references.area["n_neurons"]
    assert not neurons.area.any()
    assert neurons.readout.any()


def test_the_same_share_of_each_area_and_type_is_recorded(references, neurons):
    for members in neurons.groups():
        share = neurons.recorded[members].mean()
        assert share == pytest.approx(references.recorded_fraction, abs=0.5 / 8)
    assert not (neurons.readout & ~neurons.recorded).any()


def test_no_two_reference_circuits_share_wiring(references, cfg):
    names = reference_names(("feedforward", "feedback"), 2)
    circuits = [reference_circuit(name, references, cfg)[0] for name in names]
    assert len({one.circuit_id for one in circuits}) == len(names)
    assert len({one.weights_uS[:32, :32].tobytes() for one in circuits}) == len(names)

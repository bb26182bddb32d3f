"""What perturbations are for the engine and for students."""

import numpy as np
import pytest

from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.family import family
from minicolumn.perturbation.areas import reference_circuit
from minicolumn.perturbation.perturbations import (
    CONTROL,
    depolarizing_nA,
    perturbations,
    release_of,
)
from minicolumn.perturbation.timing import LIGHT_ON, TRIAL
from minicolumn.simulation.packing import pack, padding_of, slots_of
from minicolumn.simulation.runs import Run


@pytest.fixture(scope="module")
def every(neurons, references, cfg):
    return perturbations(neurons, references, cfg)


def test_the_control_has_the_stimulus_only(every, neurons, references):
    (current,) = every[0].condition(neurons, references).currents
    assert every[0].manipulation == CONTROL
    lit = np.array(current.amplitude_nA) > 0
    assert (lit == (neurons.excitatory & (neurons.area == 0))).all()
    assert sum(current.waveform) == 10


def test_light_reaches_one_type_in_one_area_and_is_then_over(
    every, neurons, references
):
    light = [one for one in every if one.lit.any()]
    assert len(light) == 6
    for one in light:
        assert len(set(neurons.area[one.lit])) == 1
        assert len(set(neurons.excitatory[one.lit])) == 1
        *_, current = one.condition(neurons, references).currents
        on = np.flatnonzero(current.waveform) + TRIAL[0]
        assert (on[0], on[-1] + 1) == LIGHT_ON


def test_a_student_is_depolarized_by_the_current_of_the_engine(every, neurons, cfg):
    circuit, _ = reference_circuit("feedback-0", cfg.perturbation.references, cfg)
    padding = padding_of(circuit)
    batch = pack([Run(circuit)], padding, family("ei").dynamics, cfg)
    leak_nS = np.asarray(batch.leak_nS)[0, 0, slots_of(circuit, padding)]
    shift = Condition(depolarization_mV={"exc": 5.0, "inh": 2.0})
    expected = 1e-3 * leak_nS * np.where(neurons.excitatory, 5.0, 2.0)
    np.testing.assert_allclose(
        depolarizing_nA(shift, neurons, cfg), expected, rtol=1e-6
    )


def test_release_is_scaled_by_site(neurons, cfg):
    factor = release_of(Condition(release={"EE": 0.5, "EI": 0.8}), neurons, cfg)
    exc = neurons.excitatory
    assert (factor[np.ix_(exc, exc)] == 0.5).all()
    assert (factor[np.ix_(exc, ~exc)] == 0.8).all()
    assert (factor[~exc] == 1.0).all()

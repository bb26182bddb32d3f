"""What differs in a run: nothing by default, and conditions compose."""

from dataclasses import fields, replace

import numpy as np
import pytest
from bare import bare_circuit
from hypothesis import given, strategies as st

from minicolumn.circuits.conditions import Condition, Current, in_all_neurons

SOME = {
    "release": {"EE": 0.5, "EI": 0.8},
    "depolarization_mV": {"exc": 2.0},
    "drive_nA": {"inh": 0.1},
    "m_conductance": 0.5,
    "noise": 2.0,
    "common_input": 0.25,
    "bursts": 3.0,
    "currents": (Current((0.1, 0.0), (0.0, 1.0)),),
    "lost_spikes": 0.5,
    "poisson": True,
}
factors = st.floats(0.125, 8)
shifts = st.floats(-8, 8)
conditions = st.builds(
    Condition,
    release=st.dictionaries(st.sampled_from(["EE", "EI", "I"]), factors),
    depolarization_mV=st.dictionaries(st.sampled_from(["exc", "inh"]), shifts),
    drive_nA=st.dictionaries(st.sampled_from(["exc", "inh"]), shifts),
    m_conductance=factors,
    noise=factors,
    common_input=shifts,
    bursts=factors,
    lost_spikes=st.sampled_from([0.0, 0.25, 0.5]),
    poisson=st.booleans(),
)


def test_every_field_is_tried():
    assert set(SOME) == {field.name for field in fields(Condition)}


def test_entries_that_do_nothing_are_no_difference():
    dark = Current((0.0, 0.0), (1.0,)), Current((1.0, 1.0), (0.0,))
    assert Condition() == Condition(
        release={"EE": 1.0},
        depolarization_mV=in_all_neurons(0.0),
        drive_nA={"inh": 0.0},
        currents=dark,
    )


@given(one=conditions)
def test_the_neutral_condition_changes_no_other(one):
    assert one.plus(Condition()) == Condition().plus(one) == one


@given(one=conditions, other=conditions)
def test_the_order_of_conditions_does_not_matter(one, other):
    assert one.plus(other) == other.plus(one)


def test_factors_multiply_shifts_add_and_lost_spikes_are_lost_once():
    both = Condition(**SOME).plus(Condition(**SOME))
    assert both.release == {"EE": 0.25, "EI": pytest.approx(0.64)}
    assert both.depolarization_mV == {"exc": 4.0}
    assert both.drive_nA == {"inh": 0.2}
    assert (both.m_conductance, both.noise, both.bursts) == (0.25, 4.0, 9.0)
    assert both.common_input == 0.5
    assert both.currents == SOME["currents"] * 2
    assert both.lost_spikes == 0.75
    assert both.poisson


def test_a_condition_changes_the_background_and_nothing_else():
    circuit = replace(
        bare_circuit(4, 1),
        noise_fast_nA=np.ones(5),
        noise_slow_nA=np.full(5, 3.0),
        common_fraction=0.1,
        burst_rate_hz=2.0,
        g_M_scale=0.5,
    )
    changed = Condition(**SOME).applied(circuit)
    assert (changed.noise_fast_nA == 2).all()
    assert (changed.noise_slow_nA == 6).all()
    assert changed.common_fraction == pytest.approx(0.35)
    assert changed.burst_rate_hz == 6
    assert changed.g_M_scale == 0.25
    assert (changed.weights_uS == circuit.weights_uS).all()
    assert (changed.drive_nA == circuit.drive_nA).all()


@pytest.mark.parametrize(("added", "kept"), [(-2.0, 0.0), (2.0, 1.0)])
def test_a_share_stays_a_share(added, kept):
    circuit = replace(bare_circuit(4, 1), common_fraction=0.3)
    assert Condition(common_input=added).applied(circuit).common_fraction == kept


@given(one=conditions, other=conditions)
def test_what_came_since_is_what_must_be_added(one, other):
    undone = replace(other, lost_spikes=0.0, poisson=False)
    again = vars(undone.plus(one.since(undone)))
    neutral = {"release": 1.0, "depolarization_mV": 0.0, "drive_nA": 0.0}
    for name, value in vars(one).items():
        found = again[name]
        if name in neutral:  # what does nothing may stay, to within rounding
            keys = sorted({*value, *found})
            found, value = (
                [each.get(key, neutral[name]) for key in keys]
                for each in (found, value)
            )
        assert found == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize("name", ["currents", "lost_spikes", "poisson"])
def test_what_cannot_be_undone_is_refused(name):
    with pytest.raises(ValueError, match="cannot be undone"):
        Condition().since(Condition(**{name: SOME[name]}))

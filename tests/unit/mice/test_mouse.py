"""Who simulated mice are."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from minicolumn.circuits.acetylcholine import concentration_uM, condition_of
from minicolumn.circuits.conditions import Condition, in_all_neurons
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.keys import TRAINING_CIRCUITS, synthetic_circuits
from minicolumn.mice.mouse import circuits_of, confound, draw_mouse, training_mice


@pytest.fixture(scope="module")
def mice(cfg):
    return training_mice(range(400), cfg.cohort, cfg.seed)


def test_classes_take_turns_and_nobody_is_drawn_twice(mice):
    assert Counter(mouse.truth for mouse in mice) == dict.fromkeys(CLASSES, 100)
    assert len({mouse.circuit_id for mouse in mice}) == 400


def test_a_mouse_does_not_depend_on_the_others(mice, cfg):
    assert training_mice([17], cfg.cohort, cfg.seed) == [mice[17]]
    assert draw_mouse(mice[17].circuit_id, mice[17].truth, cfg.cohort, 1) != mice[17]


def test_no_circuit_serves_another_stage(mice, cfg):
    others = {*range(10 * cfg.circuits.count), *synthetic_circuits(2, 10_000)}
    assert not others & {mouse.circuit_id for mouse in mice}


def test_levels_and_dose_fill_their_ranges(mice, cfg):
    ranges, ach = cfg.cohort, cfg.acetylcholine
    for mouse in mice:
        low, high = (mouse.level(s, ach) for s in ("stationary", "running"))
        assert ranges.stationary.low <= low <= ranges.stationary.high
        assert low <= high <= 1.0
        rest_uM, run_uM = (concentration_uM(level, ach) for level in (low, high))
        assert run_uM / rest_uM == pytest.approx(mouse.rise)
    doses = np.array([one.max_mV for one in circuits_of(mice, cfg).values()])
    assert 5.0 <= doses.min() < 5.2
    assert 9.8 < doses.max() <= 10.0


def test_rises_fill_all_folds_and_a_class_is_said_of_its_own_alone(mice, cfg):
    """All mice with a mechanism once rose tenfold or more: less was called none."""
    rise = cfg.cohort.rise
    acting = np.array([mouse.rise for mouse in mice if mouse.truth != NONE])
    steady = np.array([mouse.rise for mouse in mice if mouse.truth == NONE])
    assert rise.negligible <= acting.min() < 1.1 * rise.negligible
    assert 0.8 * rise.highest < acting.max() <= rise.highest
    below = np.log(3 / rise.negligible) / np.log(rise.highest / rise.negligible)
    assert np.mean(acting < 3) == pytest.approx(below, abs=0.06)
    assert 0.35 < np.mean(steady == 1) < 0.65
    assert 1 + 0.8 * (rise.negligible - 1) < steady.max() < rise.negligible


def test_what_is_given_replaces_the_prior_and_nothing_else(mice, cfg):
    own, other = (
        circuits_of([mouse], cfg)[mouse.circuit_id]
        for mouse in (mice[0], replace(mice[0], given={"max_mV": 3.0}))
    )
    assert own.max_mV != other.max_mV == 3.0
    np.testing.assert_array_equal(own.weights_uS, other.weights_uS)


def test_where_acetylcholine_does_not_rise_it_does_the_same_in_both_states(mice, cfg):
    for mouse in (m for m in mice if m.rise == 1):
        still = replace(mouse, confound=Condition())
        rest, run = (
            still.condition(state, cfg.acetylcholine.at_dose(7.5))
            for state in ("stationary", "running")
        )
        assert rest == run


@pytest.mark.parametrize("truth", MECHANISMS)
def test_what_acts_is_the_mechanisms_own_beside_the_confound(truth, cfg):
    mouse = draw_mouse(TRAINING_CIRCUITS[0], truth, cfg.cohort, cfg.seed)
    ach = cfg.acetylcholine.at_dose(6.0)
    plain = condition_of(truth, mouse.level("running", ach), ach)
    condition = mouse.condition("running", ach)
    assert condition.release == plain.release
    for kind, shift in condition.depolarization_mV.items():
        own = plain.depolarization_mV.get(kind, 0.0)
        drive = mouse.confound.depolarization_mV[kind]
        np.testing.assert_allclose(shift, own + drive)
    assert condition.background == mouse.confound.background


def test_a_confound_is_a_condition_from_amounts_and_logarithms():
    found = confound(1.0, np.log(2), 0.9, np.log(3), 0.2)
    assert found == Condition(
        depolarization_mV=in_all_neurons(1.0),
        noise=pytest.approx(2),
        common_input=0.9,
        bursts=pytest.approx(3),
        lost_spikes=0.2,
    )
    assert confound() == Condition()


def drive_mV(mouse):
    return mouse.confound.depolarization_mV["exc"]


def test_causes_come_alone_together_and_not_at_all(mice, cfg):
    still = 4 * cfg.cohort.jitter.common_fraction
    nones = [m for m in mice if m.truth == NONE]
    large = [(drive_mV(m) < -0.5, abs(m.confound.common_input) > still) for m in nones]
    assert set(large) == {(a, b) for a in (False, True) for b in (False, True)}
    for mouse in (m for m in mice if m.truth != NONE):
        assert abs(drive_mV(mouse)) < 0.6

"""Who simulated mice are."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from minicolumn.circuits.acetylcholine import effect_of
from minicolumn.circuits.ei.wiring import build_circuit
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.circuits.prior import sample_parameters
from minicolumn.keys import TRAINING_CIRCUITS, synthetic_circuits
from minicolumn.mice.mouse import StateConfound, draw_mouse, training_mice


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
    for mouse in mice:
        low, high = mouse.level["stationary"], mouse.level["running"]
        assert 0.0 <= low <= 0.3
        assert high == low if mouse.truth == NONE else 0.6 <= high <= 1.0
        assert 5.0 <= mouse.max_mV <= 10.0
    doses = np.array([mouse.max_mV for mouse in mice])
    assert doses.min() < 5.2
    assert doses.max() > 9.8


def test_without_a_mechanism_acetylcholine_does_the_same_in_both_states(mice, cfg):
    for mouse in (m for m in mice if m.truth == NONE):
        still = replace(mouse, confound=StateConfound())
        rest, run = (
            still.effect(state, cfg.acetylcholine)
            for state in ("stationary", "running")
        )
        assert rest.release == run.release
        assert rest.depolarization_mV == run.depolarization_mV


@pytest.mark.parametrize("truth", MECHANISMS)
def test_the_effect_is_the_mechanisms_own_at_the_dose_of_the_mouse(truth, cfg):
    mouse = draw_mouse(TRAINING_CIRCUITS[0], truth, cfg.cohort, cfg.seed)
    ach = cfg.acetylcholine
    plain = effect_of(truth, (mouse.level["running"],), ach)
    effect = mouse.effect("running", ach)
    assert effect.release == plain.release
    factor = mouse.max_mV / ach.depolarization.max_mV
    for kind, shift in plain.depolarization_mV.items():
        expected = factor * shift + mouse.confound.drive_mV
        np.testing.assert_allclose(effect.depolarization_mV[kind], expected)


def test_drift_changes_the_background_and_nothing_else(cfg):
    parameters = sample_parameters(cfg.prior, cfg.seed, 3)
    circuit = build_circuit(3, parameters, cfg.wiring, cfg.background, cfg.seed)
    drifted = StateConfound(1.0, np.log(2), 0.9, np.log(3)).applied(circuit)
    np.testing.assert_allclose(drifted.noise_fast_nA, 2 * circuit.noise_fast_nA)
    np.testing.assert_allclose(drifted.noise_slow_nA, 2 * circuit.noise_slow_nA)
    assert drifted.common_fraction == min(circuit.common_fraction + 0.9, 1.0)
    assert drifted.burst_rate_hz == pytest.approx(3 * circuit.burst_rate_hz)
    assert (drifted.weights_uS == circuit.weights_uS).all()
    assert (drifted.drive_nA == circuit.drive_nA).all()
    assert StateConfound(common_fraction=-2.0).applied(circuit).common_fraction == 0.0


def test_causes_come_alone_together_and_not_at_all(mice, cfg):
    still = 4 * cfg.cohort.jitter.common_fraction
    nones = [m for m in mice if m.truth == NONE]
    large = [
        (m.confound.drive_mV < -0.5, abs(m.confound.common_fraction) > still)
        for m in nones
    ]
    assert set(large) == {(a, b) for a in (False, True) for b in (False, True)}
    for mouse in (m for m in mice if m.truth != NONE):
        assert abs(mouse.confound.drive_mV) < 0.6

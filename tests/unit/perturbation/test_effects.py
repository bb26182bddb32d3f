"""What perturbations do to references and students, and to rules that need none."""

from dataclasses import replace

import numpy as np
import pytest

from minicolumn.errors import PredictionError, UnreadableModelError
from minicolumn.perturbation import effects
from minicolumn.perturbation.effects import Answer, Bench, controls, scored_neurons
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.perturbations import perturbations
from minicolumn.perturbation.reference_archive import load_reference, save_reference
from minicolumn.perturbation.references import Reference, check_readout, make_reference
from minicolumn.perturbation.skill import scores
from minicolumn.perturbation.student_archive import load_student, save_student
from minicolumn.perturbation.students import Student, noise_key, undisturbed
from minicolumn.perturbation.timing import LIGHT_ON, RESPONSE
from minicolumn.perturbation.variants import STUDENTS


@pytest.fixture(scope="module", autouse=True)
def few_trials():
    """As many wherever students run: each number is compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effects, "CALIBRATED_TRIALS", 10)
        yield


@pytest.fixture(scope="module")
def reference(references, cfg):
    return make_reference("feedforward-0", references, cfg)


@pytest.fixture(scope="module")
def every(reference, references, cfg):
    return perturbations(reference.neurons, references, cfg)


@pytest.fixture(scope="module")
def taught(reference, references, every, cfg):
    """A reference whose trials, lit and unlit, are those of a student itself."""
    student = Student(STUDENTS["bio"], reference.neurons)
    weights = student.initial(np.random.default_rng(4))
    fitted = Fitted(weights, np.zeros(1), (0.1, 0.2))
    bench = Bench(student, fitted, reference, references, cfg, (1,))
    per_nA = np.full(reference.neurons.n, 5.0)
    n = references.perturbed_trials
    counts, while_lit = (
        np.stack([bench.counts(bench.inputs(one, per_nA), w, n) for one in every])
        for w in (RESPONSE, LIGHT_ON)
    )
    own = Reference(
        reference.neurons,
        student.spikes(weights, undisturbed(reference.neurons), noise_key(0), 10) > 0,
        np.stack([counts, counts]).astype(np.uint8),
        while_lit.astype(np.uint8),
    )
    return bench, own


def test_light_moves_lit_neurons_as_it_should(reference, every):
    truth = Answer.of(reference.counts[0], reference)
    for at, one in enumerate(every):
        if one.lit.any():
            change = reference.lit_change_hz(at, one.lit)
            assert np.sign(change) == np.sign(one.strength), one.name
    assert not truth.change_hz[0].any()
    assert truth.go_change[0] == 0


def test_an_area_feels_nothing_of_light_in_the_one_it_drives(reference, every):
    """All perturbations of a trial share its background, bit for bit."""
    first = reference.neurons.area == 0
    for at, one in enumerate(every):
        if one.lit[~first].any():
            lit, dark = (reference.counts[:, k][..., first] for k in (at, 0))
            assert (lit == dark).all()


def test_the_floor_has_another_background(reference):
    assert (reference.counts[0, 0] != reference.counts[1, 0]).any()


def test_half_of_unperturbed_trials_are_go(reference):
    assert reference.go(reference.responses) == pytest.approx(0.5, abs=0.26)


def test_a_reference_is_read_as_it_was_written(reference, references, tmp_path):
    save_reference(tmp_path / "one", "feedforward-0", reference, references, 1)
    again = load_reference(tmp_path / "one", references)
    for name in ("learned", "counts", "while_lit"):
        np.testing.assert_array_equal(getattr(again, name), getattr(reference, name))
    np.testing.assert_array_equal(again.neurons, reference.neurons)
    other = references.model_copy(update={"stimulus_nA": 0.1})
    with pytest.raises(UnreadableModelError, match="another settings"):
        load_reference(tmp_path / "one", other)


def test_a_silent_reference_is_one_sentence(reference):
    silent = replace(reference, learned=np.zeros_like(reference.learned))
    with pytest.raises(PredictionError, match=r"one never spikes .*stimulus_nA"):
        check_readout("one", silent)


def test_calibration_finds_the_light_of_the_students_own_trials(taught):
    bench, own = taught
    tested = replace(bench, reference=own).tested()
    assert tested.light_per_nA == pytest.approx((5.0, 5.0), rel=0.15)
    truth = Answer.of(own.counts[0], own)
    every = perturbations(own.neurons, bench.settings, bench.physics)
    found = {one["manipulation"]: one for one in scores(own, every, tested.answer)}
    assert found["optogenetic"]["skill"] > 0.8
    assert found["synaptic"]["skill"] == 1.0
    assert truth.change_hz.any()


def test_unlit_neurons_are_never_used_for_calibration(taught, every):
    bench, own = taught
    at = [k for k, one in enumerate(every) if one.lit.any()]
    blind = own.while_lit.copy()
    for k in at:
        blind[k][:, ~every[k].lit] = 0
    changed = Reference(own.neurons, own.learned, own.counts * 0, blind)
    found = [
        replace(bench, reference=one).tested().light_per_nA for one in (own, changed)
    ]
    assert found[0] == found[1]


def test_controls_rank_as_what_they_know(reference, every):
    found = {
        name: next(scores(reference, every, answer))
        for name, answer in controls(reference, every).items()
    }
    assert found["no_change"]["skill"] == 0
    assert found["group_factors"]["skill"] >= found["one_factor"]["skill"] >= 0
    assert found["floor"]["skill"] > 0
    assert found["trial_regression"]["go_error"] is None


def test_trial_regression_says_nothing_of_acetylcholine(reference, every):
    rows = scores(reference, every, controls(reference, every)["trial_regression"])
    of = {row["manipulation"]: row["skill"] for row in rows}
    assert of["combined"] is None
    assert of["drive_inhibition"] is not None


def test_lit_neurons_are_never_scored(reference, every):
    truth = Answer.of(reference.counts[0], reference)
    nonsense = truth.change_hz.copy()
    for at, one in enumerate(every):
        nonsense[at, one.lit | ~reference.neurons.recorded] = 1e6
        assert not (scored_neurons(reference, one) & one.lit).any()
    rows = list(scores(reference, every, Answer(nonsense, truth.go_change)))
    assert {row["skill"] for row in rows} == {1.0}
    assert {row["go_error"] for row in rows} == {0.0}


def test_a_student_is_read_as_it_was_written(taught, cfg, tmp_path):
    fitted = taught[0].fitted
    save_student(tmp_path / "bio", "bio", fitted, cfg.perturbation.fits, 1)
    again = load_student(tmp_path / "bio", "bio")
    for name, value in fitted.weights._asdict().items():
        np.testing.assert_array_equal(getattr(again.weights, name), value)
    assert again.held_out == fitted.held_out
    with pytest.raises(UnreadableModelError, match="another variant, bio"):
        load_student(tmp_path / "bio", "sigmoid")

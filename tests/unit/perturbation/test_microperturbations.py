"""Whom a student would choose, beside what a circuit does."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from minicolumn.circuits.circuit import Circuit
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import MICROPERTURBATIONS
from minicolumn.perturbation.choices import (
    NOBODY,
    RANDOM_OF_TYPE,
    choices,
    microperturbation_rows,
)
from minicolumn.perturbation.effects import Bench
from minicolumn.perturbation.enrollment import student_of
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.microperturbations import (
    DIFFERENCE,
    GRADIENT,
    TEACHER,
    Candidates,
    effects,
)
from minicolumn.perturbation.references import Experiment, make_reference
from minicolumn.perturbation.students import undisturbed
from minicolumn.perturbation.timing import LIGHT_ON, RESPONSE, in_steps, steps_of

FEW = {"trials": 12, "random_sets": 2, "neurons": 3}


@pytest.fixture(scope="module")
def candidates(references, cfg):
    settings = cfg.perturbation.microperturbations.model_copy(update=FEW)
    experiment = Experiment.on("feedforward-0", references, cfg)
    reference = make_reference("feedforward-0", references, cfg)
    return Candidates(experiment, reference, settings)


def bench_of(candidates, name, cfg):
    settings = candidates.experiment.settings
    student = student_of(name, candidates.reference, settings, cfg)
    fitted = Fitted(student.initial(np.random.default_rng(4)), np.zeros(1), (0.1, 0.2))
    return Bench(student, fitted, candidates.reference, settings, cfg, (1,))


@pytest.fixture(scope="module")
def weak(candidates):
    few = candidates.settings.model_copy(update={"current_nA": 0.01})
    return replace(candidates, settings=few)


def test_neurons_with_a_current_are_not_read():
    counts = np.zeros((2, 5, 4), int)
    counts[1] = [3, 9, 1, 0]
    lit = np.array([[False, True, False, False]])
    readout = np.array([True, True, True, False])
    assert (effects(counts, lit, readout) == 2.0).all()


def test_the_gradient_of_a_rate_student_is_the_effect_of_a_weak_current(weak, cfg):
    bench = bench_of(weak, "sigmoid", cfg)
    per_nA = np.full(weak.reference.neurons.n, 2.0)
    found = weak.by_gradient(bench, per_nA)
    readout = weak.reference.neurons.readout
    inputs = undisturbed(bench.student.neurons)._replace(wave=in_steps(LIGHT_ON))

    def responses(lit):
        light = inputs._replace(light=(0.02 * lit).astype("f4"))
        sent = bench.student.trials(bench.fitted.weights, light, bench.key, 12)
        return np.asarray(sent[:, steps_of(RESPONSE)].sum(axis=1), float)

    dark = responses(np.zeros(readout.size))
    for at in (0, found.size // 2, found.size - 1):
        lit = weak.alone[at]
        read = readout & ~lit
        numerical = (responses(lit) - dark)[:, read].mean()
        assert found[at] == pytest.approx(numerical, rel=0.05, abs=2e-6)


@dataclass
class OfStudent:
    """An experiment on a student, in place of the circuit."""

    bench: Bench
    per_nA: np.ndarray
    circuit: Circuit

    def counts(self, every, use, n_trials, window):
        inputs = (self.bench.inputs(one, self.per_nA) for one in every)
        return [np.stack([self.bench.counts(one, window, n_trials) for one in inputs])]


@pytest.fixture(scope="module")
def rows(candidates, cfg):
    """Rows where a student knows all: the circuit is this student."""
    bench = bench_of(candidates, "bio", cfg)
    per_nA = np.full(candidates.reference.neurons.n, 20.0)
    own = OfStudent(bench, per_nA, candidates.experiment.circuit)
    itself = replace(candidates, experiment=own)
    said = {DIFFERENCE: itself.by_difference(bench, per_nA)}
    said[GRADIENT] = itself.by_gradient(bench, per_nA)
    return list(microperturbation_rows(itself, {("bio", 0): said}, 1))


def test_who_knows_all_chooses_as_the_circuit_does(rows):
    found = {(row["choice"], row["direction"]): row for row in rows}
    known = found[DIFFERENCE, "up"]
    assert known["correlation"] == pytest.approx(1.0)
    assert known["within_correlation"] == pytest.approx(1.0)
    assert known["neurons"] == found[TEACHER, "up"]["neurons"]
    assert known["effect"] == found[TEACHER, "up"]["effect"]
    assert found[TEACHER, "up"]["effect"] > found[TEACHER, "down"]["effect"]


def test_rows_are_a_table(rows, tmp_path):
    about = {"regime": "evoked", "reference": "feedforward-0"}
    columns = columns_of([about | row for row in rows])
    write_table(tmp_path / "rows.parquet", MICROPERTURBATIONS, columns)
    assert {row["student"] for row in rows} == {"bio", NOBODY}


def test_each_rule_chooses_the_ends_of_its_ranking(candidates):
    n = candidates.place.size
    values = np.random.default_rng(3).permutation(n) - n / 2
    found = {
        (one.rule, one.direction): one.sets
        for one in choices(candidates, {(("bio", 0), GRADIENT): values}, 1)
    }
    assert set(values[found[GRADIENT, "up"][0]]) == set(np.sort(values)[-3:])
    assert set(values[found[GRADIENT, "down"][0]]) == set(np.sort(values)[:3])
    smallest = np.abs(values[found["smallest_gradient", None][0]])
    assert smallest.max() <= np.sort(np.abs(values))[2]
    excitatory = candidates.reference.neurons.excitatory[candidates.place]
    for direction, expected in (("up", True), ("down", False)):
        sets = found[RANDOM_OF_TYPE, direction]
        assert len(sets) == FEW["random_sets"]
        assert all((excitatory[one] == expected).all() for one in sets)


def test_random_choices_follow_from_the_seed(candidates):
    first, again, other = (
        np.concatenate([x for one in choices(candidates, {}, seed) for x in one.sets])
        for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_the_circuit_does_what_is_measured_in_trials_of_two_kinds(candidates):
    """Singles and sets have trials of their own, so that no choice knows its result."""
    effects_alone = candidates.trial_effects()
    again = candidates.effects_of(candidates.alone)
    assert effects_alone.shape == again.shape == (candidates.place.size, 12)
    assert (effects_alone != again).any()
    area = candidates.reference.neurons.area[candidates.place]
    kind = candidates.reference.neurons.kind[candidates.place]
    assert np.abs(again[(area == 1) & (kind == 1)]).max() > 0

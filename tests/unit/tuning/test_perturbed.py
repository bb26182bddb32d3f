"""Whole circuits under the perturbations of a reference circuit."""

from dataclasses import replace

import numpy as np
import pytest

from minicolumn.arrays import mean_of_defined
from minicolumn.config.perturbation import Chosen
from minicolumn.errors import PredictionError
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import PERTURBED_STUDENTS
from minicolumn.perturbation.perturbations import perturbations
from minicolumn.perturbation.references import Experiment, make_reference
from minicolumn.perturbation.skill import scores
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tuning import perturbed
from minicolumn.tuning.perturbed import (
    Candidate,
    Selection,
    perturbed_rows_of,
    session_at_rest,
)
from minicolumn.tuning.starts import Bank

NAME = "one_area-0"


@pytest.fixture(scope="module")
def references(cfg):
    few = {
        "warmup_s": 0.1,
        "trials": 60,
        "perturbed_trials": 120,
        "drive_inhibition_nA": (0.2,),
        "clamp_inhibition_nA": (-0.4,),
        "drive_excitation_nA": (0.1,),
        "levels": (1.0,),
    }
    settings = cfg.perturbation.references.model_copy(update=few)
    return settings.in_regime("spontaneous")


@pytest.fixture(scope="module")
def physics(cfg):
    brief = cfg.simulation.model_copy(update={"duration_s": 2.0, "warmup_s": 0.2})
    return cfg.model_copy(update={"simulation": brief})


@pytest.fixture(scope="module")
def reference(references, physics):
    return make_reference(NAME, references, physics)


@pytest.fixture(scope="module")
def experiment(references, physics):
    return Experiment.on(NAME, references, physics)


@pytest.fixture(scope="module")
def matching(cfg):
    return cfg.statistics.model_copy(update={"n_units": 25, "n_subsets": 3})


@pytest.fixture(scope="module")
def itself(experiment, reference, references, physics):
    """The reference circuit as a candidate for itself."""
    return Candidate.of(experiment.circuit, reference, references, physics)


def test_light_in_the_circuit_itself_is_what_it_was(itself):
    assert itself.light == pytest.approx((1, 1), rel=0.3)


def test_the_circuit_itself_foretells_its_types(itself, reference, references, physics):
    every = perturbations(reference.neurons, references, physics)
    by = {one["manipulation"]: one for one in scores(reference, every, itself.answer)}
    assert by["optogenetic"]["group_skill"] > 0.8
    assert by["depolarizing"]["group_skill"] > 0.8
    assert by["optogenetic"]["sign"] > 0.9


def test_a_change_of_a_type_is_divided_by_rates_and_keeps_its_mean(itself, reference):
    excitatory = itself.experiment.neurons.excitatory
    change_hz = np.where(excitatory, 2.0, -3.0)[None]
    (found,) = itself._divided(change_hz)
    theirs, rest_hz = reference.neurons, reference.rest_hz
    for members in theirs.groups():
        wanted = 2.0 if theirs.excitatory[members][0] else -3.0
        assert found[members].mean() == pytest.approx(wanted)
        np.testing.assert_allclose(
            found[members] * rest_hz[members].mean(), wanted * rest_hz[members]
        )


def test_ach_has_the_dose_of_the_circuit(itself, references):
    strong = replace(itself.experiment.circuit, max_mV=15.0)
    other = replace(itself, experiment=replace(itself.experiment, circuit=strong))
    shifts = [
        one.acetylcholine.depolarization_mV
        for each in (itself, other)
        for one in each.every
        if one.manipulation == "depolarizing"
    ]
    assert max(shifts[1].values()) == pytest.approx(
        max(shifts[0].values()) * 15 / references.area["max_mV"]
    )


def test_every_second_epoch_at_rest_chooses(experiment, matching, physics):
    session = session_at_rest(experiment, 4, matching, physics)
    assert np.isfinite(session.stationary[:, 0]).all()
    assert (len(session.conditioning), len(session.running)) == (2, 0)


def test_too_few_recorded_neurons_are_one_sentence(experiment, matching, physics):
    many = matching.model_copy(update={"n_units": 39})
    with pytest.raises(PredictionError, match=r"28 neurons .*\.n_units=39: raise"):
        session_at_rest(experiment, 4, many, physics)


def bank_of(experiment, session):
    """Three circuits with its parameters; the second one is like it at rest."""
    parameters = dict(experiment.settings.area)
    rows = [{"circuit_id": one, **parameters} for one in (5, 6, 7)]
    defined = mean_of_defined(session.stationary[:, : len(STATISTIC_NAMES)])
    like = np.nan_to_num(defined)
    return Bank(rows, np.stack([like + 3, like, like - 3]))


def test_selectors_choose_by_rest_and_are_rows_of_the_table(
    tmp_path, monkeypatch, experiment, reference, matching, physics, cfg, fitting
):
    monkeypatch.setattr(perturbed, "CALIBRATED_TRIALS", 10)
    session = session_at_rest(experiment, 8, matching, physics)
    selection = Selection(
        bank_of(experiment, session),
        None,
        np.ones(10),
        fitting,
        matching,
        physics,
    )
    (nearest,) = selection.circuits("nearest", session, 1)
    assert nearest.circuit_id == 6
    chosen = Chosen(selectors=("nearest", "gradient"), count=1, epochs=8)
    of = {"regime": "spontaneous", "reference": NAME}
    rows = list(perturbed_rows_of(of, experiment, reference, chosen, selection))
    assert {row["student"] for row in rows} == {"nearest", "gradient"}
    assert {row["loss_trials"] for row in rows} == {None}
    write_table(tmp_path / "rows.parquet", PERTURBED_STUDENTS, columns_of(rows))


def test_what_cannot_be_fitted_is_one_sentence(experiment, matching, physics, fitting):
    session = session_at_rest(experiment, 2, matching, physics)
    bank = bank_of(experiment, session)
    selection = Selection(bank, None, np.ones(10), fitting, matching, physics)
    with pytest.raises(PredictionError, match="no circuit can be fitted: 1 condit"):
        selection.circuits("gradient", session, 1)

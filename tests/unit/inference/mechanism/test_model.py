"""Learning from toy mice, and what is said about others."""

import json

import numpy as np
import pytest

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.domain.reference_sets import by_class
from minicolumn.errors import UnreadableModelError
from minicolumn.files.models import read_manifest
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import INFERRED_MECHANISMS
from minicolumn.inference.mechanism import archive
from minicolumn.inference.mechanism.answers import (
    LACKING,
    OUTSIDE,
    UNDECIDED,
    Rule,
    of_cohort,
    of_each,
)
from minicolumn.inference.mechanism.calibration import reliability
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.sessions import ALL, as_columns, infer
from minicolumn.sessions.features import features
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

RULE = Rule(claim_above=0.9, false_alarm=0.01)
MATCHING = {"n_units": 25, "n_subsets": 10, "duration_s": 5.0}


def table(mice):
    return np.array([features(mouse) for mouse in mice])


@pytest.fixture(scope="module")
def learned(toy, settings_):
    return MechanismModel.fit(*toy(120), settings_, 7)


@pytest.fixture(scope="module")
def model(learned):
    return learned[0]


@pytest.fixture(scope="module")
def fresh(toy):
    return toy(100, seed=1)


def test_probabilities_of_unseen_mice_are_calibrated_and_right(model, fresh):
    mice, truths = fresh
    classes = np.array([CLASSES.index(truth) for truth in truths])
    probability = np.exp(model.log_probability(table(mice)))
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    assert (probability.argmax(axis=1) == classes).mean() > 0.9
    assert reliability(probability, classes).expected_error < 0.06


def test_the_networks_that_calibrate_have_not_seen_the_mouse(toy, settings_):
    """A model fitted to pure noise must not believe itself."""
    mice, truths = toy(60)
    rng = np.random.default_rng(0)
    shuffled = list(rng.permutation(truths))
    _, unseen = MechanismModel.fit(mice, shuffled, settings_, 7)
    assert np.exp(unseen).max() < 0.6


def test_the_same_mice_and_seed_give_the_same_model(toy, settings_, learned):
    again, unseen = MechanismModel.fit(*toy(120), settings_, 7)
    np.testing.assert_array_equal(unseen, learned[1])
    assert again.temperature == learned[0].temperature


def test_strangers_are_outside_the_domain(model, toy):
    foreign, _ = toy(10, seed=2, away=8.0)
    alike = by_class(model.typicality(table(foreign)))
    claims = RULE.claims(model.log_probability(table(foreign)), alike)
    assert set(claims) == {OUTSIDE}


def test_few_simulated_mice_are_outside_the_domain(model, fresh):
    alike = by_class(model.typicality(table(fresh[0])))
    outside = alike.max(axis=1) < RULE.false_alarm
    assert outside.mean() < 0.03


def test_a_cohort_is_surer_than_its_sessions(model, toy):
    mice, truths = toy(4, seed=3)
    mine = table([m for m, t in zip(mice, truths, strict=True) if t == "synaptic"])
    log_p, alike = model.log_probability(mine), model.typicality(mine)
    together = of_cohort(log_p, alike, model.contamination, RULE)
    alone = of_each(log_p, alike, RULE)
    assert together.n == 4
    assert together.claim == "synaptic"
    surest = max(answer.probability["synaptic"] for answer in alone)
    assert together.probability["synaptic"] >= surest - 0.01


def test_a_cohort_of_one_says_what_its_session_says(model, fresh):
    mine = table(fresh[0][:1])
    log_p, alike = model.log_probability(mine), model.typicality(mine)
    (alone,) = of_each(log_p, alike, RULE)
    together = of_cohort(log_p, alike, 1e-9, RULE)
    assert together.claim == alone.claim
    assert together.probability == pytest.approx(alone.probability, abs=1e-6)
    assert together.typicality == pytest.approx(alone.typicality)


def test_a_cohort_of_none_is_refused(model):
    with pytest.raises(ValueError, match="without sessions"):
        of_cohort(np.zeros((0, 4)), np.zeros((0, 5)), 0.01, RULE)


def test_a_class_is_claimed_only_if_sure_and_alike():
    log_p = np.log([[0.94, 0.02, 0.02, 0.02], [0.7, 0.1, 0.1, 0.1]])
    log_p = np.concatenate([log_p, log_p[:1], log_p[:1]])
    alike = np.array([[0.5, 0, 0, 0], [0.5, 0, 0, 0], [0.001, 0.5, 0, 0], [0.001] * 4])
    assert RULE.claims(log_p, alike) == [CLASSES[0], UNDECIDED, UNDECIDED, OUTSIDE]


def test_a_saved_model_answers_to_the_last_bit(model, fresh, settings_, tmp_path):
    path = tmp_path / "model"
    archive.save(path, model, settings_, MATCHING, 7)
    again = archive.load(path, MATCHING)
    mice = table(fresh[0])
    np.testing.assert_array_equal(
        again.log_probability(mice), model.log_probability(mice)
    )
    np.testing.assert_array_equal(again.typicality(mice), model.typicality(mice))
    assert again.contamination == model.contamination


def test_a_model_of_other_windows_is_refused(model, settings_, tmp_path):
    path = tmp_path / "model"
    archive.save(path, model, settings_, MATCHING, 7)
    with pytest.raises(
        UnreadableModelError, match=r"another matching.*Delete it and run"
    ):
        archive.load(path, {**MATCHING, "duration_s": 10.0})


def test_a_model_of_other_statistics_is_refused(
    model, settings_, tmp_path, monkeypatch
):
    path = tmp_path / "model"
    with monkeypatch.context() as patched:
        patched.setattr(archive, "ALL_NAMES", (*ALL_NAMES, "novelty"))
        archive.save(path, model, settings_, MATCHING, 7)
    with pytest.raises(UnreadableModelError, match=r"another inputs.*novelty"):
        archive.load(path, MATCHING)


def test_the_manifest_says_what_was_made(model, settings_, tmp_path):
    archive.save(tmp_path / "model", model, settings_, MATCHING, 7)
    manifest = read_manifest(tmp_path / "model", archive.MechanismManifest)
    assert (manifest.seed, manifest.matching) == (7, MATCHING)
    assert manifest.settings == settings_.model_dump()
    assert manifest.outputs == CLASSES


def test_a_damaged_model_is_refused(model, settings_, tmp_path):
    archive.save(tmp_path / "model", model, settings_, MATCHING, 7)
    weights = tmp_path / "model" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    with pytest.raises(UnreadableModelError, match=r"weights\.safetensors is not what"):
        archive.load(tmp_path / "model", MATCHING)


def test_sessions_and_cohorts_are_answered(model, toy, tmp_path):
    mice, truths = toy(3, seed=4)
    truth = {
        m.identity: t for m, t in zip(mice, truths, strict=True) if t in MECHANISMS
    }
    directions = np.ones((3, len(STATISTIC_NAMES)))
    found = infer(model, mice, RULE, directions, truth)
    assert [one["session_id"] for one in found["sessions"]] == list(range(12))
    names = {one["name"]: one["n"] for one in found["cohorts"]}
    assert names == {**dict.fromkeys(MECHANISMS, 3), ALL: 3}
    assert {one["published"] for one in found["sessions"]} == {UNDECIDED}
    json.dumps(found, allow_nan=False)
    path = tmp_path / "mechanism.parquet"
    write_table(path, INFERRED_MECHANISMS, as_columns(found["sessions"]))
    assert read_table(path, INFERRED_MECHANISMS).num_rows == 12


def test_no_session_is_no_answer(model):
    found = infer(model, [], RULE, np.ones((3, len(STATISTIC_NAMES))), {})
    assert found == {"sessions": [], "cohorts": [], "truth": {}}
    assert as_columns([])["claim"] == []


def test_a_session_that_lacks_what_every_mouse_has_is_not_judged(model, toy):
    mouse = toy(1, seed=5)[0][0]
    rest = mouse.stationary.copy()
    rest[:, STATISTIC_NAMES.index("fano")] = np.nan
    lacking = Session(0, rest, mouse.running)
    found = infer(model, [lacking], RULE, np.ones((3, len(STATISTIC_NAMES))), {})
    (answer,) = found["sessions"]
    assert answer["claim"] == LACKING
    assert set(answer["probability"].values()) == {None}
    assert found["cohorts"] == []
    assert np.isnan(np.array(as_columns([answer])["probability_none"], float)).all()

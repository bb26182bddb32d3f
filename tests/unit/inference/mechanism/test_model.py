"""Learning from toy mice, and what is said about others."""

import numpy as np
import pytest

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.domain.typicality import Domain, by_class
from minicolumn.errors import UnreadableModelError
from minicolumn.files.documents import read_document, write_document
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
from minicolumn.inference.mechanism.calibration import Reliability, reliability
from minicolumn.inference.mechanism.learned import LearnedMechanism
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.sessions import (
    ALL,
    MechanismAnswers,
    as_columns,
    infer,
)
from minicolumn.inference.mechanism.strata import N_STRATA, Pooling, of_classes
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

RULE = Rule(claim_above=0.9, false_alarm=0.01)
POOLING = Pooling(contamination=0.01, correlation=0.02)
KNOWN = LearnedMechanism(
    n_mice=dict.fromkeys(CLASSES, 3),
    negligible=1.4,
    temperature=1.5,
    pooling=POOLING,
    log_loss=0.4,
    accuracy=0.9,
    reliability=Reliability((0.5,), (0.4,), (12,), 0.1),
    confusion={"none": {"none": 3}},
    directions=((1,) * len(STATISTIC_NAMES),) * 3,
)
MATCHING = {"n_units": 25, "n_subsets": 10, "duration_s": 5.0}


@pytest.fixture(scope="module")
def learned(toy, settings_):
    return MechanismModel.fit(*toy(120), settings_, 7)


@pytest.fixture(scope="module")
def model(learned):
    return learned[0]


@pytest.fixture(scope="module")
def domain(toy):
    mice, known = toy(120)
    return Domain(mice, known.classes)


@pytest.fixture(scope="module")
def answered(model, domain):
    """Return a function that answers about sessions."""

    def answer(mice, truth=()):
        typicality = domain.p_values(mice)
        return infer(model, mice, typicality, RULE, KNOWN, dict(truth))

    return answer


@pytest.fixture(scope="module")
def fresh(toy):
    return toy(100, seed=1)


def test_probabilities_of_unseen_mice_are_calibrated_and_right(model, fresh):
    mice, known = fresh
    classes = known.classes
    strata = model.log_probability(feature_table(mice))
    np.testing.assert_allclose(np.exp(strata).sum(axis=1), 1.0)
    probability = np.exp(of_classes(strata))
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    assert (probability.argmax(axis=1) == classes).mean() > 0.9
    assert reliability(probability, classes).expected_error < 0.06


def test_the_networks_that_calibrate_have_not_seen_the_mouse(toy, settings_):
    """A model fitted to pure noise must not believe itself."""
    mice, known = toy(60)
    rng = np.random.default_rng(0)
    shuffled = known.take(rng.permutation(len(mice)))
    _, unseen = MechanismModel.fit(mice, shuffled, settings_, 7)
    assert np.exp(of_classes(unseen)).max() < 0.6


def test_the_same_mice_and_seed_give_the_same_model(toy, settings_, learned):
    again, unseen = MechanismModel.fit(*toy(120), settings_, 7)
    np.testing.assert_array_equal(unseen, learned[1])
    assert again.temperature == learned[0].temperature


def test_mice_out_of_distribution_are_outside_the_domain(answered, toy):
    found = answered(toy(10, seed=2, away=8.0)[0])
    assert {one.claim for one in found.sessions} == {OUTSIDE}


def test_few_simulated_mice_are_outside_the_domain(domain, fresh):
    alike = by_class(domain.p_values(fresh[0]))
    outside = alike.max(axis=1) < RULE.false_alarm
    assert outside.mean() < 0.03


def test_a_cohort_is_surer_than_its_sessions(model, domain, toy):
    mice, known = toy(4, seed=3)
    chosen = [m for m, t in zip(mice, known.truths, strict=True) if t == "synaptic"]
    log_p = model.log_probability(feature_table(chosen))
    alike = domain.p_values(chosen)
    together = of_cohort(log_p, alike, model.pooling, RULE)
    alone = of_each(of_classes(log_p), alike, RULE)
    assert together.n == 4
    assert together.claim == "synaptic"
    surest = max(answer.probability["synaptic"] for answer in alone)
    assert together.probability["synaptic"] >= surest - 0.01


def test_a_cohort_of_one_says_what_its_session_says(model, domain, fresh):
    mine = fresh[0][:1]
    log_p = model.log_probability(feature_table(mine))
    alike = domain.p_values(mine)
    (alone,) = of_each(of_classes(log_p), alike, RULE)
    together = of_cohort(log_p, alike, Pooling(1e-9, 0.1), RULE)
    assert together.claim == alone.claim
    assert together.probability == pytest.approx(alone.probability, abs=1e-6)
    assert together.typicality == pytest.approx(alone.typicality)


def test_a_cohort_of_none_is_refused():
    with pytest.raises(ValueError, match="without sessions"):
        of_cohort(np.zeros((0, N_STRATA)), np.zeros((0, 5)), POOLING, RULE)


def test_a_class_is_claimed_only_if_sure_and_alike():
    log_p = np.log([[0.94, 0.02, 0.02, 0.02], [0.7, 0.1, 0.1, 0.1]])
    log_p = np.concatenate([log_p, log_p[:1], log_p[:1]])
    alike = np.array([[0.5, 0, 0, 0], [0.5, 0, 0, 0], [0.001, 0.5, 0, 0], [0.001] * 4])
    assert RULE.claims(log_p, alike) == [CLASSES[0], UNDECIDED, UNDECIDED, OUTSIDE]


def test_a_saved_model_answers_to_the_last_bit(model, fresh, settings_, tmp_path):
    path = tmp_path / "model"
    archive.save(path, model, settings_, MATCHING, 7)
    again = archive.load(path, MATCHING)
    mice = feature_table(fresh[0])
    np.testing.assert_array_equal(
        again.log_probability(mice), model.log_probability(mice)
    )
    assert again.pooling == model.pooling


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


def test_sessions_and_cohorts_are_answered(answered, toy, tmp_path):
    mice, known = toy(3, seed=4)
    pairs = zip(mice, known.truths, strict=True)
    truth = {mouse.identity: t for mouse, t in pairs if t in MECHANISMS}
    found = answered(mice, truth)
    assert [one.session_id for one in found.sessions] == list(range(12))
    names = {one.name: one.n for one in found.cohorts}
    assert names == {**dict.fromkeys(MECHANISMS, 3), ALL: 3}
    for one in found.sessions:  # toy mechanisms have the same constant directions
        assert len({one.agreement[name] for name in MECHANISMS}) == 1
    write_document(tmp_path / "mechanism.json", found)
    assert read_document(tmp_path / "mechanism.json", MechanismAnswers) == found
    path = tmp_path / "mechanism.parquet"
    write_table(path, INFERRED_MECHANISMS, as_columns(found.sessions, "rest to run"))
    assert read_table(path, INFERRED_MECHANISMS).num_rows == 12


def test_a_session_outside_is_left_out_of_its_cohort_which_says_so(answered, toy):
    mice, known = toy(8, seed=6)
    chosen = [m for m, t in zip(mice, known.truths, strict=True) if t == "synaptic"]
    far = toy(1, seed=2, away=8.0)[0][0]
    stray = Session(99, far.stationary, far.running)
    (alone,) = answered(chosen).cohorts
    (cohort,) = answered([*chosen, stray]).cohorts
    assert (alone.left_out, alone.with_all) == ((), None)
    assert (cohort.left_out, cohort.n, cohort.with_all.n) == ((99,), 8, 9)
    assert cohort.claim == alone.claim == "synaptic"
    assert cohort.probability == alone.probability
    assert cohort.typicality == alone.typicality
    assert cohort.with_all.typicality != cohort.typicality


def test_no_session_is_no_answer(answered):
    assert answered([]) == MechanismAnswers(KNOWN.negligible, (), (), {})
    assert as_columns([], "rest to run")["claim"] == []


def test_a_session_that_lacks_what_every_mouse_has_is_not_judged(answered, toy):
    mouse = toy(1, seed=5)[0][0]
    rest = mouse.stationary.copy()
    rest[:, STATISTIC_NAMES.index("fano")] = np.nan
    found = answered([Session(0, rest, mouse.running)])
    (answer,) = found.sessions
    assert answer.claim == LACKING
    assert set(answer.probability.values()) == {None}
    assert set(answer.typicality.values()) == {None}
    assert found.cohorts == ()


def test_what_is_known_of_a_model_comes_back_as_it_was(tmp_path):
    write_document(tmp_path / "known.json", KNOWN)
    assert read_document(tmp_path / "known.json", LearnedMechanism) == KNOWN

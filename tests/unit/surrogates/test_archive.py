import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from minicolumn.errors import UnreadableModelError
from minicolumn.files.documents import read_document
from minicolumn.files.models import save_model, with_prefix
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates import archive
from minicolumn.surrogates.archive import Metrics, _manifest, load, save
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.names import ARCHITECTURES


@pytest.fixture(scope="module", params=ARCHITECTURES)
def fitted(request, tiny, toy):
    quick = {"xgboost": {"n_trees": 5}}.get(request.param, {"max_epochs": 2})
    settings = tiny[request.param] | quick
    return request.param, fit(
        request.param, toy.train, toy.validation, settings, seed=5
    )


@pytest.fixture
def saved(fitted, toy, tmp_path):
    directory = tmp_path / "combined" / fitted[0]
    save(directory, fitted[1], toy, seed=5, miscoverage=0.2)
    return directory


def test_a_reloaded_surrogate_predicts_the_same(fitted, saved, toy, rule):
    trained = load(saved)
    assert trained.architecture == fitted[0]
    assert trained.training_set == "combined"
    assert trained.rule == rule
    np.testing.assert_array_equal(
        trained.surrogate.predict(toy.test.inputs), fitted[1].predict(toy.test.inputs)
    )
    assert trained.surrogate.n_weights == fitted[1].n_weights


def test_reloaded_intervals_are_the_same(fitted, saved, toy):
    trained = load(saved)
    fresh = Calibration.fit(fitted[1], toy.validation, toy.calibration)
    low, high = trained.interval(toy.test.inputs, 0.2)
    again = replace(trained, calibration=fresh).interval(toy.test.inputs, 0.2)
    np.testing.assert_array_equal((low, high), again)
    predicted = fitted[1].predict(toy.test.inputs)
    np.testing.assert_allclose((low + high) / 2, predicted)
    assert (high > low).all()


def test_the_manifest_says_what_was_made(fitted, saved, toy):
    manifest = json.loads((saved / "manifest.json").read_text())
    assert manifest["architecture"] == fitted[0]
    assert manifest["inputs"] == list(toy.train.input_names)
    assert manifest["outputs"] == list(STATISTIC_NAMES)
    assert manifest["settings"] == fitted[1].settings
    assert manifest["n_weights"] == fitted[1].n_weights
    assert manifest["counts"] == asdict(toy.counts())
    assert manifest["seed"] == 5
    assert {"python", "minicolumn", "torch", "xgboost-cpu"} <= set(manifest["versions"])


def test_metrics_hold_test_scores_and_learning(fitted, saved):
    metrics = read_document(saved / "metrics.json", Metrics)
    assert set(metrics.test) == set(STATISTIC_NAMES)
    expected = "trees" if fitted[0] == "xgboost" else "validation"
    assert expected in metrics.learning
    assert metrics.intervals.miscoverage == 0.2
    assert set(metrics.intervals.statistics) == set(STATISTIC_NAMES)


def test_boosters_are_files_of_their_own(fitted, saved):
    boosters = {path.stem for path in saved.glob("*.ubj")}
    assert boosters == (set(STATISTIC_NAMES) if fitted[0] == "xgboost" else set())


def test_formats_are_open_and_nothing_is_left_over(saved):
    assert {path.suffix for path in saved.iterdir()} <= {
        ".json",
        ".safetensors",
        ".ubj",
    }
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_training_again_replaces(fitted, saved, toy):
    (saved / "stale.ubj").write_bytes(b"")
    save(saved, fitted[1], toy, seed=6, miscoverage=0.2)
    assert json.loads((saved / "manifest.json").read_text())["seed"] == 6
    assert not (saved / "stale.ubj").exists()
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_surrogate_of_another_training_set_is_refused(saved):
    assert load(saved, training_set="combined").training_set == "combined"
    with pytest.raises(UnreadableModelError, match=r"training_set, combined, and not"):
        load(saved, training_set="synaptic")


def test_a_surrogate_of_other_statistics_is_refused(saved, monkeypatch):
    monkeypatch.setattr(archive, "STATISTIC_NAMES", ("sigma", "tau"))
    with pytest.raises(UnreadableModelError, match=r"outputs.*\['sigma', 'tau'\]"):
        load(saved)


def test_weights_that_are_not_finite_are_never_kept(fitted, toy, tmp_path):
    with pytest.raises(ValueError, match=r"learned\.w that are not finite"):
        save_model(
            tmp_path / "mlp",
            _manifest(fitted[1], toy, 5),
            with_prefix("learned.", {"w": [1.0, np.nan]}),
        )
    assert not (tmp_path / "mlp").exists()

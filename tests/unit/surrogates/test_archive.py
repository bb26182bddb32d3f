import json
from dataclasses import replace

import numpy as np
import pytest

from minicolumn.errors import UnreadableModelError
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import load, save
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.names import ARCHITECTURES
from minicolumn.surrogates.rows import INPUT_NAMES


@pytest.fixture(scope="module", params=ARCHITECTURES)
def fitted(request, tiny, toy):
    quick = {"xgboost": {"n_trees": 5}}.get(request.param, {"max_epochs": 2})
    settings = tiny[request.param].model_copy(update=quick)
    return request.param, fit(toy.train, toy.validation, settings, seed=5)


@pytest.fixture
def saved(fitted, toy, tmp_path):
    directory = tmp_path / "combined" / fitted[0]
    save(directory, fitted[1], toy, seed=5, miscoverage=0.2)
    return directory


def edit(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


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
    assert manifest["inputs"] == list(INPUT_NAMES)
    assert manifest["statistics"] == list(STATISTIC_NAMES)
    assert manifest["settings"] == fitted[1].settings.model_dump()
    assert manifest["n_weights"] == fitted[1].n_weights
    assert manifest["counts"] == toy.counts()
    assert manifest["seed"] == 5
    assert {"python", "minicolumn", "torch", "xgboost-cpu"} <= set(manifest["versions"])


def test_metrics_hold_test_scores_and_learning(fitted, saved):
    metrics = json.loads((saved / "metrics.json").read_text())
    assert set(metrics["test"]) == set(STATISTIC_NAMES)
    expected = "trees" if fitted[0] == "xgboost" else "validation"
    assert expected in metrics["learning"]
    assert metrics["intervals"]["miscoverage"] == 0.2
    assert set(metrics["intervals"]["statistics"]) == set(STATISTIC_NAMES)


def test_formats_are_open_and_nothing_is_left_over(saved):
    assert {path.suffix for path in saved.iterdir()} <= {
        ".json",
        ".safetensors",
        ".ubj",
    }
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_files_are_as_open_as_the_umask_says(saved):
    modes = {path.name: path.stat().st_mode & 0o777 for path in saved.iterdir()}
    assert set(modes.values()) == {modes["metrics.json"]}


def test_training_again_replaces(fitted, saved, toy):
    edit(saved / "manifest.json", seed=0)
    (saved / "stale.ubj").write_bytes(b"")
    save(saved, fitted[1], toy, seed=6, miscoverage=0.2)
    assert json.loads((saved / "manifest.json").read_text())["seed"] == 6
    assert not (saved / "stale.ubj").exists()
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_directory_with_other_things_is_not_replaced(fitted, toy, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match=r"thesis\.tex"):
        save(tmp_path, fitted[1], toy, seed=5, miscoverage=0.2)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_nothing_is_left_when_writing_fails(fitted, toy, tmp_path, monkeypatch):
    def disk_full(self, directory):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(fitted[1]), "write_weights", disk_full)
    with pytest.raises(OSError, match="No space"):
        save(tmp_path / "mlp", fitted[1], toy, seed=5, miscoverage=0.2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["inputs", "statistics"])
def test_other_columns_are_refused_by_name(saved, kind):
    edit(saved / "manifest.json", **{kind: ["sigma", "tau"]})
    with pytest.raises(UnreadableModelError, match=rf"{kind} \['sigma', 'tau'\]"):
        load(saved)


def test_a_missing_or_damaged_file_is_an_error_that_names_the_directory(saved):
    for path in sorted(saved.iterdir(), key=lambda path: path.suffix):
        if path.name == "metrics.json":
            continue
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(UnreadableModelError, match=saved.name):
            load(saved)
        path.unlink()
        with pytest.raises(UnreadableModelError, match=saved.name):
            load(saved)
        path.write_bytes(whole)
    load(saved)

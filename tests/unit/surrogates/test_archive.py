import json
from dataclasses import asdict, replace

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.errors import UnreadableModelError
from minicolumn.files.documents import read_document
from minicolumn.files.models import save_model, with_prefix
from minicolumn.statistics.names import STATISTIC_NAMES, STATISTICS
from minicolumn.statistics.scales import within_domain
from minicolumn.surrogates import archive
from minicolumn.surrogates.archive import Metrics, _manifest, load, save
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.names import ARCHITECTURES
from minicolumn.surrogates.rows import LEVEL


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


def table_of(rows):
    return pa.table(dict(zip(rows.input_names, rows.inputs.T, strict=True)))


def test_reloaded_intervals_are_the_same(fitted, saved, toy):
    trained, table = load(saved), table_of(toy.test)
    fresh = Calibration.fit(fitted[1], toy.validation, toy.calibration)
    found = trained.predict(table, miscoverage=0.2)
    again = replace(trained, calibration=fresh).predict(table, miscoverage=0.2)
    predicted = fitted[1].predict(toy.test.inputs)
    np.testing.assert_array_equal(found.statistics, predicted)
    np.testing.assert_array_equal((found.low, found.high), (again.low, again.high))
    assert (found.low <= predicted).all()
    assert (predicted <= found.high).all()
    assert (found.low < found.high).all()
    half = fresh.half_width(predicted, toy.test.inputs[:, LEVEL], 0.2)
    inside = within_domain(predicted - half, STATISTIC_NAMES) == predicted - half
    np.testing.assert_array_equal(found.low[inside], (predicted - half)[inside])
    assert trained.predict(table).low is None


def test_no_prediction_and_no_bound_leaves_the_domain_of_its_statistic(saved, toy):
    """Whatever the network says, and however wide the interval is."""
    trained = load(saved)
    wide = replace(trained.calibration, errors=1e3 * trained.calibration.errors)
    scaling = trained.surrogate.scaling
    far = replace(scaling, target_mean=scaling.target_mean - 1e3)
    for one in (
        trained,
        replace(trained, surrogate=replace(trained.surrogate, scaling=far)),
    ):
        one = replace(one, calibration=wide)
        found = one.predict(table_of(toy.test), miscoverage=0.2)
        for place, (low, high) in enumerate(s.domain for s in STATISTICS):
            for values in (found.statistics, found.low, found.high):
                assert (values[:, place] >= low).all()
                assert (values[:, place] <= high).all()
    rate, power = map(STATISTIC_NAMES.index, ("mean_rate", "spectral_power"))
    assert (found.statistics[:, rate] == 0).all()
    assert (found.statistics[:, power] < -100).all()


def test_circuits_outside_the_prior_are_flagged_by_input(saved, toy, cfg):
    trained, table = load(saved), table_of(toy.test).slice(0, 3)
    assert not trained.predict(table).outside.any()
    place = table.column_names.index("n_neurons")
    edges = [cfg.prior["n_neurons"].low, cfg.prior["n_neurons"].high, 1e6]
    outside = trained.predict(table.set_column(place, "n_neurons", pa.array(edges)))
    assert np.argwhere(outside.outside).tolist() == [[2, place]]
    above = trained.predict(table, level=1.1).outside
    assert above[:, LEVEL].all()
    assert above.sum() == 3


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

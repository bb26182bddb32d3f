import json

import numpy as np
import pytest
from bare import INPUT_NAMES

from minicolumn.errors import UnreadableModelError
from minicolumn.inference.circuits import posterior_archive
from minicolumn.inference.circuits.conditioning import FEATURE_NAMES
from minicolumn.inference.circuits.posterior_archive import load, save


@pytest.fixture
def saved(quick, tmp_path):
    save(tmp_path / "posterior", quick, seed=5)
    return tmp_path / "posterior"


def test_a_reloaded_posterior_says_the_same(quick, saved, linear):
    known = linear.mice(4, 9).watched(np.random.default_rng(0))
    again = load(saved)
    np.testing.assert_array_equal(
        again.sample(known, 30, 1), quick.sample(known, 30, 1)
    )
    assert again.rule == quick.rule
    assert again.learning == json.loads(json.dumps(quick.learning))


def test_formats_are_open_and_nothing_is_left_over(saved):
    assert sorted(path.name for path in saved.iterdir()) == [
        "manifest.json",
        "weights.safetensors",
    ]


def test_the_manifest_says_what_was_made(quick, saved):
    manifest = json.loads((saved / "manifest.json").read_text())
    assert manifest["inputs"] == list(FEATURE_NAMES)
    assert manifest["outputs"] == list(INPUT_NAMES)
    assert manifest["inferred"] == list(quick.prior.names)
    assert manifest["seed"] == 5
    assert manifest["settings"] == quick.settings.model_dump()
    assert {"sbi", "torch", "zuko"} <= set(manifest["versions"])


def test_other_statistics_are_refused_by_name(saved, monkeypatch):
    monkeypatch.setattr(posterior_archive, "FEATURE_NAMES", ("sigma", "tau"))
    with pytest.raises(UnreadableModelError) as error:
        load(saved)
    assert f"another inputs, {list(FEATURE_NAMES)}, and not ['sigma', 'tau']" in str(
        error.value
    )


def test_a_damaged_file_is_an_error_that_names_the_directory(saved):
    for path in sorted(saved.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(UnreadableModelError, match="posterior"):
            load(saved)
        path.write_bytes(whole)
    load(saved)

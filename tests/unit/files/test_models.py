"""A model on disk is what was written, to the last bit, or it is refused."""

import json
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from minicolumn.errors import NotWrittenError, UnreadableModelError
from minicolumn.files.documents import read_document
from minicolumn.files.models import (
    MANIFEST,
    WEIGHTS,
    Manifest,
    load_model,
    read_manifest,
    save_model,
)


@dataclass(frozen=True, kw_only=True)
class ToyManifest(Manifest):
    MAY_LACK: ClassVar[tuple[str, ...]] = ("errors.",)

    kind: str = "toy"
    taught_by: str


@dataclass(frozen=True, kw_only=True)
class OtherManifest(Manifest):
    kind: str = "other"


@dataclass(frozen=True)
class Score:
    r2: float | None


ARRAYS = {
    "weights": np.arange(6, dtype=np.float32).reshape(2, 3).T,
    "errors.test": np.array([1.0, np.nan]),
    "size": np.array(3),
    "mask": np.array([True, False]),
}
BOOSTER = bytes(range(256))


def manifest(**changes):
    values = {
        "settings": {"rate": 0.1, "depth": 3},
        "seed": 5,
        "split": {"seed": 5, "test_fraction": 0.15},
        "inputs": ("g_ee_nS", "level"),
        "outputs": ("fano",),
        "versions": {"numpy": "2"},
        "taught_by": "mice",
    }
    return ToyManifest(**values | changes)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "toy"
    save_model(
        path, manifest(), ARRAYS, {"fano.ubj": BOOSTER}, {"metrics.json": Score(0.5)}
    )
    return path


def test_a_model_comes_back_as_it_was(saved):
    kept = load_model(saved, ToyManifest, inputs=("g_ee_nS", "level"), seed=5)
    assert kept.arrays.keys() == ARRAYS.keys()
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(kept.arrays[name], values)
        assert kept.arrays[name].dtype == values.dtype
        assert kept.arrays[name].shape == values.shape
    np.testing.assert_array_equal(kept.under("errors.")["test"], [1.0, np.nan])
    assert kept.files["fano.ubj"] == BOOSTER
    assert read_document(saved / "metrics.json", Score) == Score(0.5)
    assert kept.manifest.taught_by == "mice"
    assert kept.manifest.settings == {"rate": 0.1, "depth": 3}
    assert kept.manifest.files.keys() == {WEIGHTS, "fano.ubj", "metrics.json"}


def test_the_same_model_is_the_same_bytes(saved, tmp_path):
    again = tmp_path / "again"
    backwards = dict(reversed(ARRAYS.items()))
    save_model(
        again,
        manifest(),
        backwards,
        {"fano.ubj": BOOSTER},
        {"metrics.json": Score(0.5)},
    )
    for file in saved.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


# Promise: any bit of a model flips | before anything decodes it, and by `make
#   recover` | `make recover` trains it again
def test_any_flipped_bit_of_any_file_is_found(saved):
    """Before anything decodes the file: a damaged booster can crash the process."""
    rng = np.random.default_rng(0)
    for file in saved.iterdir():
        whole = file.read_bytes()
        places = rng.choice(len(whole), min(len(whole), 300), replace=False)
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 1 << int(rng.integers(8))
            file.write_bytes(damaged)
            with pytest.raises(UnreadableModelError, match=file.name):
                load_model(saved, ToyManifest)
        file.write_bytes(whole)
    load_model(saved, ToyManifest)


# Promise: a file of a model is cut short, missing, or not its own | before anything
#   decodes it | `make recover` trains it again
def test_a_file_cut_short_missing_or_too_many_is_refused_by_name(saved):
    for file in sorted(saved.iterdir()):
        whole = file.read_bytes()
        for keep in (0, len(whole) // 2, -1):
            file.write_bytes(whole[:keep])
            with pytest.raises(UnreadableModelError, match=file.name):
                load_model(saved, ToyManifest)
        file.unlink()
        with pytest.raises(UnreadableModelError, match=file.name):
            load_model(saved, ToyManifest)
        file.write_bytes(whole)
    (saved / "lv.ubj").write_bytes(BOOSTER)
    with pytest.raises(UnreadableModelError, match=r"not its own, lv\.ubj"):
        load_model(saved, ToyManifest)
    (saved / "lv.ubj").unlink()
    (saved / ".snakemake_timestamp").touch()
    load_model(saved, ToyManifest)


def test_a_manifest_that_was_edited_is_refused(saved):
    values = json.loads((saved / MANIFEST).read_text())
    (saved / MANIFEST).write_text(json.dumps(values | {"seed": 6}, indent=2))
    with pytest.raises(UnreadableModelError, match=r"damaged: manifest\.json"):
        read_manifest(saved, ToyManifest)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"digest": 3}', "{\xff"])
def test_what_is_no_manifest_is_refused(saved, content):
    (saved / MANIFEST).write_bytes(content.encode("latin-1"))
    with pytest.raises(UnreadableModelError, match=r"manifest\.json"):
        load_model(saved, ToyManifest)


def test_a_model_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(
        UnreadableModelError, match=r"No such file.*run the same command"
    ):
        load_model(tmp_path / "nothing", ToyManifest)


def test_another_kind_or_other_names_are_refused_with_both(saved):
    with pytest.raises(UnreadableModelError, match="another kind, toy, and not other"):
        load_model(saved, OtherManifest)
    with pytest.raises(UnreadableModelError) as error:
        load_model(saved, ToyManifest, inputs=("tau", "level"))
    assert "['g_ee_nS', 'level'], and not ['tau', 'level']" in str(error.value)


# Promise: a weight is not finite | before the model is written, and when it is read |
#   repeat the command: it is trained again
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_neither_written_nor_read(
    tmp_path, wrong, monkeypatch
):
    arrays = {"weights": np.array([1.0, wrong])}
    with pytest.raises(ValueError, match="weights that are not finite"):
        save_model(tmp_path / "toy", manifest(), arrays)
    assert not (tmp_path / "toy").exists()
    with monkeypatch.context() as patched:
        patched.setattr(ToyManifest, "MAY_LACK", ("weights",))
        patched.setattr(np, "isinf", np.isneginf if wrong > 0 else np.isposinf)
        save_model(tmp_path / "toy", manifest(), arrays)
    with pytest.raises(UnreadableModelError, match="weights that are not finite"):
        load_model(tmp_path / "toy", ToyManifest)


def test_where_values_may_be_undefined_they_may_not_be_infinite(tmp_path):
    with pytest.raises(ValueError, match=r"errors\.test that are not finite"):
        save_model(tmp_path / "toy", manifest(), {"errors.test": np.array([np.inf])})


def test_an_earlier_model_is_replaced_and_nothing_is_left_over(saved):
    save_model(saved, manifest(seed=6), {"weights": np.ones(2)})
    assert sorted(p.name for p in saved.iterdir()) == [MANIFEST, WEIGHTS]
    assert read_manifest(saved, ToyManifest).seed == 6
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_directory_with_other_things_is_not_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match=r"thesis\.tex"):
        save_model(tmp_path, manifest(), ARRAYS)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_full_disk_leaves_the_earlier_model(saved, monkeypatch):
    before = read_manifest(saved, ToyManifest)

    def disk_full(self, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(type(saved), "write_bytes", disk_full)
        with pytest.raises(NotWrittenError, match="No space"):
            save_model(saved, manifest(seed=6), ARRAYS)
    assert read_manifest(saved, ToyManifest) == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_files_are_as_open_as_the_umask_says(saved):
    reference = saved.parent / "reference"
    reference.touch()
    wanted = reference.stat().st_mode & 0o777
    assert {path.stat().st_mode & 0o777 for path in saved.iterdir()} == {wanted}

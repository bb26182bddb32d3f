"""What an extension does, in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from minicolumn.api.configured import load_extensions
from minicolumn.api.preview import preview
from minicolumn.circuits.acetylcholine import concentration_uM, depolarization_mV
from minicolumn.errors import ExtensionError
from minicolumn.registry.loading import VARIABLE


def test_a_mechanism_shows_its_condition_at_each_level(pytestconfig, cfg):
    root = pytestconfig.rootpath
    found = preview(root / "docs/extending/nicotinic.py", base=root / "config.yaml")
    ach = cfg.acetylcholine.at_dose(7.5)  # in the middle of the prior
    assert found["level"].tolist() == list(ach.levels)
    assert set(found["kind"] + " " + found["name"]) == {"mechanism nicotinic"}
    shift = found.set_index("level")["depolarization_mV.inh"]
    assert shift[0.0] == 0.0
    assert shift.is_monotonic_increasing
    assert shift[1.0] == pytest.approx(
        depolarization_mV(concentration_uM(1.0, ach), ach)
    )
    assert (found["noise"] == 1).all()


def test_a_rival_shows_its_condition_over_its_range(pytestconfig):
    root = pytestconfig.rootpath
    found = preview(
        root / "docs/extending/rivals/disinhibition.py", base=root / "config.yaml"
    )
    assert found["strength"].iloc[[0, -1]].tolist() == [0.1, 0.5]
    assert found["release.I"].tolist() == pytest.approx(1 - found["strength"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("cv2", "value"),
        ("triangular", "quantile_of_value"),
        ("quadratic", "r2_of_a_line"),
        ("arrays", "file"),
    ],
)
def test_every_kind_of_extension_has_a_preview(pytestconfig, name, column):
    root = pytestconfig.rootpath
    file = root / "docs" / "extending" / f"{name}.py"
    found = preview(file, base=root / "config.yaml")
    assert set(found["name"]) == {name}
    assert found[column].notna().any()
    if name == "triangular":
        assert found[column].to_numpy() == pytest.approx(found["quantile"].to_numpy())
    if name == "quadratic":
        assert (found[column] > 0.99).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "adds nothing: put a decorator"),
        ("x = 1 / 0", "cannot be loaded: ZeroDivisionError"),
        (
            "from minicolumn.registry import mechanism\n"
            "@mechanism('faulty')\n"
            "def faulty(level, ach):\n"
            "    return ach.no_such_field\n",
            "line 4: the mechanism 'faulty', called with ACh level 0.0: AttributeError",
        ),
    ],
)
def test_a_faulty_extension_is_one_sentence(tmp_path, pytestconfig, text, said):
    file = tmp_path / "mine.py"
    file.write_text(text)
    with pytest.raises(ExtensionError, match=said):
        preview(file, base=pytestconfig.rootpath / "config.yaml")


def test_the_sentence_is_that_of_the_plan(tmp_path, pytestconfig, settings):
    file = tmp_path / "mine.py"
    file.write_text(
        "from minicolumn.registry import distribution\n"
        "@distribution('beyond')\n"
        "class Beyond:\n"
        "    at_quantile = staticmethod(lambda q, low, high: low + high * q)\n"
        "    quantile_of = staticmethod(lambda v, low, high: (v - low) / high)\n"
    )
    with pytest.raises(ExtensionError) as previewed:
        preview(file, base=pytestconfig.rootpath / "config.yaml")
    planned = subprocess.run(
        [sys.executable, "-m", "minicolumn.extension_checks"],
        input=json.dumps(settings() | {"extensions": [str(file)]}),
        env=os.environ | {VARIABLE: json.dumps([str(file)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert planned.stdout.split() == str(previewed.value).split()


def test_names_cannot_be_added_once_they_are_read(tmp_path):
    with pytest.raises(ExtensionError, match="names are fixed once"):
        load_extensions([tmp_path / "mine.py"])

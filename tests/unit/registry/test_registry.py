"""What users add from outside is known by name, or refused in one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from minicolumn import registry as extensions
from minicolumn.circuits.mechanisms import MECHANISMS, OWN
from minicolumn.errors import ExtensionError
from minicolumn.registry import VARIABLE, announce, extension_files, with_added

FILES = sorted((Path(__file__).parents[2] / "docs" / "extending").glob("*.py"))
LAWS = Path(__file__).parent / "extending"


def test_examples_are_short_enough_to_copy():
    assert len(FILES) == 5
    for file in FILES:
        assert len(file.read_text().splitlines()) < 30, file.name


def test_each_example_keeps_the_laws_of_its_kind():
    """In a process of its own: names are fixed once."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", LAWS],
        env=os.environ | {VARIABLE: json.dumps([str(file) for file in FILES])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@mechanism('synaptic')\ndef f(): ...", "the package has itself"),
        ("@mechanism('No Name')\ndef f(): ...", "lower case letters"),
        ("added('mechanism')", "move these imports into the functions"),
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
        (
            "@surrogate('a')\ndef f(): ...\n@surrogate('a')\ndef g(): ...",
            "added twice",
        ),
    ],
)
def test_what_cannot_be_added_is_one_sentence(tmp_path, monkeypatch, text, said):
    monkeypatch.setenv(VARIABLE, "[]")
    monkeypatch.setattr(extensions, "_state", extensions._State())
    file = tmp_path / "mine.py"
    file.write_text(f"from minicolumn.registry import *\n{text}\n")
    with pytest.raises(ExtensionError, match=said):
        _announce_and_name(file)


def _announce_and_name(file):
    announce([file])
    with_added(OWN, "mechanism")


def test_a_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "[]")
    with pytest.raises(ExtensionError, match=r"absent\.py, which is no Python file"):
        announce([tmp_path / "absent.py"])


def test_files_must_be_a_list():
    with pytest.raises(ExtensionError, match=r"write \[mine\.py\]"):
        announce("mine.py")


def test_without_extensions_nothing_is_added():
    assert MECHANISMS == ("synaptic", "depolarizing", "combined")
    assert extension_files(["minicolumn"], {}) == []

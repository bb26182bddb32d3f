"""The command `minicolumn`: every error is one sentence."""

import subprocess
import sys
import tomllib
from importlib import import_module

import pytest

from minicolumn.__main__ import main


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status"], "nothing was started"),
        (["status", "mine"], "results/mine contains no journal"),
        (["recover"], "nothing was started"),
        (["explain"], "nothing was started"),
        (["crate"], "nothing was started"),
        (["circuit", "mine", "1", "combined", "0.5", "out"], "contains no journal"),
        (["inspect", "none.nwb"], "none.nwb does not exist"),
        (["preview", "none.py"], "config.yaml cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(capsys, arguments, said):
    assert main(arguments) == 1
    found = capsys.readouterr()
    assert said in found.err
    assert "Traceback" not in found.err
    assert len(found.err.splitlines()) == 1
    assert not found.out


@pytest.mark.parametrize("arguments", [[], ["stats"], ["status", "a", "b"]])
def test_a_wrong_call_shows_how_to_call_it(capsys, arguments):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage: minicolumn" in capsys.readouterr().err


def test_the_entry_point_and_the_module_are_the_same_command(pytestconfig):
    project = tomllib.loads((pytestconfig.rootpath / "pyproject.toml").read_text())
    module, _, name = project["project"]["scripts"]["minicolumn"].partition(":")
    assert getattr(import_module(module), name) is main
    shown = subprocess.run(
        [sys.executable, "-m", "minicolumn", "--help"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    commands = ("status", "recover", "inspect", "preview", "crate", "explain")
    for command in commands:
        assert f"\n    {command} " in shown

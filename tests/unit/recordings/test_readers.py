"""Every source of recordings has a reader, built in or added."""

import ast
from pathlib import Path

import pytest

from minicolumn.recordings import readers
from minicolumn.recordings.readers import reader_name, reader_named
from minicolumn.registry.lookup import Entry, entries

BUILT_IN = [one.name for one in entries("recordings") if one.is_built_in]


@pytest.mark.parametrize("source", BUILT_IN)
def test_a_built_in_reader_takes_what_a_users_reader_takes(source):
    """Read as text, since AllenSDK and pynwb are not in this environment."""
    module, function = reader_name(source).split(":")
    file = Path(readers.__file__).with_name(f"{module.rpartition('.')[2]}.py")
    (found,) = (
        node
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    )
    assert [one.arg for one in found.args.args[:2]] == ["nwb", "session_id"]


def test_a_reader_is_found_by_its_name(monkeypatch):
    def read_mine(path, session_id):
        return path, session_id

    mine = Entry("recordings", "mine", read_mine, Path("mine.py"))
    monkeypatch.setattr(readers, "entry", lambda kind, name: mine)
    assert reader_named(reader_name("mine")) is read_mine
    assert reader_named("minicolumn.recordings.readers:reader_name") is reader_name

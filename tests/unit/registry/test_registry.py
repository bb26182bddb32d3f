"""What is registered is known by name, whoever did it, or refused in one sentence."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.config import Surrogates
from minicolumn.errors import ExtensionError
from minicolumn.files import tables
from minicolumn.files.store import Schema
from minicolumn.mice.groups import GROUPS
from minicolumn.prediction import combinations
from minicolumn.prediction.predictive_check import ALL_STATISTICS
from minicolumn.registry import loading, lookup
from minicolumn.registry.loading import VARIABLE
from minicolumn.registry.lookup import (
    HOMES,
    USED_BY,
    announce,
    entries,
    entry,
    extension_files,
    names,
)
from minicolumn.registry.reserved import RESERVED
from minicolumn.statistics.names import ALL_NAMES, DESCRIBED_NAMES
from minicolumn.surrogates.baselines import CANDIDATES
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "minicolumn"
FILES = sorted((ROOT / "docs" / "extending").glob("*.py"))
LAWS = Path(__file__).with_name("test_examples.py")


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of a user, in a process that has loaded none."""
    monkeypatch.setenv(VARIABLE, "[]")
    monkeypatch.setattr(loading, "loaded", loading.Loaded())
    monkeypatch.setattr(lookup, "loaded", loading.loaded)
    monkeypatch.setattr(lookup, "_added", [])
    return tmp_path / "mine.py"


def add(file, text):
    file.write_text(f"from minicolumn.registry import *\n{text}\n")
    announce([file])


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
        ("@mechanism\ndef f(): ...", r'@mechanism\("f"\)'),
        (
            "from minicolumn.registry.lookup import names\nnames('mechanism')",
            "move these imports into the functions",
        ),
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
        (
            "@surrogate('a')\ndef f(): ...\n@surrogate('a')\ndef g(): ...",
            "added twice",
        ),
        ("statistic('a', '1', 'a', scale='ln')", "linear, log or sqrt"),
        ("statistic('a', '1', 'a', units='silent')", "all or active"),
        (
            "statistic('a', '1', 'a', domain=(1, 0))",
            r"domain=\(1, 0\): give its lowest",
        ),
        (
            "statistic('a', '1', 'a', scal='log')",
            "scal, which is unknown; known: scale",
        ),
        ("statistic('a_matched', '1', 'a')(print)", "use for something else"),
        (
            "rival('a', low=1, high=1, source='ours')",
            "low=1 and high=1: give the least and the largest",
        ),
        ("rival('a', low=0, high=float('inf'), source='ours')", "high=inf"),
        ("rival('a', low=0, high=1, source=' ')", "has no source"),
        (
            "rival('synaptic', low=0, high=1, source='ours')(print)",
            "the package has itself",
        ),
        (
            "mechanism('a')(print)\nrival('a', low=0, high=1, source='ours')(print)",
            "added twice",
        ),
    ],
)
def test_what_cannot_be_added_is_one_sentence(file, text, said):
    with pytest.raises(ExtensionError, match=said):
        add(file, text)


# Promise: an extension has a name that tables, classes or paths use | before any job
#   | give it another name
@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_is_refused_whatever_it_is_given_to(file, name):
    for kind in HOMES:
        about = {"statistic": "'1', 'x'", "rival": "low=0, high=1, source='x'"}
        with pytest.raises(ExtensionError, match=f"'{name}', a name that tables"):
            add(file, f"{kind}({name!r}, {about.get(kind, '')})(print)")


def test_every_name_that_something_else_has_is_reserved():
    """Of tables with a column for each statistic, of classes, paths and sections."""
    schemas = [one for one in vars(tables).values() if isinstance(one, Schema)]
    columns = [{column.name for column in one.columns} for one in schemas]
    others = [one - {*ALL_NAMES} for one in columns if one & {*ALL_NAMES}]
    wildcards = {"mechanism", "architecture", "training_set", "group", "session",
                 "shard", "variant", "figure", "table"}  # fmt: skip
    used = {
        *set.union(*others),
        *wildcards,
        *PARAMETER_NAMES,
        *({*CLASSES, *GROUPS, *TRAINING_SETS} - {*MECHANISMS}),
        *(Surrogates.model_fields.keys() - {*ARCHITECTURES}),
        *CANDIDATES,
        *(name for name in vars(combinations).values() if isinstance(name, str)),
        ALL_STATISTICS,
    }
    assert {name for name in used if lookup._NAME.fullmatch(name)} <= RESERVED


def test_what_the_package_has_itself_is_not_reserved():
    for kind in HOMES:
        assert not RESERVED & {*names(kind)}


def test_a_file_that_is_refused_leaves_nothing_behind(file):
    with pytest.raises(ExtensionError, match="added twice"):
        add(file, "mechanism('a')(print)\nmechanism('a')(print)")
    add(file, "mechanism('a')(print)")
    assert names("mechanism") == (*MECHANISMS, "a")


def test_a_file_that_is_not_there_is_named(file):
    with pytest.raises(ExtensionError, match=r"mine\.py, which is no Python file"):
        announce([file])


def test_names_are_fixed_once(file, tmp_path):
    add(file, "mechanism('a')(print)")
    (tmp_path / "other.py").write_text("")
    for _ in range(2):
        with pytest.raises(ExtensionError, match="start another process"):
            announce([tmp_path / "other.py"])


def test_files_must_be_a_list():
    with pytest.raises(ExtensionError, match=r"write \[mine\.py\]"):
        announce("mine.py")


def test_without_extensions_nothing_is_added():
    assert MECHANISMS == ("synaptic", "depolarizing", "combined")
    assert extension_files(USED_BY.values(), {}) == []


def test_a_built_in_statistic_has_the_same_record_as_a_users(file):
    add(file, "@statistic('mine', 'Hz', 'of mine', scale='log')\ndef f(): ...")
    *own, mine = entries("statistic")
    assert tuple(one.name for one in own) != DESCRIBED_NAMES  # fast_corr is an extra
    assert {one.name for one in own} == {*DESCRIBED_NAMES}
    for one in own:
        assert type(one) is type(mine)
        assert one.about.keys() == mine.about.keys()
        assert one.made.__name__ == one.name
    assert mine.file == file
    assert [one.is_built_in for one in (*own, mine)] == [True] * len(own) + [False]
    assert mine.about["scale"] == "log"


def test_a_thing_may_lie_elsewhere_and_is_imported_once_it_is_used(file):
    add(file, "mechanism('a', at='colorsys:rgb_to_hls')")
    sys.modules.pop("colorsys", None)
    one = entry("mechanism", "a")
    assert "colorsys" not in sys.modules
    assert one.made(1.0, 1.0, 1.0) == (0.0, 1.0, 0.0)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="'logg' is unknown; known: uniform, log"):
        entry("distribution", "logg")


@pytest.mark.parametrize("kind", HOMES)
def test_what_is_registered_by_its_path_is_there(kind):
    """Read as text, since AllenSDK and pynwb are not in this environment."""
    for target in (one.target for one in entries(kind)):
        if isinstance(target, str):
            module, _, name = target.partition(":")
            file = SOURCE.joinpath(*module.split(".")[1:])
            file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
            defined = ast.parse(file.read_text()).body
            named = {getattr(node, "name", None) for node in defined} | {
                getattr(target, "id", None)
                for node in defined
                if isinstance(node, ast.Assign)
                for target in node.targets
            }
            assert name in named


FIRST = (
    "circuits.acetylcholine",
    "circuits.mechanisms",
    "config",
    "files.tables",
    "recordings.readers",
    "statistics.counts",
    "statistics.names",
    "surrogates.architectures",
)


def test_names_do_not_depend_on_what_is_imported_first():
    """Each name is registered before anybody asks for all of them."""
    code = (
        "import minicolumn.{}; from minicolumn.registry.lookup import *;"
        "from minicolumn.circuits.mechanisms import MECHANISMS;"
        "from minicolumn.statistics.names import STATISTIC_NAMES;"
        "print([names(kind) for kind in HOMES], MECHANISMS, STATISTIC_NAMES)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code.format(first)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for first in FIRST
    ]
    assert len(set(said)) == 1
    assert "'synaptic', 'depolarizing', 'combined'" in said[0]


def test_the_code_that_calls_what_is_registered_is_named():
    """Or a job would not know that it depends on an extension."""
    calling = {
        ".".join(("minicolumn", *path.relative_to(SOURCE).with_suffix("").parts))
        for path in SOURCE.rglob("*.py")
        # Besides the registry itself, and what is previewed.
        if path.parent.name not in ("registry", "api")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "made"
    }
    assert calling == {*USED_BY.values()}

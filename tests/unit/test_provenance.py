import sys

import pytest

from minicolumn.provenance import (
    code_digest,
    installed_name,
    machine,
    versions,
)

PLAIN = """
def f(x):
    return x + 1
"""
COMMENTED = '''
"""A module."""


def f(x):
    """Add one."""
    # one, not two
    return x  +  1
'''
CHANGED = PLAIN.replace("1", "2")


@pytest.fixture
def digest_of(tmp_path):
    path = tmp_path / "module.py"

    def digest(text):
        path.write_text(text)
        return code_digest(str(path))

    return digest


def test_comments_docstrings_and_spaces_do_not_count(digest_of):
    assert digest_of(PLAIN) == digest_of(COMMENTED)


def test_code_counts(digest_of):
    assert digest_of(PLAIN) != digest_of(CHANGED)


def test_a_package_stands_for_all_below_it(tmp_path, monkeypatch):
    package = tmp_path / "somepackage" / "inner"
    package.mkdir(parents=True)
    for directory in (package.parent, package):
        (directory / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    before = code_digest("somepackage")
    (package / "deep.py").write_text(PLAIN)
    with_module = code_digest("somepackage")
    assert with_module != before
    (package / "page.html.j2").write_text("<p>")
    assert code_digest("somepackage") != with_module
    sys.modules.pop("somepackage", None)


def test_an_unknown_module_is_named():
    with pytest.raises(ValueError, match=r"'minicolumn.nonsense': no such module"):
        code_digest("minicolumn.nonsense")


def test_versions_and_machine_name_no_user_or_host():
    assert versions("numpy", "nosuchpackage")["nosuchpackage"] == "not installed"
    assert set(machine()) == {"system", "cores", "cpu"}


def test_a_package_is_found_under_the_name_it_was_installed_by():
    assert installed_name("xgboost", "xgboost-cpu") in ("xgboost", "xgboost-cpu")
    assert installed_name("nosuchpackage", "numpy") == "numpy"
    assert installed_name("nosuchpackage", "norisit") == "nosuchpackage"

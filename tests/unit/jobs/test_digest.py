"""What a result's fingerprint covers: the script and every import behind it."""

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from minicolumn.jobs import digest
from minicolumn.jobs.digest import NOT_RESULTS, closure, code_digest, modules_behind

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "src" / "minicolumn"
SCRIPTS = sorted(ROOT.glob("workflow_scripts/*.py"))

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


@pytest.fixture
def digest_of(tmp_path):
    def digest_text(text, name="module.py"):
        (tmp_path / name).write_text(text)
        for cached in (digest._parsed, digest._meaning, digest._imports, closure):
            cached.cache_clear()
        return code_digest(tmp_path / name)

    return digest_text


def test_comments_docstrings_and_spaces_do_not_count(digest_of):
    assert digest_of(PLAIN) == digest_of(COMMENTED)


@pytest.mark.parametrize(
    ("old", "new"), [("1", "2"), ("x + 1", "x - 1"), ("f(x)", "g(x)"), ("x", "y")]
)
def test_code_counts(digest_of, old, new):
    assert digest_of(PLAIN) != digest_of(PLAIN.replace(old, new))


@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_other_versions_of_python_find_the_same(version):
    """A result is not stale because Python is newer than the one that made it."""
    python = shutil.which(f"python{version}")
    code = "\n".join(
        (
            "from minicolumn.jobs.digest import code_digest",
            "from pathlib import Path",
            f"for path in {[str(path) for path in SCRIPTS]}:",
            "    print(code_digest(Path(path)))",
        )
    )
    found = python and subprocess.run(
        [python, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    if not found or found.returncode == 127:  # a launcher without that version
        pytest.skip(f"Python {version} is not at hand")
    assert found.stdout.split() == [code_digest(path) for path in SCRIPTS]


def imported(path):
    """Return the files that a file imports or registers, read from its syntax tree."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
            names.add(node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value.partition(":")[0] if ":" in node.value else "")
    found = set()
    for name in names:
        parts = name.split(".")
        if parts[0] == "minicolumn" and parts[1:] and parts[1] not in NOT_RESULTS:
            below = LIBRARY.joinpath(*parts[1:])
            found |= {below.with_suffix(".py"), below / "__init__.py"}
    found |= {above / "__init__.py" for path in found for above in path.parents}
    return {path for path in found if path.is_file()} - {LIBRARY / "__init__.py"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_digest_covers_every_import_of_a_script(script):
    covered, waiting = set(closure(script)), {script}
    while waiting:
        path = waiting.pop()
        assert path in covered, f"{path} is imported and not covered"
        covered.discard(path)
        waiting |= imported(path) & covered
    assert not {path for path in covered if path.suffix == ".py"} - packages_above()


def packages_above():
    """Return what importing any module of a package runs on the way."""
    return set(LIBRARY.rglob("__init__.py"))


def test_what_splits_mice_is_behind_the_posterior_as_behind_surrogates():
    for name in ("train_surrogate", "train_posterior"):
        behind = modules_behind(ROOT / "workflow_scripts" / f"{name}.py")
        assert "minicolumn.learning.splits" in behind


def test_templates_of_a_package_count():
    assert any(p.suffix == ".j2" for p in closure(script_named("write_report")))
    assert not any(p.suffix == ".j2" for p in closure(script_named("simulate_shard")))


def script_named(name):
    return ROOT / "workflow_scripts" / f"{name}.py"


def test_a_file_from_outside_counts(tmp_path):
    extension = tmp_path / "mine.py"
    extension.write_text(PLAIN)
    script = script_named("simulate_shard")
    assert code_digest(script) != code_digest(script, (extension,))


def test_how_results_are_kept_and_asked_for_does_not_count():
    for script in SCRIPTS:
        for module in modules_behind(script):
            assert module.split(".")[1] not in NOT_RESULTS

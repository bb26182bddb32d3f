"""The files around the code agree with it, and with each other."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import minicolumn

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_citation_and_package_have_one_version_and_license(project):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"] == "MIT"
    assert citation["title"].startswith(minicolumn.__name__)
    assert {"cff-version", "message", "authors", "type"} <= set(citation)
    assert "MIT License" in (ROOT / "LICENSE").read_text()


def test_an_archive_of_a_release_says_what_the_citation_says():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    deposit = json.loads((ROOT / ".zenodo.json").read_text())
    assert deposit["title"] == citation["title"]
    assert deposit["license"] == citation["license"]
    assert deposit["upload_type"] == citation["type"]
    assert deposit["creators"] == [{"name": a["name"]} for a in citation["authors"]]
    assert deposit["description"] == citation["abstract"]
    assert deposit["keywords"] == citation["keywords"]
    assert "version" not in deposit  # Zenodo takes that of the release


def test_every_configuration_names_the_schema_by_which_editors_complete_keys():
    files = [
        *ROOT.glob("[a-z]*.yaml"),
        *ROOT.glob("tests/*.yaml"),
        *ROOT.glob("docs/*.yaml"),
    ]
    assert len(files) > 8
    for file in files:
        first = file.read_text().splitlines()[0]
        (schema,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", first)
        assert (file.parent / schema).is_file(), file


def test_the_changelog_begins_with_what_is_not_released_or_this_version(project):
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert first[1] in {"Unreleased", project["version"]}


def test_contributing_names_commands_that_there_are():
    known = re.findall(
        r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    named = re.findall(r"make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text())
    assert named
    assert set(named) <= set(known)


@pytest.mark.parametrize(
    ("name", "content", "passes"),
    [
        ("good.py", '"""A module."""\n\nX = 1\n', True),
        ("bad.py", '"""A module."""\n\nimport os\n', False),
        ("rules/bad.smk", "rule a:\n  output: 'x'\n", False),
        (".venv", "../elsewhere/.venv\n", False),
        ("large.bin", "x" * 1_000_001, False),
    ],
)
def test_hooks_pass_what_is_good_and_stop_what_is_not(tmp_path, name, content, passes):
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    for setting in (".pre-commit-config.yaml", "pyproject.toml"):
        (tmp_path / setting).write_text((ROOT / setting).read_text())
    file = tmp_path / name
    if name != ".venv":
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-f", ".pre-commit-config.yaml", name], check=True)
    run = subprocess.run(
        [ROOT / ".venv/bin/pre-commit", "run", "--files", name],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) == passes, run.stdout + run.stderr
